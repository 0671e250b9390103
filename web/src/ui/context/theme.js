// The theme: light, dark, or the system's. It is remembered, and set on the document's root, where the style sheets read it.
// public/first-paint.js does the same once, before the first paint.

import { signal } from "@preact/signals";
import { readRemembered, remember } from "../../remembered.js";

/** @typedef {"auto"|"light"|"dark"} Theme */

export const THEMES = /** @type {const} */ (["auto", "light", "dark"]);

const KEY = "theme";

/** The person's choice. */
export const theme = signal(/** @type {Theme} */ ("auto"));

/** The theme in use; canvases are drawn again when it changes. */
export const appliedTheme = signal(/** @type {"light"|"dark"} */ ("light"));

function applyTheme() {
	const dark = theme.value === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : theme.value === "dark";
	document.documentElement.dataset.theme = dark ? "dark" : "light";
	appliedTheme.value = dark ? "dark" : "light";
}

/** Reads the remembered choice and follows the system where there is none. */
export function startTheme() {
	const remembered = readRemembered(KEY);
	theme.value = THEMES.find((choice) => choice === remembered) ?? theme.value;
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
	applyTheme();
}

/** @param {Theme} choice */
export function setTheme(choice) {
	theme.value = choice;
	applyTheme();
	remember(KEY, choice);
}
