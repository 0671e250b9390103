// The mean over frames: steady, quick at a cut, and by the contract's rule.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerSmoother, showAlone } from "../../src/app/answer-smoother.js";
import { SMOOTHED_FRAMES, SURE_SHARE } from "../../src/contract/constants.js";

const FRAME_MS = 100;

/**
 * One frame's answer, as a classifier gives it.
 * @param {Record<string, number>} confidences
 * @param {number} [unknownShare]
 * @returns {any}
 */
function answerOf(confidences, unknownShare = 0.1) {
	const [label, share] = Object.entries(confidences).reduce((best, entry) => (entry[1] > best[1] ? entry : best));
	const isUnknown = unknownShare > 1 / 2;
	const certainty = isUnknown ? "unknown" : share * (1 - unknownShare) >= SURE_SHARE ? "sure" : "notSure";
	return {
		label,
		classIndex: 0,
		confidences,
		unknownShare,
		isUnknown,
		certainty,
		novelty: unknownShare,
		neighbours: [],
	};
}

const apple = answerOf({ apple: 1, banana: 0 });
const banana = answerOf({ apple: 0, banana: 1 });
const nothing = answerOf({ apple: 1, banana: 0 }, 0.95);

/** Shows answers one after another, at a steady rate. @param {any[]} answers @param {AnswerSmoother} [smoother] */
const showAll = (answers, smoother = new AnswerSmoother()) =>
	answers.map((answer, frame) => smoother.add(answer, frame * FRAME_MS));

/** @param {import("../../src/state/state.js").ShownAnswer} shown */
const sayOf = ({ certainty, label }) => (certainty === "unknown" ? "?" : label);

