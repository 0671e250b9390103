// What the parts of the map panel share: whether examples are points or pictures, the tool, what is selected, what is dragged.

import { signal } from "@preact/signals";

/** What can stand for an example. */
export const LOOKS = /** @type {const} */ (["points", "pictures"]);

/** @typedef {typeof LOOKS[number]} Look */
/** @typedef {{ids: string[], over: string|null, x: number, y: number, isLow: boolean}} Drag over: the class it would go to; x, y: of the
 *   window, px; isLow: it began in the lower half */

/** What stands for an example; kept while the tab is closed. */
export const look = signal(/** @type {Look} */ ("points"));

/** Whether the lasso is the tool. */
export const isLasso = signal(false);

/** How far the map is magnified; 1: all is seen. */
export const scale = signal(1);

/** Ids of the examples that are selected. */
export const selection = signal(/** @type {ReadonlySet<string>} */ (new Set()));

export const drag = signal(/** @type {Drag|null} */ (null));

/** Why an example may not be moved; "" where nobody tried. */
export const refusedWords = signal("");

/**
 * @param {import("../../../state/state.js").ClassView} view
 * @param {readonly string[]} ids
 * @returns {boolean} whether all of them are in the class already
 */
export function hasAll({ examples }, ids) {
	const own = new Set(examples.map(({ id }) => id));
	return ids.every((id) => own.has(id));
}

/** Nothing is selected, dragged or refused. */
export function clearHands() {
	selection.value = new Set();
	drag.value = null;
	refusedWords.value = "";
}

/** @param {string} id selected, or no longer */
export function toggleSelected(id) {
	const next = new Set(selection.value);
	if (!next.delete(id)) next.add(id);
	selection.value = next;
}

/**
 * @param {number} x of the window, px
 * @param {number} y
 * @returns {string|null} the label of the class whose drop target is there
 */
export function findDropTarget(x, y) {
	const target = document.elementFromPoint(x, y)?.closest("[data-drop]");
	return target instanceof HTMLElement ? (target.dataset.drop ?? null) : null;
}
