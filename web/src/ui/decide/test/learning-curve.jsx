// Accuracy against the number of examples a class: would more of them help?

import { number, percent } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { Chart, createShareAxes } from "../../widgets/chart.jsx";
import { chooseAxisStart, findTrend } from "./test-charts.js";

/** @typedef {import("../../../state/figures.js").LearningCurve} LearningCurveFigures */

/** @param {{curve: LearningCurveFigures|null}} props null: being worked out */
export function LearningCurve({ curve }) {
	const trend = curve && findTrend(curve);
	return (
		<figure class="chart">
			<figcaption>
				<h3>{t("test.curve")}</h3>
				<p class="explanation">{t("test.curveText")}</p>
			</figcaption>
			{curve && trend ? (
				<Curve curve={curve} trend={trend} />
			) : (
				<p class="chart-empty soft">{t(curve ? "test.curveWaits" : "test.drawing")}</p>
			)}
		</figure>
	);
}

/** @param {{curve: LearningCurveFigures, trend: "rising"|"level"}} props */
function Curve({ curve, trend }) {
	const { examples, mean, low, high } = curve;
	/** @param {readonly number[]} shares */
	const points = (shares) => shares.map((y, place) => ({ x: examples[place], y }));

	/** @param {import("../../widgets/chart.jsx").Paint} paint @returns {import("../../widgets/chart.jsx").Config} */
	const make = (paint) => {
		const edge = { borderColor: paint.soft, borderWidth: 0.5, pointRadius: 0, pointHoverRadius: 0 };
		return {
			type: "line",
			data: {
				// Chart.js draws the first data set on top.
				datasets: [
					{
						label: t("test.mean"),
						data: points(mean),
						borderColor: paint.ink,
						borderWidth: 2.75,
						pointRadius: 3.5,
						pointBackgroundColor: paint.ink,
						pointBorderColor: paint.card,
					},
					{ data: points(low), ...edge },
					{ data: points(high), ...edge, fill: "-1", backgroundColor: paint.band },
				],
			},
			options: createShareAxes(paint, {
				from: chooseAxisStart(low),
				share: percent,
				title: (x) => t("test.withExamples", { count: x }),
				x: t("test.examplesEach"),
				y: t("test.accuracy"),
				range: [Math.min(...examples), Math.max(...examples)],
			}),
		};
	};

	return (
		<>
			<Chart make={make} />
			<p class="explanation">{t(`test.curve.${trend}`)}</p>
			<div class="visually-hidden">
				<table>
					<caption>{t("test.curve")}</caption>
					<thead>
						<tr>
							<th scope="col">{t("test.examplesEach")}</th>
							<th scope="col">{t("test.mean")}</th>
							<th scope="col">{t("test.low")}</th>
							<th scope="col">{t("test.high")}</th>
						</tr>
					</thead>
					<tbody>
						{examples.map((count, place) => (
							<tr key={count}>
								<th scope="row">{number(count)}</th>
								<td>{percent(mean[place])}</td>
								<td>{percent(low[place])}</td>
								<td>{percent(high[place])}</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</>
	);
}
