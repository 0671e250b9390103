// The evaluation once more, by the classifier itself: every example is left out of a fresh one and classified. Slow and
// literal, the oracle of evaluation.test.js. Shares only draws.js and the fit with what it tests.

import { fitExamples } from "../../src/knn/adapted.js";
import { createGenerator, shuffle, spread } from "../../src/knn/draws.js";
import { KNN } from "../../src/knn/knn.js";

/** @typedef {{id: string, label: string, group: string | null, embedding: Float32Array}} Shown */
/** @typedef {import("../../src/knn/distance.js").Metric} Metric */

/**
 * @param {Shown[]} examples
 * @param {string[]} labels
 */
function taught(examples, labels) {
	const knn = new KNN();
	for (const label of labels) knn.addLabel(label);
	for (const { id, label, group, embedding } of examples) knn.addExample(embedding, label, { id, group });
	return knn;
}

/**
 * @param {Shown[]} examples
 * @param {string[]} labels
 */
function fitted(examples, labels) {
	const steps = fitExamples({
		ids: examples.map(({ id }) => id),
		embeddings: examples.map(({ embedding }) => embedding),
		norms: examples.map(({ embedding }) => Math.hypot(...embedding)),
		classIndices: examples.map(({ label }) => labels.indexOf(label)),
	});
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

/** @param {Shown[]} examples of one class */
export function recordings(examples) {
	/** @type {Map<string, Shown[]>} */
	const found = new Map();
	for (const example of examples) {
		const key = example.group === null ? `example ${example.id}` : `group ${example.group}`;
		found.set(key, [...(found.get(key) ?? []), example]);
	}
	return [...found];
}

/**
 * @param {Shown[]} examples
 * @param {string[]} labels in class order
 */
export function oracle(examples, labels) {
	const classes = labels.map((label) => examples.filter((example) => example.label === label));
	/** @param {Shown} left */
	const others = (left) => allowed(left, examples);
	/**
	 * @param {Shown} left
	 * @param {Shown[]} some
	 */
	const allowed = (left, some) => {
		const several = recordings(classes[labels.indexOf(left.label)]).length > 1;
		return some.filter((one) => one !== left && !(several && left.group !== null && one.group === left.group));
	};
	const folds = dealt(classes);
	/** @type {Map<number, import("../../src/knn/adapted.js").Fitted | null>} */
	const fits = new Map();
	for (const fold of new Set(folds.values())) {
		const rest = examples.filter((example) => folds.get(example) !== fold);
		fits.set(fold, fitted(rest, labels));
	}
	const fitOf = (/** @type {Shown} */ asked) => fits.get(/** @type {number} */ (folds.get(asked))) ?? null;

	/**
	 * The answer about one example by some others.
	 * @param {Shown} asked
	 * @param {Shown[]} by
	 * @param {Metric} metric
	 * @param {number} k
	 * @param {string} weights
	 * @param {import("../../src/knn/adapted.js").Fitted | null} [fit] of the adapted metric; null: it is the cosine
	 */
	const answer = (asked, by, metric, k, weights, fit = fitOf(asked)) => {
		const knn = taught(by, labels);
		if (metric !== "adapted" || !fit) {
			return knn.classify(asked.embedding, { k, metric: metric === "adapted" ? "cosine" : metric, weights });
		}
		knn.adapt(fit);
		return knn.classify(asked.embedding, { k, metric, weights });
	};

	/**
	 * @param {Metric} metric
	 * @param {number} k
	 * @param {string} weights
	 */
	const figures = (metric, k, weights) => {
		const answers = examples.map((example) => answer(example, others(example), metric, k, weights));
		const confusion = labels.map((actual) =>
			labels.map((answered) =>
				examples.filter(({ label }, i) => label === actual && answers[i].label === answered).map(({ id }) => id),
			),
		);
		const sums = (/** @type {string[][]} */ cells) => cells.reduce((sum, ids) => sum + ids.length, 0);
		const perClass = labels.map((label, i) => {
			const answered = sums(confusion.map((row) => row[i]));
			return {
				label,
				count: classes[i].length,
				precision: answered ? confusion[i][i].length / answered : null,
				recall: classes[i].length ? confusion[i][i].length / classes[i].length : null,
			};
		});
		const recalls = perClass.flatMap(({ recall }) => (recall === null ? [] : [recall]));
		return {
			accuracy: examples.filter(({ label }, i) => answers[i].label === label).length / examples.length,
			balancedAccuracy: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
			crossEntropy:
				examples.reduce((sum, { label }, i) => sum - Math.log(Math.max(answers[i].confidences[label], 0.01)), 0) /
				examples.length,
			classes: perClass,
			confusion,
		};
	};

	/**
	 * The share of right answers by those that are taught, to which the adapted metric is fitted.
	 * @param {Shown[]} asked
	 * @param {Shown[]} by
	 * @param {Metric} metric
	 * @param {number} k
	 * @param {string} weights
	 */
	const accuracy = (asked, by, metric, k, weights) => {
		const fit = metric === "adapted" ? fitted(by, labels) : null;
		const right = asked.filter((one) => {
			const its = allowed(one, by);
			return its.length > 0 && answer(one, its, metric, k, weights, fit).label === one.label;
		});
		return right.length / asked.length;
	};

	/**
	 * @param {Metric} metric
	 * @param {number} k
	 * @param {string} weights
	 */
	const curve = (metric, k, weights) => {
		const largest = Math.max(...classes.map((members) => members.length));
		const sizes = [1, 2, 3, 5, 8, 12, 20, 30].filter((m) => m < largest);
		const accuracies = sizes.map((m) =>
			Array.from({ length: 10 }, (_, i) => {
				const random = createGenerator(i + 1);
				const drawn = new Set(
					classes.flatMap((members) => shuffle(members, random).slice(0, Math.max(1, Math.min(m, members.length - 1)))),
				);
				const rest = examples.filter((example) => !drawn.has(example));
				const places = spread(
					rest.map(({ label }) => labels.indexOf(label)),
					400,
				);
				const by = examples.filter((example) => drawn.has(example));
				return accuracy(
					places.map((place) => rest[place]),
					by,
					metric,
					k,
					weights,
				);
			}),
		);
		return {
			examples: sizes,
			mean: accuracies.map((ten) => ten.reduce((sum, one) => sum + one) / 10),
			low: accuracies.map((ten) => Math.min(...ten)),
			high: accuracies.map((ten) => Math.max(...ten)),
		};
	};

	/**
	 * @param {Metric[]} metrics
	 * @param {string} weights
	 */
	const split = (metrics, weights) => {
		const random = createGenerator(1);
		/** @type {Shown[][]} */
		const parts = [[], [], []];
		for (const members of classes) {
			const found = recordings(members).map(([, its]) => its);
			const units = shuffle(found.length > 1 ? found : members.map((one) => [one]), random);
			const has = [0, 0, 0];
			for (const unit of units) {
				const lacks = [6, 2, 2].map((tenths, part) => tenths * members.length - 10 * has[part]);
				const part = lacks.indexOf(Math.max(...lacks));
				has[part] += unit.length;
				parts[part].push(...unit);
			}
		}
		if (parts.some((part) => part.length === 0)) return null;
		const [train, validation, test] = parts.map((part) => examples.filter((one) => part.includes(one)));
		const choices = Array.from({ length: 30 }, (_, i) => metrics.map((metric) => ({ metric, k: i + 1 }))).flat();
		/** @param {Shown[]} part */
		const best = (part) => {
			const scores = choices.map(({ metric, k }) => accuracy(part, train, metric, k, weights));
			return choices[scores.indexOf(Math.max(...scores))];
		};
		const chosen = best(validation);
		const peeked = best(test);
		return {
			train: train.length,
			validation: validation.length,
			test: test.length,
			chosen: {
				...chosen,
				validationAccuracy: accuracy(validation, train, chosen.metric, chosen.k, weights),
				testAccuracy: accuracy(test, train, chosen.metric, chosen.k, weights),
			},
			peeked: { ...peeked, testAccuracy: accuracy(test, train, peeked.metric, peeked.k, weights) },
		};
	};

	const unknown = () => {
		/** @type {{same: number[], other: number[]}} */
		const nearest = { same: [], other: [] };
		for (const example of examples) {
			const its = others(example);
			const own = its.filter(({ label }) => label === example.label);
			const foreign = its.filter(({ label }) => label !== example.label);
			const several = recordings(classes[labels.indexOf(example.label)]).length > 1;
			if (several) nearest.same.push(answer(example, own, "cosine", 1, "uniform").distance);
			if (foreign.length) nearest.other.push(answer(example, foreign, "cosine", 1, "uniform").distance);
		}
		const { same, other } = nearest;
		same.sort((a, b) => a - b);
		other.sort((a, b) => a - b);
		const middle = (other[(other.length - 1) >> 1] + other[other.length >> 1]) / 2;
		const tightest = other.length ? Math.min(0.3, middle / 2) : 0.3;
		const quantile = same.find((_, i) => (i + 1) / same.length >= 0.95 - 1e-12) ?? 0;
		/** @param {number[]} distances */
		const bins = (distances) =>
			Array.from(
				{ length: 40 },
				(_, bin) => distances.filter((one) => Math.min(39, Math.floor(one * 40 + 4e-8)) === bin).length,
			);
		return { distance: Math.max(quantile, tightest), quantile: 0.95, same: bins(same), other: bins(other) };
	};

	return { figures, curve, split, unknown, flattered: labels.filter((_, i) => recordings(classes[i]).length === 1) };
}

/**
 * @param {Shown[][]} classes in class order
 * @returns {Map<Shown, number>} their folds
 */
function dealt(classes) {
	/** @type {Map<Shown, number>} */
	const folds = new Map();
	/** @type {Map<string, number>} */
	const foldOf = new Map();
	let dealt = 0;
	for (const members of classes) {
		const found = recordings(members);
		if (found.length === 1) for (const example of members) folds.set(example, dealt++ % 5);
		else {
			for (const [name, its] of found) {
				if (!foldOf.has(name)) foldOf.set(name, dealt++ % 5);
				for (const example of its) folds.set(example, /** @type {number} */ (foldOf.get(name)));
			}
		}
	}
	return folds;
}
