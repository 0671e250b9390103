import { expect, it } from "vitest";
import { compareChoices } from "../../../../src/ui/decide/test/fair-choices.js";

/** @typedef {import("../../../../src/state/state.js").Metric} Metric */

const chosen = { k: 3, metric: /** @type {Metric} */ ("cosine"), validationAccuracy: 0.95, testAccuracy: 0.89 };

it.each(
	/** @type {[string, number, Metric, number][]} */ ([
		["none", 3, "cosine", 0.89],
		["equal", 1, "cosine", 0.89],
		["equal", 3, "adapted", 0.89],
		["equal", 1, "cosine", 0.894], // written alike
		["more", 1, "cosine", 0.93],
		["more", 3, "cosine", 0.93],
	]),
)("peeking gains %s with k = %i, %s, and %f", (gain, k, metric, testAccuracy) => {
	expect(compareChoices({ chosen, peeked: { k, metric, testAccuracy } })).toBe(gain);
});
