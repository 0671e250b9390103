// How far examples lie from their own class (upwards) and from the others (downwards), and the limit
// between "known" and "I don't know". Drawn by itself: the tab it is on must not wait for a library.

import { percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { heights, shareWithin } from "./histogram.js";

const WIDTH = 400;
const HALF = 40;

/**
 * @param {object} props
 * @param {import("../../state/state.js").Evaluation["unknown"]|null} props.unknown
 * @param {number|null} props.limit
 * @param {number|null} props.now the frame's distance
 */
export function DistanceHistogram({ unknown, limit, now }) {
	const kept = unknown && limit !== null ? shareWithin(unknown.same, limit) : null;
	const others = unknown && limit !== null ? shareWithin(unknown.other, limit) : null;
	return (
		<figure class="histogram">
			<div class="histogram-picture">
				<svg viewBox={`0 0 ${WIDTH} ${HALF * 2}`} preserveAspectRatio="none" aria-hidden="true">
					{unknown && <Bars counts={unknown.same} side="same" />}
					{unknown && <Bars counts={unknown.other} side="other" />}
					<line class="histogram-axis" x1={0} x2={WIDTH} y1={HALF} y2={HALF} />
					{now !== null && <line class="histogram-now" {...at(now)} y1={HALF - 9} y2={HALF + 9} />}
					{limit !== null && <line class="histogram-limit" {...at(limit)} y1={0} y2={HALF * 2} />}
				</svg>
				<span class="histogram-name" data-side="same">
					{t("decide.same")}
				</span>
				<span class="histogram-name" data-side="other">
					{t("decide.other")}
				</span>
			</div>
			<figcaption class="explanation">
				{kept !== null && others !== null
					? t("decide.histogramCut", { same: percent(kept), other: percent(others) })
					: t(unknown ? "decide.histogramText" : "decide.histogramWaits")}
			</figcaption>
		</figure>
	);
}

/** @param {number} distance what is beyond 1 stands at the edge */
function at(distance) {
	const x = Math.max(0, Math.min(1, distance)) * WIDTH;
	return { x1: x, x2: x };
}

/** @param {{counts: readonly number[], side: "same"|"other"}} props */
function Bars({ counts, side }) {
	const width = WIDTH / counts.length;
	return (
		<g class="histogram-bars" data-side={side}>
			{heights(counts).map((height, bin) => {
				if (height === 0) return null;
				// Even one example can be seen.
				const drawn = Math.max(2, height * (HALF - 4));
				const y = side === "same" ? HALF - drawn : HALF;
				return <rect key={bin} x={bin * width + 0.75} y={y} width={width - 1.5} height={drawn} />;
			})}
		</g>
	);
}
