// A chart on a canvas (Chart.js) in the page's colours. It is drawn again when the theme changes, and without animation, since
// its data is live. Only panels that are loaded when they are opened may import it. Its data must also be given in words or
// in a table.

import { Chart as ChartJs, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { appliedTheme } from "../context/theme.js";

ChartJs.register(LineController, LineElement, PointElement, LinearScale, Filler, Tooltip);

/** @typedef {{ink: string, soft: string, line: string, band: string, card: string, font: string}} Paint CSS colours, and a font family */
/** @typedef {import("chart.js").ChartConfiguration<"line", {x: number, y: number}[]>} Config */

/**
 * @param {Element} element
 * @returns {Paint} what the custom properties are there
 */
function readPaint(element) {
	const style = getComputedStyle(element);
	/** @param {string} name */
	const read = (name) => style.getPropertyValue(name).trim();
	return {
		ink: read("--ink"),
		soft: read("--soft"),
		line: read("--line"),
		band: read("--band"),
		card: read("--card"),
		font: style.fontFamily,
	};
}

/** @param {{make: (paint: Paint) => Config}} props */
export function Chart({ make }) {
	const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	const chart = useRef(/** @type {ChartJs<"line", {x: number, y: number}[]>|null} */ (null));
	const [, drawAgain] = useState({});
	// Read here, so that the component is drawn again when it changes.
	void appliedTheme.value;

	useEffect(() => {
		const queries = ["(prefers-contrast: more)", "(forced-colors: active)"].map((query) => matchMedia(query));
		const onChange = () => drawAgain({});
		for (const query of queries) query.addEventListener("change", onChange);
		return () => {
			for (const query of queries) query.removeEventListener("change", onChange);
		};
	}, []);

	useLayoutEffect(() => {
		const element = /** @type {HTMLCanvasElement} */ (canvas.current);
		const { type, data, options } = make(readPaint(element));
		const drawn = { ...options, animation: /** @type {const} */ (false), maintainAspectRatio: false };
		if (!chart.current) {
			chart.current = new ChartJs(element, { type, data, options: drawn });
			return;
		}
		chart.current.data = data;
		chart.current.options = drawn;
		chart.current.update("none");
	});
	useLayoutEffect(
		() => () => {
			chart.current?.destroy();
			chart.current = null;
		},
		[],
	);
	return (
		<div class="chart-canvas" aria-hidden="true">
			<canvas ref={canvas} />
		</div>
	);
}

/**
 * The axes and the tooltip of all charts of the page: shares on the y axis, a number on the x axis.
 * @param {Paint} paint
 * @param {object} words
 * @param {number} words.from where the shares begin
 * @param {(share: number) => string} words.share
 * @param {(x: number) => string} words.title of a place on the x axis
 * @param {string} words.x
 * @param {string} words.y
 * @param {[number, number]} words.range of the x axis
 * @returns {NonNullable<Config["options"]>}
 */
export function createShareAxes(paint, { from, share, title, x, y, range }) {
	const font = { family: paint.font, size: 12 };
	const ticks = { color: paint.soft, font, maxRotation: 0 };
	return {
		interaction: { mode: "index", intersect: false },
		layout: { padding: { top: 8, right: 8 } },
		scales: {
			x: {
				type: "linear",
				min: range[0],
				max: range[1],
				title: { display: true, text: x, color: paint.soft, font },
				grid: { display: false },
				border: { color: paint.line },
				ticks: { ...ticks, precision: 0 },
				// Ticks at 1, 5, 10 …: counting in fives from 1 would give 1, 6, 11.
				afterBuildTicks: (axis) => {
					const step = range[1] > 12 ? 5 : 1;
					axis.ticks = Array.from({ length: Math.floor(range[1] / step) + 1 }, (_, i) => ({
						value: Math.max(range[0], i * step),
					}));
				},
			},
			y: {
				min: from,
				max: 1,
				title: { display: true, text: y, color: paint.soft, font },
				border: { display: false },
				grid: { color: paint.line },
				ticks: { ...ticks, maxTicksLimit: 6, callback: (value) => share(Number(value)) },
			},
		},
		plugins: {
			tooltip: {
				backgroundColor: paint.ink,
				titleColor: paint.card,
				bodyColor: paint.card,
				titleFont: font,
				bodyFont: font,
				displayColors: false,
				filter: ({ dataset }) => Boolean(dataset.label),
				callbacks: {
					title: (items) => (items[0] ? title(Number(items[0].parsed.x)) : ""),
					label: ({ dataset, parsed }) => `${dataset.label}: ${share(Number(parsed.y))}`,
				},
			},
		},
	};
}
