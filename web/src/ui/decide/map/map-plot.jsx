// The map: an example can be pointed at by mouse, finger or keyboard, opened, selected, and dragged to another class. The map is one
// Tab stop: the arrow keys go to the next example in their direction, Enter opens its menu, Space selects it.

import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n/words.js";
import { getAnswerSlot } from "../../answer/answer-card.jsx";
import { selectAnswer } from "../../context/page-state.js";
import { whyRefused } from "../../context/refusal.js";
import { useSession } from "../../context/session-context.js";
import { selectSteadyAnswer } from "../../context/steady.js";
import { ExampleMenu } from "../../examples/example-menu.jsx";
import { ExamplePicture } from "../../examples/picture.jsx";
import { MapGestures } from "./map-gestures.js";
import { MapDrops } from "./map-legend.jsx";
import {
	clearHands,
	drag,
	findDropTarget,
	isLasso,
	look,
	refusedWords,
	scale,
	selection,
	toggleSelected,
} from "./map-state.js";
import { MapTools, SelectionBar } from "./map-tools.jsx";
import { MapView } from "./map-view.js";
import { STEP } from "./map-zoom.js";

/** @typedef {import("../../../state/state.js").ClassView} ClassView */
/** @typedef {import("../../../state/state.js").ExampleView} ExampleView */
/** @typedef {{example: ExampleView, classView: ClassView, number: number}} Match number: in order of arrival, from 1 */

const DIRECTIONS = /** @type {Record<string, readonly [number, number]>} */ ({
	ArrowRight: [1, 0],
	ArrowLeft: [-1, 0],
	ArrowDown: [0, 1],
	ArrowUp: [0, -1],
});

/** Of one press of + or −. */
const ZOOM_KEYS = /** @type {Record<string, number>} */ ({ "+": STEP, "=": STEP, "-": 1 / STEP });

/**
 * @param {readonly ClassView[]} classes
 * @param {string} id
 * @returns {Match|null}
 */
function findWithClass(classes, id) {
	for (const classView of classes) {
		const place = classView.examples.findIndex((example) => example.id === id);
		if (place >= 0) return { example: classView.examples[place], classView, number: classView.count - place };
	}
	return null;
}

/**
 * Draws what the signals say, without rendering the components: the answer changes with every frame.
 * @param {import("../../../app/session.js").Session} session
 * @param {MapView} view
 * @returns {() => void} stops
 */
function follow(session, view) {
	const stops = [
		effect(() => {
			const map = session.map.value;
			if (!map) return;
			const all = session.classes.value.flatMap(({ colour, examples }) =>
				examples.map((example) => /** @type {const} */ ([example.id, { colour, example }])),
			);
			const byId = new Map(all);
			view.show(
				map,
				map.ids.map((id) => byId.get(id)?.colour ?? 0),
				(id) => byId.get(id)?.example.thumbnailUrl ?? null,
			);
			// What was deleted is not selected any more.
			const selected = selection.peek();
			const present = [...selected].filter((id) => byId.has(id));
			if (present.length < selected.size) selection.value = new Set(present);
		}),
		effect(() => {
			const answer = selectAnswer(session);
			// The same neighbours as in the strip.
			const neighbours = selectSteadyAnswer(session, "strip")?.neighbours.map(({ id }) => id) ?? [];
			const dot = session.mapDot.value;
			view.showDot(dot && { ...dot, neighbours }, answer ? getAnswerSlot(session, answer) : undefined);
		}),
		effect(() => view.showPictures(look.value === "pictures")),
		effect(() => view.select(selection.value)),
	];
	return () => {
		for (const stop of stops) stop();
	};
}

/**
 * The example that is dragged goes to the class it is dropped on; with it, all that are selected, if it is one of them.
 * @param {import("../../../app/session.js").Session} session
 * @param {HTMLElement} host
 */
const createDragging = (session, host) => ({
	/** @param {string} id @param {number} x @param {number} y */
	lift: (id, x, y) => {
		const selected = selection.value;
		const ids = selected.has(id) ? [id, ...[...selected].filter((other) => other !== id)] : [id];
		refusedWords.value = whyRefused(session, "example", ids) ?? "";
		if (refusedWords.value !== "") return false;
		const { top, height } = host.getBoundingClientRect();
		drag.value = { ids, over: null, x, y, isLow: y > top + height / 2 };
		return true;
	},
	/** @param {number} x @param {number} y */
	carry: (x, y) => {
		if (drag.value) drag.value = { ...drag.value, x, y, over: findDropTarget(x, y) };
	},
	/** @param {number} x @param {number} y */
	drop: (x, y) => {
		const label = findDropTarget(x, y);
		const ids = drag.value?.ids ?? [];
		drag.value = null;
		if (label === null || !session.moveExamples(ids, label)) return;
		if (ids.length > 1) selection.value = new Set();
	},
});

