// Measurements are kept through changes, and give what measuring from nothing gives.

import fc from "fast-check";
import { expect, test } from "vitest";
import { METRICS } from "../../src/contract/constants.js";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { createGenerator } from "../../src/knn/draws.js";
import { anyExamples, anyK, anyWeights, wholeEmbedding } from "../support/arbitraries.js";
import { drawAndEvaluate, evaluateAll, LABELS, measureAll, update } from "../support/evaluations.js";

/** @typedef {import("../../src/state/result.js").Metric} Metric */

const anyChange = fc.oneof(
	fc.record({
		kind: fc.constant("add"),
		place: fc.nat(200),
		embedding: wholeEmbedding,
		label: fc.nat(3),
		group: fc.nat(3),
	}),
	fc.record({
		kind: fc.constantFrom("remove", "relabel", "move", "regroup", "replace"),
		place: fc.nat(200),
		label: fc.nat(3),
	}),
	fc.record({ kind: fc.constantFrom("order", "rename", "class", "stop"), place: fc.nat(4), label: fc.nat(3) }),
);

test("any changes give what measuring from nothing gives", () => {
	fc.assert(
		fc.property(
			anyExamples(wholeEmbedding, 50),
			fc.array(anyChange, { maxLength: 12 }),
			anyK,
			anyWeights,
			(first, changes, k, weights) => {
				const evaluation = measureAll(first, LABELS);
				let [examples, labels] = [[...first], [...LABELS]];
				for (const [i, change] of changes.entries()) {
					const place = change.place % Math.max(1, examples.length);
					const label = labels[change.label];
					if (change.kind === "add" && "embedding" in change) {
						const group = change.group ? `g${change.group}` : null;
						examples.splice(place, 0, { id: `n${i}`, label, group, embedding: change.embedding });
					} else if (change.kind === "remove") examples.splice(place, 1);
					else if (change.kind === "relabel" && examples[place]) examples[place] = { ...examples[place], label };
					else if (change.kind === "regroup" && examples[place]) {
						examples[place] = { ...examples[place], group: `g${change.label}` };
					} else if (change.kind === "replace" && examples[place]) {
						// Removed, and another example added under its id.
						const { embedding } = examples[place];
						const other = Float32Array.from(embedding, (_, j) => embedding[(j + 1) % embedding.length]);
						examples[place] = Object.assign({ ...examples[place], embedding: other }, { serial: i + 1 });
					} else if (change.kind === "move") examples.push(...examples.splice(place, 1));
					else if (change.kind === "order") labels.unshift(...labels.splice(change.place, 1));
					else if (change.kind === "class") labels.push(`empty ${i}`);
					else if (change.kind === "rename") {
						const old = labels[change.place];
						labels = labels.map((each) => (each === old ? `new ${i}` : each));
						examples = examples.map((example) => (example.label === old ? { ...example, label: `new ${i}` } : example));
					}
					// Some measurements are stopped half-way, as in the worker; some metrics are not measured at once.
					if (change.kind === "stop") evaluation.measure("manhattan").next();
					else if (i % 3 === 0) measureAll(examples, labels, evaluation);
					else update(examples, labels, evaluation);
				}
				for (const metric of /** @type {Metric[]} */ (METRICS)) {
					const question = { k, metric, weights };
					const actual = drawAndEvaluate(measureAll(examples, labels, evaluation), question);
					expect(actual).toEqual(evaluateAll(examples, labels, question));
					expect(evaluation.nearest()).toEqual(measureAll(examples, labels).nearest());
				}
			},
		),
		{ numRuns: 150 },
	);
}, 60_000);

test("an update that was stopped continues", () => {
	const random = createGenerator(9);
	const examples = Array.from({ length: 300 }, (_, i) => ({
		id: `i${i}`,
		label: LABELS[i % 3],
		group: null,
		embedding: Float32Array.from({ length: 8 }, () => random(1000) - 500),
	}));
	const evaluation = new Evaluation();
	const question = { k: 5, metric: /** @type {const} */ ("euclidean"), weights: /** @type {const} */ ("distance") };
	for (const count of [100, 200, 300]) {
		const snapshot = {
			labels: LABELS,
			examples: examples.slice(0, count),
			embeddingOf: (/** @type {string} */ id) => examples[Number(id.slice(1))].embedding,
		};
		for (const steps of [20, 70, 155]) {
			const stopped = evaluation.update(snapshot);
			for (let i = 0; i < steps; i++) stopped.next();
			stopped.return();
		}
	}
	const actual = update(examples, LABELS, evaluation).evaluate(question);
	expect(actual).toEqual(update(examples, LABELS).evaluate(question));
});
