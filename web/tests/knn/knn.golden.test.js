import { describe, expect, test } from "vitest";
import golden from "../../../contract/golden.json" with { type: "json" };
import evaluations from "../../../contract/golden-evaluation.json" with { type: "json" };
import { agree } from "../support/agree.js";
import { play } from "../support/steps.js";

describe("golden cases of the contract", () => {
	test.each([...golden.cases, ...evaluations.cases])("$name", ({ steps }) => {
		const results = play(steps);
		expect(results.length).toBe(steps.length);
		for (const [i, step] of steps.entries()) {
			const { call, args, ...expected } = /** @type {any} */ (step);
			agree(results[i], expected, `step ${i}, ${call} ${JSON.stringify(args)}`);
		}
	});
});
