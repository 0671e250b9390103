// Distances of examples to their own class (upwards) and to the others (downwards), and the limit between "known" and
// "I don't know". Drawn without a library, because the first tab must not wait for one.

import { number, percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { computeShareWithin, scaleHeights } from "./histogram.js";

const WIDTH = 400;
const HALF = 40;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** @param {readonly number[]} counts */
const highestOf = (counts) => Math.max(...counts, 0);

/**
 * @param {object} props
 * @param {import("../../state/state.js").Evaluation["unknown"]|null} props.unknown
 * @param {number|null} props.limit
 * @param {number|null} props.now the frame's distance
 */
export function DistanceHistogram({ unknown, limit, now }) {
	const keptShare = unknown && limit !== null ? computeShareWithin(unknown.same, limit) : null;
	const otherShare = unknown && limit !== null ? computeShareWithin(unknown.other, limit) : null;
	const [x, y] = [t("decide.axisDistance"), t("decide.axisExamples")];
	// Each side is drawn to its own scale.
	const highest = { same: highestOf(unknown?.same ?? []), other: highestOf(unknown?.other ?? []) };
	const spoken = { same: number(highest.same), other: number(highest.other) };
	return (
		<figure class="histogram">
			<div class="histogram-plot">
				<p class="histogram-y" aria-hidden="true">
					{y}
				</p>
				<p class="histogram-counts" aria-hidden="true">
					<span>{highest.same > 0 && spoken.same}</span>
					<span>0</span>
					<span>{highest.other > 0 && spoken.other}</span>
				</p>
				<div class="histogram-picture">
					<svg viewBox={`0 0 ${WIDTH} ${HALF * 2}`} preserveAspectRatio="none" aria-hidden="true">
						{TICKS.map((tick) => (
							<line key={tick} class="histogram-grid" {...toLine(tick)} y1={0} y2={HALF * 2} />
						))}
						{unknown && <Bars counts={unknown.same} side="same" />}
						{unknown && <Bars counts={unknown.other} side="other" />}
						<line class="histogram-axis" x1={0} x2={WIDTH} y1={HALF} y2={HALF} />
						{now !== null && <line class="histogram-now" {...toLine(now)} y1={HALF - 9} y2={HALF + 9} />}
						{limit !== null && <line class="histogram-limit" {...toLine(limit)} y1={0} y2={HALF * 2} />}
					</svg>
					<span class="histogram-name" data-side="same">
						{t("decide.same")}
					</span>
					<span class="histogram-name" data-side="other">
						{t("decide.other")}
					</span>
				</div>
				<p class="histogram-ticks" aria-hidden="true">
					{TICKS.map((tick) => (
						<span key={tick} style={{ left: `${tick * 100}%` }}>
							{number(tick)}
						</span>
					))}
				</p>
				<p class="histogram-x" aria-hidden="true">
					{x}
				</p>
			</div>
			<figcaption class="explanation">
				{keptShare !== null && otherShare !== null
					? t("decide.histogramCut", { same: percent(keptShare), other: percent(otherShare) })
					: t(unknown ? "decide.histogramText" : "decide.histogramWaits")}
				{/* What the axes say to the eye. */}
				{unknown && <span class="visually-hidden"> {t("decide.axesSpoken", { x, y, ...spoken })}</span>}
			</figcaption>
		</figure>
	);
}

/** @param {number} distance more than 1 is drawn at the edge */
function toLine(distance) {
	const x = Math.max(0, Math.min(1, distance)) * WIDTH;
	return { x1: x, x2: x };
}

/** @param {{counts: readonly number[], side: "same"|"other"}} props */
function Bars({ counts, side }) {
	const width = WIDTH / counts.length;
	return (
		<g class="histogram-bars" data-side={side}>
			{scaleHeights(counts).map((height, bin) => {
				if (height === 0) return null;
				// Even the bar of one example is visible.
				const barHeight = Math.max(2, height * (HALF - 4));
				const y = side === "same" ? HALF - barHeight : HALF;
				return <rect key={bin} x={bin * width + 0.75} y={y} width={width - 1.5} height={barHeight} />;
			})}
		</g>
	);
}
