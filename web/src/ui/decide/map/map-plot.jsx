// The map: an example can be pointed at by mouse, finger or keyboard, and opened. The map is one Tab stop: the arrow keys go
// to the next example in their direction, Enter opens its menu.

import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n/words.js";
import { getAnswerSlot } from "../../answer/answer-card.jsx";
import { selectAnswer } from "../../context/page-state.js";
import { useSession } from "../../context/session-context.js";
import { ExampleMenu } from "../../examples/example-menu.jsx";
import { ExamplePicture } from "../../examples/picture.jsx";
import { MapView } from "./map-view.js";

/** @typedef {import("../../../state/state.js").ClassView} ClassView */
/** @typedef {import("../../../state/state.js").ExampleView} ExampleView */
/** @typedef {{example: ExampleView, classView: ClassView, number: number}} Match number: in order of arrival, from 1 */

const DIRECTIONS = /** @type {Record<string, readonly [number, number]>} */ ({
	ArrowRight: [1, 0],
	ArrowLeft: [-1, 0],
	ArrowDown: [0, 1],
	ArrowUp: [0, -1],
});

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

export function MapPlot() {
	const session = useSession();
	const frame = useRef(/** @type {HTMLDivElement|null} */ (null));
	const points = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	const live = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	const tip = useRef(/** @type {HTMLDivElement|null} */ (null));
	const view = useRef(/** @type {MapView|null} */ (null));
	const [active, setActive] = useState(/** @type {string|null} */ (null));
	const [menu, setMenu] = useState(/** @type {string|null} */ (null));
	/** Only for the keyboard: a mouse that passes over points would announce all of them. */
	const [announcement, setAnnouncement] = useState("");

	useEffect(() => {
		const host = /** @type {HTMLDivElement} */ (frame.current);
		const mapView = new MapView(
			/** @type {HTMLCanvasElement} */ (points.current),
			/** @type {HTMLCanvasElement} */ (live.current),
		);
		view.current = mapView;
		const sizeObserver = new ResizeObserver(([{ contentRect }]) =>
			mapView.resize(contentRect.width, contentRect.height),
		);
		sizeObserver.observe(host);
		const themeObserver = new MutationObserver(() => mapView.redraw());
		themeObserver.observe(document.documentElement, { attributeFilter: ["data-theme"] });
		// Without rendering the components: what changes with every frame is only drawn.
		const stops = [
			effect(() => {
				const map = session.map.value;
				if (!map) return;
				const slots = new Map(
					session.classes.value.flatMap(({ colour, examples }) => examples.map(({ id }) => [id, colour])),
				);
				mapView.show(
					map,
					map.ids.map((id) => slots.get(id) ?? 0),
				);
			}),
			effect(() => {
				const answer = selectAnswer(session);
				mapView.showDot(session.mapDot.value, answer ? getAnswerSlot(session, answer) : undefined);
			}),
		];
		return () => {
			for (const stop of stops) stop();
			sizeObserver.disconnect();
			themeObserver.disconnect();
			mapView.close();
		};
	}, [session]);

	const shown = menu ?? active;
	useEffect(() => view.current?.point(shown), [shown]);

	const classes = session.classes.value;
	const match = shown === null ? null : findWithClass(classes, shown);
	const place = shown === null ? null : (view.current?.placeOf(shown) ?? null);

	/** @param {string|null} id */
	const go = (id) => {
		setActive(id);
		const next = id === null ? null : findWithClass(classes, id);
		if (next) {
			const { label, count } = next.classView;
			setAnnouncement(t("map.point", { label, number: next.number, count }));
		}
	};

	/** @param {PointerEvent} event @returns {string|null} the example under it */
	const findUnder = (event) => {
		const { left, top } = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
		return view.current?.at(event.clientX - left, event.clientY - top) ?? null;
	};

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const direction = DIRECTIONS[event.key];
		if (direction) {
			event.preventDefault();
			go((active === null ? view.current?.first : view.current?.next(active, direction)) ?? null);
		} else if (event.key === "Enter" && active !== null) {
			event.preventDefault();
			setMenu(active);
		} else if (event.key === "Escape") setActive(null);
	};

	const closeMenu = () => {
		setMenu(null);
		setActive(menu);
		frame.current?.focus({ preventScroll: true });
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
				onKeyDown={onKeyDown}
				onFocus={(event) => {
					if (active === null && menu === null && event.currentTarget.matches(":focus-visible"))
						go(view.current?.first ?? null);
				}}
				onBlur={() => setActive(null)}
				onPointerMove={(event) => event.pointerType === "mouse" && setActive(findUnder(event))}
				onPointerLeave={(event) => event.pointerType === "mouse" && setActive(null)}
				onPointerUp={(event) => {
					const id = findUnder(event);
					setActive(id);
					// The first touch shows the picture, the second opens the menu.
					if (id !== null && (event.pointerType === "mouse" || id === active)) setMenu(id);
				}}
			>
				<canvas ref={points} />
				<canvas ref={live} />
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
			</div>
			<p class="visually-hidden" role="status">
				{announcement}
			</p>
			{menu !== null && match && tip.current && (
				<ExampleMenu example={match.example} anchor={tip.current} onClose={closeMenu} />
			)}
		</>
	);
}