describe("AnswerSmoother", () => {
	it("shows a single frame's answer as it came", () => {
		const alone = answerOf({ apple: 2 / 3, banana: 1 / 3 }, 0.5);
		expect(new AnswerSmoother().add(alone, 0)).toEqual({ ...alone, meanOf: 1 });
		expect(showAlone(alone)).toEqual({ ...alone, meanOf: 1 });
	});

	it("is the mean of the shares, of classes and of something else, of the last frames only", () => {
		const share = fc.double({ min: 0, max: 1, noNaN: true });
		const frames = fc.array(fc.tuple(share, share), { minLength: 2, maxLength: 12 });
		fc.assert(
			fc.property(frames, (drawn) => {
				const answers = drawn.map(([share, unknownShare]) => answerOf({ apple: share, 7: 1 - share }, unknownShare));
				const shown = showAll(answers).at(-1);
				const last = answers.slice(-SMOOTHED_FRAMES);
				const mean = (/** @type {(answer: any) => number} */ of) =>
					last.reduce((sum, answer) => sum + of(answer), 0) / last.length;
				if (!shown) throw new Error("nothing was shown");
				expect(shown.meanOf).toBe(last.length);
				expect(shown.unknownShare).toBeCloseTo(
					mean((answer) => answer.unknownShare),
					9,
				);
				const expected = ["apple", "7"].map((label) =>
					mean((answer) => answer.confidences[label] * (1 - answer.unknownShare)),
				);
				expect(shown.confidences.apple * (1 - shown.unknownShare)).toBeCloseTo(expected[0], 9);
				expect(shown.confidences["7"] * (1 - shown.unknownShare)).toBeCloseTo(expected[1], 9);
				if (Math.abs(expected[0] - expected[1]) > 1e-6) {
					expect(shown.label).toBe(expected[0] > expected[1] ? "apple" : "7");
				}
				if (Math.abs(shown.unknownShare - 1 / 2) > 1e-6) expect(shown.isUnknown).toBe(shown.unknownShare > 1 / 2);
				expect(shown.certainty === "unknown").toBe(shown.isUnknown);
				const most = Math.max(...expected);
				if (!shown.isUnknown && Math.abs(most - SURE_SHARE) > 1e-6) {
					expect(shown.certainty).toBe(most >= SURE_SHARE ? "sure" : "notSure");
				}
			}),
		);
	});

	it("keeps a class whose name is a word of the language", () => {
		const confidences = JSON.parse('{"__proto__": 1, "constructor": 0}');
		const shown = showAll([answerOf(confidences), answerOf(confidences)])[1];
		expect(shown.label).toBe("__proto__");
		expect(Object.entries(shown.confidences)).toEqual([
			["__proto__", 1],
			["constructor", 0],
		]);
	});

	it.each([
		["another thing", apple, banana, "banana"],
		["something else", apple, nothing, "?"],
		["a thing that is known", nothing, apple, "apple"],
	])("names %s within three frames of a cut", (_, before, after, expected) => {
		const shown = showAll([...Array(8).fill(before), ...Array(5).fill(after)]).map(sayOf);
		expect(shown.slice(0, 8)).not.toContain(expected);
		expect(shown.slice(10)).toEqual(Array(3).fill(expected));
	});

	it.each([
		["another class", banana],
		["something else", nothing],
	])("does not follow one odd frame, of %s, wherever it comes", (_, odd) => {
		// Of two frames an odd one is half: from the third on it is outweighed.
		for (let place = 2; place < 8; place += 1) {
			const answers = Array(8).fill(apple);
			answers[place] = odd;
			expect(showAll(answers).map(sayOf), `frame ${place}`).toEqual(Array(8).fill("apple"));
		}
	});

	it("keeps what it showed while means are equal", () => {
		expect(showAll([apple, banana, apple, banana]).map(({ label }) => label)).toEqual(Array(4).fill("apple"));
		expect(showAll([banana, apple, banana, apple]).map(({ label }) => label)).toEqual(Array(4).fill("banana"));
	});

	it("is not sure while it changes", () => {
		const shown = showAll([...Array(5).fill(apple), ...Array(5).fill(banana)]);
		expect(shown.map(({ certainty }) => certainty).slice(4)).toEqual([
			...["sure", "sure", "notSure", "notSure", "sure", "sure"],
		]);
	});

	it("has neighbours, novelty and distance of the newest frame", () => {
		const odd = { ...banana, novelty: 0.4, distance: 0.3, neighbours: [{ id: "b", label: "banana", distance: 0.3 }] };
		const shown = showAll([apple, apple, apple, odd])[3];
		expect(shown).toMatchObject({ label: "apple", novelty: 0.4, distance: 0.3, neighbours: odd.neighbours });
	});

	it("shows the newest frame's classes where no share is left for any", () => {
		const far = answerOf({ apple: 0.75, banana: 0.25 }, 1);
		const shown = showAll([far, far])[1];
		expect(shown).toMatchObject({
			confidences: far.confidences,
			unknownShare: 1,
			isUnknown: true,
			certainty: "unknown",
		});
	});

	it("begins anew when it is reset, after a pause, and with other classes", () => {
		const smoother = new AnswerSmoother();
		showAll([apple, apple, apple], smoother);
		smoother.reset();
		expect(smoother.add(banana, 300)).toMatchObject({ label: "banana", meanOf: 1 });
		expect(smoother.add(banana, 1300)).toMatchObject({ meanOf: 2 });
		expect(smoother.add(apple, 2301)).toMatchObject({ label: "apple", meanOf: 1 });
		expect(smoother.add(answerOf({ banana: 1 }), 2401)).toMatchObject({ label: "banana", meanOf: 1 });
		expect(smoother.add(answerOf({ banana: 1, cherry: 0 }), 2501)).toMatchObject({ meanOf: 1 });
		expect(smoother.add(answerOf({ banana: 1, apple: 0 }), 2601)).toMatchObject({ meanOf: 1 });
		expect(smoother.add(answerOf({ apple: 0, banana: 1 }), 2701)).toMatchObject({ meanOf: 2 });
	});
});
