// The animals whose names are offered: in every language no two that could be taken for each other.

import { expect, test } from "vitest";
import ar from "../../../src/i18n/messages/ar.json" with { type: "json" };
import de from "../../../src/i18n/messages/de.json" with { type: "json" };
import en from "../../../src/i18n/messages/en.json" with { type: "json" };
import es from "../../../src/i18n/messages/es.json" with { type: "json" };
import fr from "../../../src/i18n/messages/fr.json" with { type: "json" };
import hi from "../../../src/i18n/messages/hi.json" with { type: "json" };
import it from "../../../src/i18n/messages/it.json" with { type: "json" };
import pt from "../../../src/i18n/messages/pt.json" with { type: "json" };
import tr from "../../../src/i18n/messages/tr.json" with { type: "json" };
import uk from "../../../src/i18n/messages/uk.json" with { type: "json" };
import zh from "../../../src/i18n/messages/zh.json" with { type: "json" };
import { ANIMALS, drawAnimals } from "../../../src/ui/projects/animals.js";

/** @param {string} one @param {string} other @returns {number} how many letters are to be changed, added or left out */
function editsBetween(one, other) {
	let row = Array.from({ length: other.length + 1 }, (_, i) => i);
	for (const [i, letter] of [...one].entries()) {
		const next = [i + 1];
		for (const [j, second] of [...other].entries())
			next.push(Math.min(row[j] + Number(letter !== second), row[j + 1] + 1, next[j] + 1));
		row = next;
	}
	return row[other.length];
}

test.each(Object.entries({ en, ar, de, es, fr, hi, it, pt, tr, uk, zh }))("no two are alike in %s", (_, messages) => {
	const words = /** @type {Record<string, unknown>} */ (messages);
	const names = Object.keys(ANIMALS).map((each) => String(words[`animal.${each}`]).toLocaleLowerCase());
	for (const [i, one] of names.entries()) {
		for (const other of names.slice(0, i)) expect(editsBetween(one, other), `${one}, ${other}`).toBeGreaterThan(1);
	}
});

test("those that are offered next are others, and no two the same", () => {
	const first = drawAnimals();
	const second = drawAnimals(first);
	expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
});
