// The shape of the window, where a style sheet is not enough: which of two places a part of the page stands in. The style
// sheet (style/layout/) has the same widths and heights.

import { signal } from "@preact/signals";

/** @param {string} query @returns {import("@preact/signals").ReadonlySignal<boolean>} whether the window matches, from now on */
function follow(query) {
	const list = matchMedia(query);
	const matches = signal(list.matches);
	list.addEventListener("change", () => {
		matches.value = list.matches;
	});
	return matches;
}

/** Three columns: the neighbours stand below the picture. */
export const isDesk = follow("(min-width: 1080px) and (min-height: 560px)");

/** Two columns: the answer stands beside the picture. */
export const isTablet = follow("(min-width: 701px) and (max-width: 1079.98px) and (min-height: 560px)");

/** A tablet held upright: there is room for the neighbours above the open panel. */
export const isTall = follow("(min-height: 900px)");

/** A phone held upright: three tabs. */
export const isPhone = follow("(max-width: 700px)");

/** A phone on its side, or a page at 200 %: the tabs stand at the edge. */
export const isLow = follow("(min-width: 701px) and (max-height: 559.98px)");
