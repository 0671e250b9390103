// Where the limit of "I don't know" comes from, in words.

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { useLanguage } from "../../../src/i18n/language.js";
import { computeStrangeness } from "../../../src/ui/decide/strangeness.js";
import { describeDistance, describeLimit } from "../../../src/ui/decide/unknown-words.js";

beforeAll(async () => {
	vi.stubGlobal("document", { documentElement: {} });
	await useLanguage("en");
});
afterAll(() => vi.unstubAllGlobals());

const withoutEvidence = "No class has a second recording or photo yet.";

it.each([
	[null, { recordings: 4 }, "It always names a class"],
	[0.4, { recordings: 4 }, "It says so when the strangeness of a picture is more than 0.40."],
	["auto", null, withoutEvidence],
	["auto", { recordings: 0 }, withoutEvidence],
	["auto", { recordings: 2 }, "Learnt from 2 recordings or photos."],
])("%s, %j: %s", (setting, unknown, expected) => {
	expect(describeLimit(/** @type {number|"auto"|null} */ (setting), unknown)).toContain(expected);
});

/**
 * @param {number} novelty
 * @param {number|null} unknownDistance
 * @param {boolean} [isUnknown]
 */
const answerOf = (novelty, unknownDistance, isUnknown = false) => ({ novelty, unknownDistance, isUnknown });

it("moves the picture where its own limit is another one than the drawn one", () => {
	const alone = "By the nearest example alone, the strangeness of this picture is 0.40.";
	const counted = "With everything counted in, the strangeness of this picture is";
	expect(describeDistance(answerOf(0.4, 0.5), 0.6, true)).toBe(`${counted} 0.48. The limit is 0.60.`);
	expect(describeDistance(answerOf(0.304, 0.296, true), 0.592, true)).toBe(`${counted} 0.61. The limit is 0.59.`);
	// A difference is seen, however small it is.
	expect(describeDistance(answerOf(0.3, 0.2999, true), 0.2999, true)).toBe(`${counted} 0.3000. The limit is 0.2999.`);
	expect(describeDistance(answerOf(0.4, 0.7), 0.7, false)).toBe(alone);
	expect(describeDistance(answerOf(0.4, null), null, true)).toBe(alone);
	// For a moment after "Never" there is a limit, and an answer without one.
	expect(describeDistance(answerOf(0.4, null), 0.6, true)).toBe(alone);
});

it("says the same of a picture by the drawn limit as by its own", () => {
	for (const [novelty, own] of [
		[0.4, 0.5],
		[0.5, 0.4],
		[0, 0.4],
		[0, 0],
		[0.1, 0],
	]) {
		expect(computeStrangeness({ novelty, unknownDistance: own }, 0.6) > 0.6).toBe(novelty > own);
		expect(computeStrangeness({ novelty, unknownDistance: own }, 0.6)).not.toBeNaN();
		expect(computeStrangeness({ novelty, unknownDistance: own }, 0)).toBe(novelty);
	}
});

it.each([
	["too far away", 0.61, 0.62, true],
	["known", 0.63, 0.62, false],
])("gives no figures of a newest frame that would not make it %s, as the mean is", (_, novelty, limit, isUnknown) => {
	for (const isAutomatic of [true, false]) {
		expect(describeDistance(answerOf(novelty, limit, isUnknown), 0.6, isAutomatic)).toBe(
			"The strangeness of this picture is about at the limit.",
		);
	}
});

// Neighbours may be measured by another metric. What decides is always measured by cosine: it must not look like their distance.
it.each([
	["en", /strange/i, /away|distance|far/i],
	["de", /fremd/i, /abst(a|ä)nd|entfernt|weit weg/i],
	["fr", /étrange/i, /distance|loin|est à …/i],
	["es", /extrañ/i, /distancia|lejos|está a …/i],
	["zh", /陌生/, /距离|远离/],
	["it", /stran(o|ezza)/i, /distan(za|te)|lontan/i],
	["pt", /estranh/i, /distância|longe/i],
	["tr", /yabancı/i, /uzak/i],
	["uk", /незвичн/i, /відстан|далек/i],
	["hi", /अजनबी/, /दूरी|दूर /],
	["ar", /غراب[ةت]/, /مسافة|بعيد/],
])("%s: what decides has a name of its own, and is never called a distance", async (tag, name, distance) => {
	const { default: messages } = await import(`../../../src/i18n/messages/${tag}.json`);
	const keys = [
		"unknownDistance",
		"unknownText",
		"now",
		"unknownHere",
		"nearLimit",
		"axisDistance",
		"histogramText",
		"histogramWaits",
	];
	for (const key of keys) {
		expect(messages[`decide.${key}`]).toMatch(name);
		expect(messages[`decide.${key}`].replace(/\{.*?\}/g, "…")).not.toMatch(distance);
	}
	expect(messages["why.away"]).not.toMatch(name);
});