export function MapPlot() {
	const session = useSession();
	const frame = useRef(/** @type {HTMLDivElement|null} */ (null));
	const points = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	const live = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	const glow = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	const tip = useRef(/** @type {HTMLDivElement|null} */ (null));
	const view = useRef(/** @type {MapView|null} */ (null));
	const [active, setActive] = useState(/** @type {string|null} */ (null));
	const [menu, setMenu] = useState(/** @type {string|null} */ (null));
	/** Only for the keyboard: a mouse that passes over points would announce all of them. */
	const [announcement, setAnnouncement] = useState("");
	/** The first touch shows the picture, the second opens the menu. */
	const touched = useRef(/** @type {string|null} */ (null));
	touched.current = active;

	useEffect(() => {
		const host = /** @type {HTMLDivElement} */ (frame.current);
		const mapView = new MapView(
			{
				points: /** @type {HTMLCanvasElement} */ (points.current),
				live: /** @type {HTMLCanvasElement} */ (live.current),
				glow: /** @type {HTMLCanvasElement} */ (glow.current),
			},
			(next) => {
				scale.value = next;
			},
		);
		view.current = mapView;
		scale.value = 1;
		const sizeObserver = new ResizeObserver(([{ contentRect }]) =>
			mapView.resize(contentRect.width, contentRect.height),
		);
		sizeObserver.observe(host);
		const recolour = () => mapView.recolour();
		const themeObserver = new MutationObserver(recolour);
		themeObserver.observe(document.documentElement, { attributeFilter: ["data-theme"] });
		const colourQueries = ["(forced-colors: active)", "(prefers-contrast: more)"].map((query) => matchMedia(query));
		for (const query of colourQueries) query.addEventListener("change", recolour);
		const gestures = new MapGestures(host, mapView, {
			...createDragging(session, host),
			isLasso: () => isLasso.value,
			point: setActive,
			tap: (id, { isMouse, selects }) => {
				refusedWords.value = "";
				const isSecond = id === touched.current;
				setActive(id);
				if (id === null) return;
				if (selects) toggleSelected(id);
				else if (isMouse || isSecond) setMenu(id);
			},
			cancel: () => {
				drag.value = null;
			},
			select: (ids, adds) => {
				setActive(null);
				selection.value = new Set(adds ? [...selection.value, ...ids] : ids);
			},
		});
		const stop = follow(session, mapView);
		return () => {
			stop();
			gestures.close();
			sizeObserver.disconnect();
			themeObserver.disconnect();
			for (const query of colourQueries) query.removeEventListener("change", recolour);
			mapView.close();
			clearHands();
		};
	}, [session]);

	const shown = menu ?? active;
	useEffect(() => view.current?.point(shown), [shown]);

	const classes = session.classes.value;
	const isDragging = drag.value !== null;
	const match = shown === null || isDragging ? null : findWithClass(classes, shown);
	const place = shown === null ? null : (view.current?.placeOf(shown) ?? null);

	/** @param {string} id @param {boolean} isSelected */
	const announce = (id, isSelected) => {
		const found = findWithClass(classes, id);
		if (!found) return;
		const params = { label: found.classView.label, number: found.number, count: found.classView.count };
		setAnnouncement(isSelected ? t("map.pointSelected", params) : t("map.point", params));
	};

	/** @param {string|null} id */
	const go = (id) => {
		setActive(id);
		if (id === null) return;
		view.current?.reveal(id);
		announce(id, selection.value.has(id));
	};

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const direction = DIRECTIONS[event.key];
		const factor = ZOOM_KEYS[event.key];
		if (direction) go((active === null ? view.current?.first : view.current?.next(active, direction)) ?? null);
		else if (factor) view.current?.zoomBy(factor);
		else if (event.key === "Enter" && active !== null) setMenu(active);
		else if (event.key === " ") {
			const id = active ?? view.current?.first ?? null;
			if (id === null) return;
			setActive(id);
			toggleSelected(id);
			announce(id, selection.value.has(id));
		} else if (event.key === "Escape") {
			if (selection.value.size > 0) selection.value = new Set();
			else setActive(null);
		} else return;
		event.preventDefault();
	};

	const focus = () => frame.current?.focus({ preventScroll: true });

	const closeMenu = () => {
		setMenu(null);
		setActive(menu);
		focus();
	};

	return (
		<>
			<div
				ref={frame}
				class="map-plot"
				role="application"
				// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys go from example to example in it
				tabIndex={0}
				aria-label={t("map.label", { count: session.map.value?.ids.length ?? 0 })}
				aria-roledescription={t("map.role")}
				data-lasso={isLasso.value}
				data-zoomed={scale.value > 1}
				data-dragging={isDragging}
				onKeyDown={onKeyDown}
				onFocus={(event) => {
					if (active === null && menu === null && event.currentTarget.matches(":focus-visible"))
						go(view.current?.first ?? null);
				}}
				onBlur={() => setActive(null)}
			>
				<canvas ref={points} />
				<canvas ref={live} />
				<canvas ref={glow} class="map-glow" />
				{match && place && (
					<div
						ref={tip}
						class="map-tip"
						data-slot={match.classView.colour}
						data-left={place.x > (frame.current?.clientWidth ?? 0) / 2}
						data-above={place.y > (frame.current?.clientHeight ?? 0) / 2}
						style={{ left: `${place.x}px`, top: `${place.y}px` }}
					>
						<span class="map-tip-picture">
							<ExamplePicture example={match.example} />
						</span>
						<bdi class="name">{match.classView.label}</bdi>
					</div>
				)}
				<MapDrops />
			</div>
			<MapTools onZoom={(factor) => view.current?.zoomBy(factor)} />
			<SelectionBar onDone={focus} />
			<p class="visually-hidden" role="status">
				{announcement}
			</p>
			<p class="map-refused" role="status">
				{refusedWords.value}
			</p>
			<SelectionCount />
			{menu !== null && match && tip.current && (
				<ExampleMenu example={match.example} anchor={tip.current} onClose={closeMenu} />
			)}
		</>
	);
}

/** Tells a screen reader how many are selected. */
const SelectionCount = () => (
	<p class="visually-hidden" role="status">
		{selection.value.size > 0 && t("map.selected", { count: selection.value.size })}
	</p>
);
