// How the page is arranged: where the open panel stands (the dock), how large it is, whether the classes are folded to a rail, and
// where the neighbours stand. Remembered.

import { computed, signal } from "@preact/signals";
import { isSimple } from "../../i18n/language.js";
import { readRemembered, remember } from "../../remembered.js";
import { clampShare, FIRST, restoreArrangement } from "./arrangement.js";
import { isPresenting } from "./presenting.js";
import { isDesk, isTablet, isTall } from "./window-shape.js";

/** @typedef {import("./arrangement.js").Arrangement} Arrangement */

/** Its first name, under which browsers have it. */
const KEY = "workspace";

export const arrangement = signal(restoreArrangement(readRemembered(KEY)));

/** @param {Partial<Arrangement>} patch shares are kept within their bounds */
export function arrange(patch) {
	const next = { ...arrangement.value, ...patch };
	next.picture = clampShare(next.picture, "picture");
	next.panel = clampShare(next.panel, "panel");
	arrangement.value = next;
	remember(KEY, JSON.stringify(next));
}

/** Puts both parts back to the size of a first visit. */
export const resetShares = () => arrange({ picture: FIRST.picture, panel: FIRST.panel });

/** Where the panel stands in this window: only a desk has room to choose. A phone has a tab for it. */
export const dockPlace = computed(() => {
	const { place } = arrangement.value;
	// There is no panel then.
	if (isSimple.value) return "beside";
	if (isDesk.value) return place;
	return isTablet.value && place === "full" ? "full" : "beside";
});

/** Where the neighbours that voted stand: what is narrow or low has no room for them beside another panel. */
export const stripPlace = computed(() => {
	if (isPresenting.value || (isSimple.value && isDesk.value)) return "answers";
	if (isDesk.value) return dockPlace.value === "beside" ? "camera" : "answers";
	return isTablet.value && isTall.value ? "answers" : "panel";
});
