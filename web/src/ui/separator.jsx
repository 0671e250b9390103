// The line between the picture and the open panel: it is dragged, or moved by the arrow keys, and gives one of them more room.
// A double click puts it back.

import { useRef } from "preact/hooks";
import { isSimple } from "../i18n/language.js";
import { t } from "../i18n/words.js";
import { SHARES } from "./context/arrangement.js";
import { arrange, arrangement, dockPlace, resetShares } from "./context/dock.js";
import { hasEnoughClasses } from "./context/page-state.js";
import { isPresenting } from "./context/presenting.js";
import { useSession } from "./context/session-context.js";
import { isDesk } from "./context/window-shape.js";

/** A share that one press of an arrow key moves. */
const STEP = 0.02;

/**
 * The share that the pointer asks for.
 * @param {Element} separator
 * @param {{clientX: number, clientY: number}} pointer
 * @param {"picture"|"panel"} part
 * @returns {number}
 */
function readShare(separator, { clientX, clientY }, part) {
	const page = /** @type {Element} */ (separator.closest(".page-parts"));
	const { left, right, top, bottom } = page.getBoundingClientRect();
	if (part === "panel") return (bottom - clientY) / (bottom - top);
	const classes = page.querySelector(".column.classes")?.getBoundingClientRect().width ?? 0;
	const isRightToLeft = getComputedStyle(page).direction === "rtl";
	const fromStart = isRightToLeft ? right - clientX : clientX - left;
	return (fromStart - classes) / (right - left - classes);
}

export function Separator() {
	const session = useSession();
	const isDragged = useRef(false);
	const place = dockPlace.value;
	if (isSimple.value || !isDesk.value || place === "full" || isPresenting.value || !hasEnoughClasses(session))
		return null;
	const isBelow = place === "below";
	const part = isBelow ? "panel" : "picture";
	const share = arrangement.value[part];
	const [least, most] = SHARES[part];
	const grows = isBelow ? "ArrowUp" : "ArrowRight";
	const shrinks = isBelow ? "ArrowDown" : "ArrowLeft";
	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const isTurned = part === "picture" && getComputedStyle(/** @type {Element} */ (event.target)).direction === "rtl";
		const keys = isTurned ? { [shrinks]: STEP, [grows]: -STEP } : { [grows]: STEP, [shrinks]: -STEP };
		/** @type {number|undefined} */
		const next = event.key === "Home" ? least : event.key === "End" ? most : keys[event.key] && share + keys[event.key];
		if (!next) return;
		event.preventDefault();
		arrange({ [part]: next });
	};
	return (
		// biome-ignore lint/a11y/useSemanticElements: an <hr> takes no focus
		<div
			class="separator"
			role="separator"
			aria-orientation={isBelow ? "horizontal" : "vertical"}
			aria-label={isBelow ? t("dock.height") : t("dock.width")}
			aria-valuenow={Math.round(share * 100)}
			aria-valuemin={least * 100}
			aria-valuemax={most * 100}
			title={t("dock.drag")}
			tabIndex={0}
			onKeyDown={onKeyDown}
			onPointerDown={(event) => {
				if (event.button !== 0) return;
				isDragged.current = true;
				event.currentTarget.setPointerCapture(event.pointerId);
			}}
			onPointerMove={(event) => {
				if (isDragged.current) arrange({ [part]: readShare(event.currentTarget, event, part) });
			}}
			onLostPointerCapture={() => {
				isDragged.current = false;
			}}
			onDblClick={resetShares}
		/>
	);
}
