// The simple words: for children of six, short words and pictures in the place of figures. Each language has a file of them with
// the same keys, simple/*.json, which lies over its messages. It is remembered whether they are wanted. Only main and what switches
// them import this module: an exported page has none.

import { effect } from "@preact/signals";
import { readRemembered, remember } from "../remembered.js";
import { isSimple, useSimpleWords } from "./language.js";

const REMEMBERED = "words";
const SIMPLE = "simple";

/** @type {import("./language.js").SimpleLoaders} */
export const SIMPLE_LOADERS = {
	en: () => import("./simple/en.json"),
	ar: () => import("./simple/ar.json"),
	de: () => import("./simple/de.json"),
	es: () => import("./simple/es.json"),
	fr: () => import("./simple/fr.json"),
	hi: () => import("./simple/hi.json"),
	it: () => import("./simple/it.json"),
	pt: () => import("./simple/pt.json"),
	tr: () => import("./simple/tr.json"),
	uk: () => import("./simple/uk.json"),
	zh: () => import("./simple/zh.json"),
};

/**
 * Asks for simple words with the first language, where they were chosen. Called once, before startLanguage(). From then on the
 * document's root says whether they are in use: the style sheets read it.
 */
export function startSimpleWords() {
	effect(() => {
		document.documentElement.dataset.words = isSimple.value ? SIMPLE : "usual";
	});
	if (readRemembered(REMEMBERED) === SIMPLE) useSimpleWords(SIMPLE_LOADERS);
}

/**
 * Switches simple words on or off and remembers it, also where they can't be loaded now: the next visit starts with them.
 * @param {boolean} wanted
 * @returns {Promise<boolean>} whether it is so now
 */
export function setSimpleWords(wanted) {
	remember(REMEMBERED, wanted ? SIMPLE : null);
	return useSimpleWords(wanted ? SIMPLE_LOADERS : null);
}
