import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Evaluation } from "../../src/evaluation/evaluation.js";
import { l2Norm } from "../../src/knn/distance.js";
import { createGenerator } from "../../src/knn/draws.js";
import { agree } from "../support/agree.js";
import { oracle } from "../support/leave-one-out.js";

/** @typedef {import("../support/leave-one-out.js").Shown} Shown */
/** @typedef {import("../../src/knn/options.js").Question} Question */

const LABELS = ["cat", "__proto__", "7", "constructor", "<img onerror=x>"];
/** @type {("cosine" | "euclidean" | "manhattan" | "adapted")[]} */
const METRICS = ["cosine", "euclidean", "manhattan", "adapted"];

/** @param {Generator<unknown, unknown>} steps */
function finish(steps) {
	while (!steps.next().done);
}

/**
 * @param {Shown[]} shown
 * @param {string[]} labels
 * @param {Evaluation} [evaluation]
 */
function updated(shown, labels, evaluation = new Evaluation()) {
	const embeddings = new Map(shown.map(({ id, embedding }) => [id, embedding]));
	finish(
		evaluation.update({
			labels,
			examples: shown.map(({ id, label, group }) => ({ id, label, group })),
			embeddingOf: (id) => /** @type {Float32Array} */ (embeddings.get(id)),
		}),
	);
	return evaluation;
}

/**
 * @param {Shown[]} shown
 * @param {string[]} labels
 * @param {Evaluation} [evaluation]
 */
function measured(shown, labels, evaluation) {
	const made = updated(shown, labels, evaluation);
	finish(made.measure("adapted"));
	finish(made.measure("manhattan"));
	return made;
}

/**
 * @param {Evaluation} evaluation
 * @param {Question} question
 */
function drawn(evaluation, question) {
	finish(evaluation.draw(question));
	return evaluation.evaluate(question);
}

const weights = fc.constantFrom(/** @type {const} */ ("uniform"), /** @type {const} */ ("distance"));
const number = fc.integer({ min: 1, max: 30 });
// Small whole numbers make duplicates and ties; the factors make huge and tiny vectors, and parallel ones.
const whole = fc
	.tuple(
		fc
			.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 })
			.filter((numbers) => numbers.some((one) => one !== 0)),
		fc.constantFrom(1, 1, 1, 2, 1e-37, 1e37),
	)
	.map(([numbers, factor]) => Float32Array.from(numbers, (one) => one * factor));
const real = fc.nat(1e6).map((seed) => {
	const random = createGenerator(seed);
	return Float32Array.from({ length: 4 }, (_, i) => random(1000) / 1000 + (i === seed % 3 ? 1 : 0));
});

/** @param {fc.Arbitrary<Float32Array>} embedding */
const shownOf = (embedding, maxLength = 24) =>
	fc
		.array(
			fc.record({
				embedding,
				label: fc.constantFrom(...LABELS.slice(0, 4)),
				group: /** @type {fc.Arbitrary<string | null>} */ (fc.constantFrom(null, "g1", "g2", "g3")),
			}),
			{ minLength: 2, maxLength },
		)
		.map((list) => list.map((one, i) => ({ ...one, id: `i${i}` })));

