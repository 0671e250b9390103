// The three answers in words.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { useLanguage } from "../../../src/i18n/language.js";
import {
	chooseTextSize,
	chooseWider,
	describeAnswer,
	describeReason,
	findRival,
} from "../../../src/ui/answer/answer-words.js";

beforeAll(async () => {
	vi.stubGlobal("document", { documentElement: {} });
	await useLanguage("en");
});
afterAll(() => vi.unstubAllGlobals());

/**
 * @param {"sure"|"notSure"|"unknown"} certainty
 * @param {Record<string, number>} confidences the first one wins
 * @param {number} unknownShare
 * @param {string[]} nearest the neighbours' labels
 */
const answerOf = (certainty, confidences, unknownShare, nearest = []) => ({
	...{ certainty, confidences, unknownShare },
	label: Object.keys(confidences)[0],
	neighbours: nearest.map((label, place) => ({ id: `${place}`, label, distance: place })),
});

describe("describeAnswer", () => {
	it.each([
		["a sure one", answerOf("sure", { Apple: 1, Banana: 0 }, 0.1), ["I think this is", "Apple", "Apple"]],
		[
			"two classes",
			answerOf("notSure", { Apple: 0.6, Banana: 0.3, Cherry: 0.1 }, 0.1),
			["Not sure", "Apple, or Banana?", "Not sure: Apple or Banana"],
		],
		[
			"a class and something else",
			answerOf("notSure", { Apple: 0.8, Banana: 0.2 }, 0.4),
			["Not sure", "Apple? It could be something else", "Not sure: Apple or something else"],
		],
		[
			"the only class",
			answerOf("notSure", { Apple: 1 }, 0.4),
			["Not sure", "Apple? It could be something else", "Not sure: Apple or something else"],
		],
		["nothing it knows", answerOf("unknown", { Apple: 1 }, 0.8), ["Hmm.", "I don’t know", "I don’t know"]],
	])("%s", (_, answer, [title, verdict, spoken]) => {
		expect(describeAnswer(answer)).toEqual({ title, verdict, spoken });
	});
});

describe("findRival", () => {
	it("is the class with the second largest share, if something else has less", () => {
		expect(findRival(answerOf("notSure", { a: 0.5, b: 0.2, c: 0.3 }, 0.1))).toBe("c");
		// 0.3 · 0.8 = 0.24 is more than 0.2; 0.3 · 0.7 = 0.21 is less than 0.3.
		expect(findRival(answerOf("notSure", { a: 0.7, b: 0.3 }, 0.2))).toBe("b");
		expect(findRival(answerOf("notSure", { a: 0.7, b: 0.3 }, 0.3))).toBeNull();
	});

	it("is the nearest of equal shares, as the winner is", () => {
		const thirds = { a: 1 / 3, b: 1 / 3, c: 1 / 3 };
		expect(findRival(answerOf("notSure", thirds, 0.1, ["a", "c", "b"]))).toBe("c");
		expect(findRival(answerOf("notSure", thirds, 0.1, ["a", "b", "c"]))).toBe("b");
		// Means of the same shares differ in their last digit.
		expect(findRival(answerOf("notSure", { a: 0.4, b: 0.3 + 1e-12, c: 0.3 }, 0, ["c", "a", "b"]))).toBe("c");
		// A larger share is more than a nearer neighbour.
		expect(findRival(answerOf("notSure", { a: 0.4, b: 0.35, c: 0.25 }, 0, ["c", "a", "b"]))).toBe("b");
	});

	it("is no class without a share, whatever it is called", () => {
		expect(findRival(answerOf("notSure", { a: 1, b: 0 }, 0))).toBeNull();
		expect(findRival({ ...answerOf("notSure", JSON.parse('{"a": 0.6, "__proto__": 0.4}'), 0) })).toBe("__proto__");
	});
});

describe("describeReason", () => {
	const oneSide = "I have seen Apple from one side only: record it once more somewhere else.";
	const newOrKnown = "Something new? Add a class. If it is Apple, record it like this.";
	/** @type {import("../../../src/state/result.js").Neighbour[]} */
	const neighbours = ["Apple", "Apple", "Banana"].map((label, place) => ({ id: `${place}`, label, distance: 0.1 }));
	const answer = { label: "Apple", neighbours, novelty: 0.7, unknownDistance: 0.615 };

	it.each([
		["sure", 1, "2 of the 3 most similar examples say so"],
		["notSure", 1, oneSide],
		["notSure", 2, "2 of the 3 most similar examples say so"],
		["notSure", null, "2 of the 3 most similar examples say so"],
		[
			"unknown",
			1,
			"Something new? Add a class. If it is Apple, I have seen it from one side only: record it like this.",
		],
		["unknown", 2, newOrKnown],
		["unknown", null, "The nearest example is 1.14 times as far away as the limit allows"],
	])("%s, of a class with %j recordings", (certainty, recordings, expected) => {
		const kind = /** @type {import("../../../src/state/result.js").Certainty} */ (certainty);
		expect(describeReason({ ...answer, certainty: kind }, recordings)).toBe(expected);
	});

	it("asks for the photo that stands in the camera's place to be uploaded", () => {
		const answered = { ...answer, certainty: /** @type {const} */ ("unknown") };
		for (const recordings of [1, 2]) {
			expect(describeReason(answered, recordings, true)).toBe(
				"Something new? Add a class, and upload this picture there. If it is Apple, upload it there.",
			);
		}
		expect(describeReason(answered, null, true)).toContain("1.14 times as far away");
	});

	it("gives no reason of a newest frame that says something else than the mean", () => {
		const changing = "The picture is changing";
		const atLimit = "The nearest example is about as far away as the limit";
		expect(describeReason({ ...answer, certainty: "unknown", novelty: 0.5 }, null)).toBe(atLimit);
		expect(describeReason({ ...answer, certainty: "unknown", unknownDistance: null }, null)).toBe(atLimit);
		expect(describeReason({ ...answer, certainty: "sure", label: "Cherry" }, 2)).toBe(changing);
	});

	it.each([
		[0.304, 0.298, "1.02"],
		[0.3, 0.2999, "1.0003"],
	])(
		"never gives a distance of %d beyond the limit %d that looks like the limit",
		(novelty, unknownDistance, times) => {
			expect(describeReason({ ...answer, certainty: "unknown", novelty, unknownDistance }, null)).toBe(
				`The nearest example is ${times} times as far away as the limit allows`,
			);
		},
	);
});

it("keeps room for the wider of two texts, of equals for the first", () => {
	expect(["fig", "banana", "apples"].reduce(chooseWider, "")).toBe("banana");
	expect(["banana", "苹果苹果"].reduce(chooseWider, "")).toBe("苹果苹果");
});

it("sets a long text smaller", () => {
	expect(["Mug", "Apple, or Banana?", "x".repeat(30), "x".repeat(60)].map(chooseTextSize)).toEqual([
		...["large", "medium", "small", "tiny"],
	]);
});
