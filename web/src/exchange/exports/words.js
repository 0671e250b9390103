// The words that are written into exports, in the language in use: long, and rarely needed, so they are not among those of the
// page, which every visit loads. words/*.json has them; the form is that of i18n/messages.

import { language } from "../../i18n/language.js";
import { number, pluralOf } from "../../i18n/numbers.js";

/** @typedef {import("../../i18n/language.js").Language} Language */
/** @typedef {(key: string, params?: Record<string, string|number>) => string} Words */

/** @typedef {() => Promise<{default: Record<string, string|Record<string, string>>}>} Loader */

/** @type {Record<Language, Loader>} */
const LOADERS = {
	en: () => import("./words/en.json"),
	ar: () => import("./words/ar.json"),
	de: () => import("./words/de.json"),
	es: () => import("./words/es.json"),
	fr: () => import("./words/fr.json"),
	hi: () => import("./words/hi.json"),
	it: () => import("./words/it.json"),
	pt: () => import("./words/pt.json"),
	tr: () => import("./words/tr.json"),
	uk: () => import("./words/uk.json"),
	zh: () => import("./words/zh.json"),
};

/**
 * @returns {Promise<Words>} as `t` of i18n/words.js
 * @example
 * const words = await loadWords();
 * words("card.examples", { count: 12 }); // "12 examples"
 */
export async function loadWords() {
	const { default: messages } = await LOADERS[language.peek()]();
	return (key, params = {}) => {
		const message = messages[key];
		if (message === undefined) throw new Error(`exports/words has no "${key}"`);
		const text = typeof message === "string" ? message : (message[pluralOf(Number(params.count))] ?? message.other);
		return text.replace(/\{(\w+)\}/g, (_, name) => {
			const value = params[name];
			return typeof value === "number" ? number(value) : String(value);
		});
	};
}
