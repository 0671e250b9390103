// The map itself: what it shows of an example that is pointed at, by mouse, finger or keyboard. One Tab stop; the arrow
// keys go to the next example in their direction, Enter opens what can be done with it.

import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n/words.js";
import { answerSlot } from "../../answer/answer-card.jsx";
import { shownAnswer } from "../../context/page-state.js";
import { useSession } from "../../context/session-context.js";
import { ExampleMenu } from "../../examples/example-menu.jsx";
import { Picture } from "../../examples/picture.jsx";
import { MapView } from "./map-view.js";

/** @typedef {import("../../../state/state.js").ClassView} ClassView */
/** @typedef {import("../../../state/state.js").ExampleView} ExampleView */
/** @typedef {{example: ExampleView, of: ClassView, number: number}} Found number: in order of arrival, from 1 */

const DIRECTIONS = /** @type {Record<string, readonly [number, number]>} */ ({
	ArrowRight: [1, 0],
	ArrowLeft: [-1, 0],
	ArrowDown: [0, 1],
	ArrowUp: [0, -1],
});

/**
 * @param {readonly ClassView[]} classes
 * @param {string} id
 * @returns {Found|null}
 */
function find(classes, id) {
	for (const of of classes) {
		const place = of.examples.findIndex((example) => example.id === id);
		if (place >= 0) return { example: of.examples[place], of, number: of.count - place };
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
	/** Said only where the keyboard moves: a mouse that passes over points would never stop talking. */
	const [said, say] = useState("");

	useEffect(() => {
		const host = /** @type {HTMLDivElement} */ (frame.current);
		const made = new MapView(
			/** @type {HTMLCanvasElement} */ (points.current),
			/** @type {HTMLCanvasElement} */ (live.current),
		);
		view.current = made;
		const sizes = new ResizeObserver(([{ contentRect }]) => made.resize(contentRect.width, contentRect.height));
		sizes.observe(host);
		const themes = new MutationObserver(() => made.redraw());
		themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
		// Past the components: what comes with every frame is only drawn.
		const stops = [
			effect(() => {
				const map = session.map.value;
				if (!map) return;
				const slots = new Map(
					session.classes.value.flatMap(({ colour, examples }) => examples.map(({ id }) => [id, colour])),
				);
				made.show(
					map,
					map.ids.map((id) => slots.get(id) ?? 0),
				);
			}),
			effect(() => {
				const answer = shownAnswer(session);
				made.showDot(session.mapDot.value, answer ? answerSlot(session, answer) : undefined);
			}),
		];
		return () => {
			for (const stop of stops) stop();
			sizes.disconnect();
			themes.disconnect();
			made.close();
		};
	}, [session]);

	const shown = menu ?? active;
	useEffect(() => view.current?.point(shown), [shown]);

	const classes = session.classes.value;
	const found = shown === null ? null : find(classes, shown);
	const place = shown === null ? null : (view.current?.placeOf(shown) ?? null);

	/** @param {string|null} id */
	const go = (id) => {
		setActive(id);
		const next = id === null ? null : find(classes, id);
		if (next) say(t("map.point", { label: next.of.label, number: next.number, count: next.of.count }));
	};

	/** @param {PointerEvent} event @returns {string|null} the example under it */
	const under = (event) => {
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
				onPointerMove={(event) => event.pointerType === "mouse" && setActive(under(event))}
				onPointerLeave={(event) => event.pointerType === "mouse" && setActive(null)}
				onPointerUp={(event) => {
					const id = under(event);
					setActive(id);
					// A finger looks first, and opens with a second touch.
					if (id !== null && (event.pointerType === "mouse" || id === active)) setMenu(id);
				}}
			>
				<canvas ref={points} />
				<canvas ref={live} />
				{found && place && (
					<div
						ref={tip}
						class="map-tip"
						data-slot={found.of.colour}
						data-left={place.x > (frame.current?.clientWidth ?? 0) / 2}
						data-above={place.y > (frame.current?.clientHeight ?? 0) / 2}
						style={{ left: `${place.x}px`, top: `${place.y}px` }}
					>
						<span class="map-tip-picture">
							<Picture url={found.example.thumbnailUrl} />
						</span>
						<bdi class="ellipsis">{found.of.label}</bdi>
					</div>
				)}
			</div>
			<p class="visually-hidden" role="status">
				{said}
			</p>
			{menu !== null && found && tip.current && (
				<ExampleMenu example={found.example} anchor={tip.current} onClose={closeMenu} />
			)}
		</>
	);
}
