// What the points mean. While examples are dragged, its entries are where they can be dropped; so are the chips over the map, for
// the legend may be out of sight.

import { useLayoutEffect, useRef } from "preact/hooks";
import { number } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { selectFilledClasses } from "../../context/page-state.js";
import { useSession } from "../../context/session-context.js";
import { ExamplePicture } from "../../examples/picture.jsx";
import { ClassLabel } from "../../widgets/class-look.jsx";
import { getMarker } from "./map-markers.js";
import { drag, hasAll } from "./map-state.js";

/** @param {{slot: number}} props */
export function Marker({ slot }) {
	const corners = getMarker(slot).map((corner) => corner.join(","));
	return (
		<svg class="map-marker" width={16} height={16} viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true" focusable="false">
			<polygon points={corners.join(" ")} />
		</svg>
	);
}

/**
 * @param {import("../../../state/state.js").ClassView} view
 * @param {import("./map-state.js").Drag|null} dragged
 * @returns {{"data-drop"?: string, "data-over"?: boolean}} attributes of its drop target; none where all that is dragged is in it
 */
function dropTarget(view, dragged) {
	if (!dragged || hasAll(view, dragged.ids)) return {};
	return { "data-drop": view.label, "data-over": dragged.over === view.label };
}

export function MapLegend() {
	const session = useSession();
	const dragged = drag.value;
	return (
		<ul class="map-legend" aria-label={t("map.legend")}>
			{selectFilledClasses(session).map((view) => (
				<li key={view.label} data-slot={view.colour} {...dropTarget(view, dragged)}>
					<Marker slot={view.colour} />
					<ClassLabel {...view} />
					<span class="soft">{number(view.count)}</span>
				</li>
			))}
			<li>
				<i class="map-you" />
				{t("map.now")}
			</li>
		</ul>
	);
}

/** While examples are dragged: where they can go, and what is carried. */
export function MapDrops() {
	const session = useSession();
	const dragged = drag.value;
	if (!dragged) return null;
	const targets = session.classes.value
		.map((view) => ({ view, target: dropTarget(view, dragged) }))
		.filter(({ target }) => target["data-drop"] !== undefined);
	return (
		<>
			<div class="map-drops" data-high={dragged.isLow}>
				<p>{t("map.dropHere", { count: dragged.ids.length })}</p>
				<ul>
					{targets.map(({ view, target }) => (
						<li key={view.label} class="map-drop" data-slot={view.colour} {...target}>
							<Marker slot={view.colour} />
							<ClassLabel {...view} />
						</li>
					))}
				</ul>
			</div>
			<Carried dragged={dragged} />
		</>
	);
}

/** The picture that hangs on the pointer. @param {{dragged: import("./map-state.js").Drag}} props */
function Carried({ dragged: { ids, x, y } }) {
	const session = useSession();
	const element = useRef(/** @type {HTMLDivElement|null} */ (null));
	// Above everything: what scrolls would cut it off.
	useLayoutEffect(() => element.current?.showPopover?.(), []);
	const first = session.classes.value.flatMap(({ examples }) => examples).find(({ id }) => id === ids[0]);
	return (
		<div ref={element} class="map-carried" popover="manual" style={{ translate: `${x}px ${y}px` }} aria-hidden="true">
			<ExamplePicture example={first} />
			{ids.length > 1 && <b>{number(ids.length)}</b>}
		</div>
	);
}