describe("every figure is what the classifier gives, example by example", () => {
	/**
	 * @param {Shown[]} shown
	 * @param {Question} question
	 * @param {("cosine" | "euclidean" | "manhattan" | "adapted")[]} metrics
	 */
	function compare(shown, question, metrics) {
		const evaluation = metrics.length === 4 ? measured(shown, LABELS) : updated(shown, LABELS);
		if (metrics.length === 3) finish(evaluation.measure("manhattan"));
		const gave = drawn(evaluation, question);
		if (!gave) throw new Error("there is no evaluation");
		const expected = oracle(shown, LABELS);
		for (const metric of metrics) {
			const { accuracy, balancedAccuracy, crossEntropy } = expected.figures(metric, question.k, question.weights);
			const { [metric]: curve } = gave.byMetric;
			const at = (/** @type {number[] | undefined} */ list) => list?.[question.k - 1];
			agree(
				[at(curve?.accuracy), at(curve?.balancedAccuracy), at(curve?.crossEntropy)],
				[accuracy, balancedAccuracy, crossEntropy],
				metric,
			);
		}
		const { classes, confusion, accuracy } = expected.figures(gave.metric, question.k, question.weights);
		agree(gave.classes, classes, "classes");
		expect(gave.confusion).toEqual(confusion);
		agree(gave.accuracy, accuracy, "accuracy");
		expect(gave.flattered).toEqual(expected.flattered);
		agree(gave.unknown, expected.unknown(), "unknown");
		agree(gave.learningCurve, expected.curve(gave.metric, question.k, question.weights), "learningCurve");
		agree(gave.split, expected.split(metrics, question.weights), "split");
		expect(Object.keys(gave.byMetric)).toEqual(metrics);
	}

	test("where distances tie and vectors are huge, tiny or parallel", () => {
		fc.assert(
			fc.property(
				// Between two huge ones rounding is more than what counts as a tie, and would decide the order.
				shownOf(whole, 14).filter((shown) => shown.filter(({ embedding }) => l2Norm(embedding) > 1e30).length < 2),
				number,
				fc.constantFrom(...METRICS.slice(0, 3)),
				weights,
				(shown, k, metric, its) => {
					compare(shown, { k, metric, weights: its }, ["cosine", "euclidean", "manhattan"]);
				},
			),
			{ numRuns: 60 },
		);
	}, 60_000);

	test("adapted too, measured without the fold", () => {
		fc.assert(
			fc.property(shownOf(real, 14), number, weights, (shown, k, its) => {
				compare(shown, { k, metric: "adapted", weights: its }, METRICS);
			}),
			{ numRuns: 40 },
		);
	}, 60_000);

	test("with more examples than neighbours are kept of", () => {
		const random = createGenerator(4);
		const shown = Array.from({ length: 90 }, (_, i) => ({
			id: `i${i}`,
			label: LABELS[i % 2],
			group: i % 7 ? `g${i >> 3}` : null,
			embedding: Float32Array.from({ length: 5 }, () => random(4) - 1.5),
		}));
		compare(shown.slice(0, 50), { k: 3, metric: "euclidean", weights: "distance" }, METRICS);
		const gave = measured(shown, LABELS).evaluate({ k: 30, metric: "manhattan", weights: "uniform" });
		const expected = oracle(shown, LABELS);
		for (const metric of METRICS) {
			for (const k of [1, 29, 30]) {
				const { accuracy, crossEntropy } = expected.figures(metric, k, "uniform");
				agree(gave?.byMetric[metric]?.accuracy[k - 1], accuracy, `${metric} ${k}`);
				agree(gave?.byMetric[metric]?.crossEntropy[k - 1], crossEntropy, `${metric} ${k}`);
			}
		}
	}, 60_000);
});

