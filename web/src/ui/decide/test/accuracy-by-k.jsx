// Accuracy against k, a line for each metric. The chart is a slider: a click or the arrow keys set k.

import { MAX_NEIGHBOURS } from "../../../contract/constants.js";
import { number, percent } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { whyRefused } from "../../context/refusal.js";
import { useSession } from "../../context/session-context.js";
import { Chart, createShareAxes } from "../../widgets/chart.jsx";
import { chooseAxisStart, clampK, DASHES, getNextK, toAccuracyLines } from "./test-charts.js";

/** @typedef {import("../../widgets/chart.jsx").Paint} Paint */

/** @param {{evaluation: import("../../../state/state.js").Evaluation}} props */
export function AccuracyByK({ evaluation }) {
	const session = useSession();
	const { k } = session.settings.value;
	const lines = toAccuracyLines(evaluation);
	const from = chooseAxisStart(lines.flatMap(({ points }) => points.map(({ y }) => y)));
	const usedLine = lines.find(({ inUse }) => inUse);
	const currentPoint = usedLine?.points[k - 1];
	const why = whyRefused(session, "settings");
	const best = usedLine && Math.max(...usedLine.points.map(({ y }) => y));

	/** @param {Paint} paint @returns {import("../../widgets/chart.jsx").Config} */
	const make = (paint) => ({
		type: "line",
		data: {
			// Chart.js draws the first data set on top.
			datasets: [
				...lines.map(({ metric, inUse, points }) => ({
					label: t(`metric.${metric}`),
					data: points,
					borderColor: inUse ? paint.ink : paint.soft,
					borderWidth: inUse ? 2.75 : 1.5,
					borderDash: DASHES[metric],
					pointRadius: points.map(({ x }) => (inUse && x === k ? 6 : 0)),
					pointBackgroundColor: paint.ink,
					pointBorderColor: paint.card,
					pointBorderWidth: 2,
				})),
				{
					data: [from, 1].map((y) => ({ x: k, y })),
					borderColor: paint.soft,
					borderWidth: 1,
					pointRadius: 0,
					pointHoverRadius: 0,
				},
			],
		},
		options: {
			...createShareAxes(paint, {
				from,
				share: percent,
				title: (x) => t("test.atK", { k: x }),
				x: t("decide.k"),
				y: t("test.accuracy"),
				range: [1, MAX_NEIGHBOURS],
			}),
			onClick: ({ x }, _, chart) => {
				const at = x === null ? undefined : chart.scales.x.getValueForPixel(x);
				if (at !== undefined) session.configure({ k: clampK(at) });
			},
		},
	});

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const next = getNextK(event.key, k);
		if (next === null) return;
		event.preventDefault();
		if (next !== k) session.configure({ k: next });
	};

	return (
		<figure class="chart">
			<figcaption>
				<h3>{t("test.byK")}</h3>
				<p class="explanation">{t("test.byKText")}</p>
			</figcaption>
			<div
				class="chart-slider"
				role="slider"
				tabIndex={0}
				aria-label={t("decide.k")}
				aria-valuemin={1}
				aria-valuemax={MAX_NEIGHBOURS}
				aria-valuenow={k}
				aria-disabled={why !== null}
				title={why ?? undefined}
				aria-valuetext={t("test.kNow", { k, share: currentPoint ? percent(currentPoint.y) : "–" })}
				onKeyDown={onKeyDown}
			>
				<Chart make={make} />
			</div>
			<ul class="legend">
				{lines.map(({ metric, inUse }) => (
					<li key={metric} data-used={inUse}>
						<svg width="28" height="10" viewBox="0 0 28 10" aria-hidden="true">
							<line x1="1" x2="27" y1="5" y2="5" stroke-dasharray={DASHES[metric].join(" ")} />
						</svg>
						{t(`metric.${metric}`)}
					</li>
				))}
			</ul>
			{currentPoint && best !== undefined && (
				<p class="explanation">{t("test.kSummary", { k, share: percent(currentPoint.y), best: percent(best) })}</p>
			)}
			<div class="visually-hidden">
				<table>
					<caption>{t("test.byK")}</caption>
					<thead>
						<tr>
							<th scope="col">{t("decide.k")}</th>
							{lines.map(({ metric }) => (
								<th key={metric} scope="col">
									{t(`metric.${metric}`)}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{Array.from({ length: MAX_NEIGHBOURS }, (_, place) => (
							<tr key={place}>
								<th scope="row">{number(place + 1)}</th>
								{lines.map(({ metric, points }) => (
									<td key={metric}>{points[place] ? percent(points[place].y) : "–"}</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</figure>
	);
}