describe("what was measured is kept", () => {
	const change = fc.oneof(
		fc.record({ what: fc.constant("add"), place: fc.nat(200), embedding: whole, label: fc.nat(3), group: fc.nat(3) }),
		fc.record({ what: fc.constantFrom("remove", "relabel", "move", "regroup"), place: fc.nat(200), label: fc.nat(3) }),
		fc.record({ what: fc.constantFrom("order", "rename", "stop"), place: fc.nat(4), label: fc.nat(3) }),
	);

	test("any changes give what measuring from nothing gives", () => {
		fc.assert(
			fc.property(
				shownOf(whole, 50),
				fc.array(change, { maxLength: 12 }),
				number,
				weights,
				(first, changes, k, its) => {
					const evaluation = measured(first, LABELS);
					let [shown, labels] = [[...first], [...LABELS]];
					for (const [i, one] of changes.entries()) {
						const at = one.place % Math.max(1, shown.length);
						const label = labels[one.label];
						if (one.what === "add" && "embedding" in one) {
							const group = one.group ? `g${one.group}` : null;
							shown.splice(at, 0, { id: `n${i}`, label, group, embedding: one.embedding });
						} else if (one.what === "remove") shown.splice(at, 1);
						else if (one.what === "relabel" && shown[at]) shown[at] = { ...shown[at], label };
						else if (one.what === "regroup" && shown[at]) shown[at] = { ...shown[at], group: `g${one.label}` };
						else if (one.what === "move") shown.push(...shown.splice(at, 1));
						else if (one.what === "order") labels.unshift(...labels.splice(one.place, 1));
						else if (one.what === "rename") {
							const old = labels[one.place];
							labels = labels.map((name) => (name === old ? `new ${i}` : name));
							shown = shown.map((example) => (example.label === old ? { ...example, label: `new ${i}` } : example));
						}
						// Some are stopped half-way, as the worker does; some metrics stay behind.
						if (one.what === "stop") evaluation.measure("manhattan").next();
						else if (i % 3 === 0) measured(shown, labels, evaluation);
						else updated(shown, labels, evaluation);
					}
					for (const metric of METRICS) {
						const question = { k, metric, weights: its };
						const gave = drawn(measured(shown, labels, evaluation), question);
						expect(gave).toEqual(drawn(measured(shown, labels), question));
						expect(evaluation.nearest()).toEqual(updated(shown, labels).nearest());
					}
				},
			),
			{ numRuns: 150 },
		);
	}, 60_000);

	test("an update that was stopped goes on", () => {
		const random = createGenerator(9);
		const shown = Array.from({ length: 300 }, (_, i) => ({
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
				examples: shown.slice(0, count),
				embeddingOf: (/** @type {string} */ id) => shown[Number(id.slice(1))].embedding,
			};
			for (const steps of [20, 70, 155]) {
				const update = evaluation.update(snapshot);
				for (let i = 0; i < steps; i++) update.next();
				update.return();
			}
		}
		expect(updated(shown, LABELS, evaluation).evaluate(question)).toEqual(updated(shown, LABELS).evaluate(question));
	});
});

describe("what is drawn", () => {
	/** @param {number} seed @param {number} n */
	const shownBy = (seed, n) => {
		const random = createGenerator(seed);
		return Array.from({ length: n }, (_, i) => ({
			id: `${seed} ${i}`,
			label: LABELS[i % 3],
			group: i % 4 ? `g${i >> 3}` : null,
			embedding: Float32Array.from({ length: 6 }, (_, j) => random(1000) / 500 + (j === i % 3 ? 1 : 0)),
		}));
	};
	const question = { k: 3, metric: /** @type {const} */ ("adapted"), weights: /** @type {const} */ ("uniform") };
	/** @param {Evaluation} evaluation @param {Question} asked */
	const figures = (evaluation, asked) => {
		const { learningCurve = null, split = null } = evaluation.evaluate(asked) ?? {};
		return { learningCurve, split };
	};

	/** @param {Shown[]} shown */
	const fromNothing = (shown) => {
		const evaluation = measured(shown, LABELS);
		finish(evaluation.draw(question));
		return figures(evaluation, question);
	};

	test("is each question's own, and kept through changes until it is drawn anew", () => {
		const evaluation = measured(shownBy(1, 40), LABELS);
		expect(figures(evaluation, question)).toEqual({ learningCurve: null, split: null });
		expect(evaluation.isDrawn(question)).toBe(false);
		finish(evaluation.draw(question));
		const first = figures(evaluation, question);
		expect([first.learningCurve === null, first.split === null, evaluation.isDrawn(question)]).toEqual([
			false,
			false,
			true,
		]);
		expect(figures(evaluation, { ...question, k: 4 })).toEqual({ learningCurve: null, split: null });
		measured(shownBy(2, 60), LABELS, evaluation);
		expect(figures(evaluation, question)).toEqual(first);
		expect(evaluation.isDrawn(question)).toBe(false);
		finish(evaluation.draw(question));
		expect(figures(evaluation, question)).toEqual(fromNothing(shownBy(2, 60)));
	});

	test("takes in a metric that is measured later", () => {
		const shown = shownBy(3, 60);
		const evaluation = updated(shown, LABELS);
		const asked = { ...question, metric: /** @type {const} */ ("manhattan") };
		finish(evaluation.draw(asked));
		expect(evaluation.isDrawn(asked)).toBe(true);
		for (const metric of /** @type {const} */ (["adapted", "manhattan"])) {
			finish(evaluation.measure(metric));
			expect(evaluation.isDrawn(asked)).toBe(false);
			finish(evaluation.draw(asked));
			expect(evaluation.isDrawn(asked)).toBe(true);
		}
		expect(evaluation.evaluate(asked)).toEqual(drawn(measured(shown, LABELS), asked));
	});

	test("a drawing that is given up half-way leaves the next one right", () => {
		const evaluation = measured(shownBy(4, 50), LABELS);
		const steps = evaluation.draw(question);
		for (let i = 0; i < 75; i++) steps.next();
		steps.return();
		expect(evaluation.evaluate(question)?.learningCurve).toBeNull();
		measured(shownBy(5, 60), LABELS, evaluation);
		expect(drawn(evaluation, question)).toEqual(drawn(measured(shownBy(5, 60), LABELS), question));
	});
});

describe("the edges", () => {
	const question = { k: 3, metric: /** @type {const} */ ("auto"), weights: /** @type {const} */ ("uniform") };
	/** @type {(id: string, label: string, numbers: number[], group?: string | null) => Shown} */
	const example = (id, label, numbers, group = null) => ({ id, label, group, embedding: Float32Array.from(numbers) });

	test("fewer than two examples give none", () => {
		expect(measured([], []).evaluate(question)).toBeNull();
		expect(measured([], ["a"]).evaluate(question)).toBeNull();
		expect(measured([example("1", "a", [1, 2])], ["a"]).evaluate(question)).toBeNull();
	});

	test("two examples of two classes are each taken for the other", () => {
		const gave = drawn(measured([example("1", "a", [1, 0]), example("2", "b", [0, 1])], ["a", "b"]), question);
		expect(gave).toMatchObject({
			count: 2,
			tested: 2,
			metric: "cosine",
			flattered: ["a", "b"],
			accuracy: 0,
			balancedAccuracy: 0,
			crossEntropy: -Math.log(0.01),
			confusion: [
				[[], ["1"]],
				[["2"], []],
			],
			auto: { metric: "cosine", cosine: 0, adapted: 0 },
			learningCurve: { examples: [], mean: [], low: [], high: [] },
			split: null,
		});
		expect(gave?.unknown.distance).toBe(0.3);
		expect(gave?.unknown.other[39]).toBe(2);
	});

	test("one class is always right, and an empty one has neither precision nor recall", () => {
		const shown = [1, 2, 3].map((i) => example(`${i}`, "a", [1, i], "g"));
		const gave = measured(shown, ["empty", "a"]).evaluate(question);
		expect(gave?.classes).toEqual([
			{ label: "empty", count: 0, precision: null, recall: null },
			{ label: "a", count: 3, precision: 1, recall: 1 },
		]);
		expect(gave?.flattered).toEqual(["a"]);
		expect(gave?.unknown).toMatchObject({ distance: 0.3, same: new Array(40).fill(0) });
	});

	test("where nothing varies within the classes, adapted is the cosine", () => {
		// In different scales, so that their units differ by rounding.
		const shown = Array.from({ length: 24 }, (_, i) =>
			example(`${i}`, i % 2 ? "a" : "b", i % 2 ? [0.1 * (i + 1), 0.3 * (i + 1), 0] : [0, 0.7 * (i + 1), 0.2 * (i + 1)]),
		);
		const asked = { ...question, metric: /** @type {const} */ ("adapted") };
		const gave = drawn(measured(shown, ["a", "b"]), asked);
		const cosine = drawn(measured(shown, ["a", "b"]), { ...question, metric: "cosine" });
		expect(gave?.byMetric.adapted).toEqual(gave?.byMetric.cosine);
		expect(gave?.learningCurve).toEqual(cosine?.learningCurve);
	});

	test("all of one recording of several is left out, and only the example itself where there is one", () => {
		const shown = [
			...[0, 1, 2].map((i) => example(`a${i}`, "a", [1, i / 100], "one")),
			...[0, 1, 2].map((i) => example(`b${i}`, "b", [i / 100, 1], i ? "two" : "three")),
			example("swapped", "b", [1, 0.005], "one"),
		];
		const gave = measured(shown, ["a", "b"]).evaluate({ ...question, k: 1, metric: "cosine" });
		// The swapped one is of the same recording as all that look like it: it is left out with them.
		expect(gave?.confusion).toEqual([
			[["a2"], ["a0", "a1"]],
			[[], ["b0", "b1", "b2", "swapped"]],
		]);
	});

	test("a metric that isn't measured yet is absent, and answered for by cosine", () => {
		const shown = [1, 2, 3, 4].map((i) => example(`${i}`, i % 2 ? "a" : "b", [1, i]));
		const evaluation = updated(shown, ["a", "b"]);
		const gave = evaluation.evaluate({ ...question, metric: "manhattan" });
		expect([gave?.metric, Object.keys(gave?.byMetric ?? {}), gave?.auto.adapted]).toEqual([
			"cosine",
			["cosine", "euclidean"],
			null,
		]);
		finish(evaluation.measure("manhattan"));
		expect(evaluation.evaluate({ ...question, metric: "manhattan" })?.metric).toBe("manhattan");
	});

	test("renaming needs no new measuring; a change of what is tested does", () => {
		const shown = [1, 2, 3, 4].map((i) => example(`${i}`, i % 2 ? "a" : "b", [1, i]));
		const evaluation = measured(shown, ["a", "b"]);
		const renamed = shown.map((one) => ({ ...one, label: one.label === "a" ? "c" : "b" }));
		expect(Object.keys(updated(renamed, ["c", "b"], evaluation).evaluate(question)?.byMetric ?? {})).toEqual(METRICS);
		const reordered = updated(renamed, ["b", "c"], evaluation).evaluate(question);
		expect(Object.keys(reordered?.byMetric ?? {})).toEqual(["cosine", "euclidean"]);
	});

	test("beyond what is tested, examples are spread, and another dimension starts anew", () => {
		const random = createGenerator(3);
		const shown = Array.from({ length: 3500 }, (_, i) =>
			example(`i${i}`, i % 5 ? "a" : "b", [random(100) + 1, random(100), i % 5]),
		);
		const evaluation = updated(shown, ["a", "b"]);
		const gave = evaluation.evaluate(question);
		expect(gave).toMatchObject({ count: 3500, classes: [{ count: 2800 }, { count: 700 }] });
		expect(gave?.tested).toBeLessThanOrEqual(3000);
		expect(gave?.tested).toBeGreaterThan(2990);
		updated([], [], evaluation);
		const other = [1, 2, 3, 4].map((i) => example(`${i}`, i % 2 ? "a" : "b", [1, i]));
		expect(drawn(measured(other, ["a", "b"], evaluation), question)).toEqual(
			drawn(measured(other, ["a", "b"]), question),
		);
	});
});
