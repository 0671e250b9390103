// The evaluation once more, by the classifier itself: every example is left out of a new classifier and classified by it. Slow
// and literal: the oracle of evaluation.oracle.test.js. It shares only draws.js, the contract's numbers and the fit of the
// adapted metric with what it tests.

import {
	CURVE_DRAWS,
	CURVE_MAX_TESTED,
	CURVE_SIZES,
	FOLDS,
	MAX_NEIGHBOURS,
	MIN_SHARE,
	NOVELTY_FLOOR,
	SECOND_RECORDING_WEIGHT,
	SPLIT_FIFTHS,
	SPLIT_SEED,
	TIE,
	TYPICAL_FLOOR,
	UNKNOWN_BINS,
	UNKNOWN_BINS_PER_UNIT,
	UNKNOWN_EVIDENCE_FLOOR,
	UNKNOWN_PERCENT,
	UNKNOWN_PRIOR_DECLINE,
	UNKNOWN_PRIOR_RECORDINGS,
} from "../../src/contract/constants.js";
import { fitExamples } from "../../src/knn/adapted.js";
import { createGenerator, shuffle, spread } from "../../src/knn/draws.js";
import { KNN } from "../../src/knn/knn.js";

/** @typedef {import("../../src/knn/examples.js").Example} Example */
/** @typedef {import("../../src/knn/adapted.js").Fitted} Fitted */
/** @typedef {import("../../src/state/result.js").Metric} Metric */

/**
 * @param {Example[]} examples
 * @param {string[]} labels
 */
function createClassifier(examples, labels) {
	const knn = new KNN();
	for (const label of labels) knn.addLabel(label);
	for (const { id, label, group, embedding } of examples) knn.addExample(embedding, label, { id, group });
	return knn;
}

/**
 * Fits the adapted metric.
 * @param {Example[]} examples
 * @param {string[]} labels
 * @returns {Fitted | null} null: it is the cosine
 */
function fitMetric(examples, labels) {
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

/**
 * Groups examples of one class by recording.
 * @param {Example[]} examples
 * @returns {[string, Example[]][]} names and examples
 */
function groupByRecording(examples) {
	/** @type {Map<string, Example[]>} */
	const recordings = new Map();
	for (const example of examples) {
		const name = example.group === null ? `example ${example.id}` : `group ${example.group}`;
		recordings.set(name, [...(recordings.get(name) ?? []), example]);
	}
	return [...recordings];
}

/**
 * Creates an oracle for examples.
 * @param {Example[]} examples
 * @param {string[]} labels in class order
 */
export function createOracle(examples, labels) {
	const classes = labels.map((label) => examples.filter((example) => example.label === label));
	/** @param {Example} example */
	const hasSeveralRecordings = (example) => groupByRecording(classes[labels.indexOf(example.label)]).length > 1;
	/**
	 * Which of some examples may be neighbours of a tested one.
	 * @param {Example} tested
	 * @param {Example[]} [candidates]
	 */
	const selectAllowed = (tested, candidates = examples) => {
		const excludesGroup = hasSeveralRecordings(tested) && tested.group !== null;
		return candidates.filter((other) => other !== tested && !(excludesGroup && other.group === tested.group));
	};
	const folds = dealFolds(classes);
	/** @type {Map<number, Fitted | null>} */
	const fits = new Map();
	for (const fold of new Set(folds.values())) {
		const otherFolds = examples.filter((example) => folds.get(example) !== fold);
		fits.set(fold, fitMetric(otherFolds, labels));
	}
	const fitOf = (/** @type {Example} */ tested) => fits.get(/** @type {number} */ (folds.get(tested))) ?? null;

	/**
	 * Classifies one example by some others.
	 * @param {Example} tested
	 * @param {Example[]} training
	 * @param {Metric} metric
	 * @param {number} k
	 * @param {string} weights
	 * @param {Fitted | null} [fit] the adapted metric; null: it is the cosine
	 */
	const classify = (tested, training, metric, k, weights, fit = fitOf(tested)) => {
		const knn = createClassifier(training, labels);
		if (metric !== "adapted" || !fit) {
			return knn.classify(tested.embedding, { k, metric: metric === "adapted" ? "cosine" : metric, weights });
		}
		knn.adapt(fit);
		return knn.classify(tested.embedding, { k, metric, weights });
	};

	/**
	 * The figures that come from leaving each example out.
	 * @param {Metric} metric
	 * @param {number} k
	 * @param {string} weights
	 */
	const figures = (metric, k, weights) => {
		const answers = examples.map((example) => classify(example, selectAllowed(example), metric, k, weights));
		const confusion = labels.map((actual) =>
			labels.map((answered) =>
				examples.filter(({ label }, i) => label === actual && answers[i].label === answered).map(({ id }) => id),
			),
		);
		const countIds = (/** @type {string[][]} */ cells) => cells.reduce((sum, ids) => sum + ids.length, 0);
		const byClass = labels.map((label, i) => {
			const answeredCount = countIds(confusion.map((row) => row[i]));
			return {
				label,
				count: classes[i].length,
				precision: answeredCount ? confusion[i][i].length / answeredCount : null,
				recall: classes[i].length ? confusion[i][i].length / classes[i].length : null,
			};
		});
		const recalls = byClass.flatMap(({ recall }) => (recall === null ? [] : [recall]));
		const entropies = examples.map(({ label }, i) => -Math.log(Math.max(answers[i].confidences[label], MIN_SHARE)));
		return {
			accuracy: examples.filter(({ label }, i) => answers[i].label === label).length / examples.length,
			balancedAccuracy: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
			crossEntropy: entropies.reduce((sum, entropy) => sum + entropy, 0) / examples.length,
			classes: byClass,
			confusion,
		};
	};

	/**
	 * What the metric "auto" stands for.
	 * @param {number} k
	 * @param {string} weights
	 * @param {boolean} hasAdapted whether the adapted metric is measured
	 */
	const auto = (k, weights, hasAdapted) => {
		const cosine = figures("cosine", k, weights).accuracy;
		if (!hasAdapted) return { metric: "cosine", cosine, adapted: null };
		const p = figures("adapted", k, weights).accuracy;
		const limit = p + 2 * Math.sqrt((p * (1 - p)) / examples.length) + TIE;
		return { metric: cosine > limit ? "cosine" : "adapted", cosine, adapted: p };
	};

	/**
	 * The share of right answers by training examples, on which the adapted metric is fitted.
	 * @param {Example[]} testSet
	 * @param {Example[]} training
	 * @param {Metric} metric
	 * @param {number} k
	 * @param {string} weights
	 */
	const measureAccuracy = (testSet, training, metric, k, weights) => {
		const fit = metric === "adapted" ? fitMetric(training, labels) : null;
		const right = testSet.filter((tested) => {
			const allowed = selectAllowed(tested, training);
			return allowed.length > 0 && classify(tested, allowed, metric, k, weights, fit).label === tested.label;
		});
		return right.length / testSet.length;
	};

	/**
	 * The learning curve.
	 * @param {Metric} metric
	 * @param {number} k
	 * @param {string} weights
	 */
	const learningCurve = (metric, k, weights) => {
		const largest = Math.max(...classes.map((members) => members.length));
		const sizes = CURVE_SIZES.filter((size) => size < largest);
		const accuracies = sizes.map((size) =>
			Array.from({ length: CURVE_DRAWS }, (_, i) => {
				const random = createGenerator(i + 1);
				const drawn = new Set(
					classes.flatMap((members) =>
						shuffle(members, random).slice(0, Math.max(1, Math.min(size, members.length - 1))),
					),
				);
				const rest = examples.filter((example) => !drawn.has(example));
				const rows = spread(
					rest.map(({ label }) => labels.indexOf(label)),
					CURVE_MAX_TESTED,
				);
				const testSet = rows.map((row) => rest[row]);
				const training = examples.filter((example) => drawn.has(example));
				return measureAccuracy(testSet, training, metric, k, weights);
			}),
		);
		return {
			examples: sizes,
			mean: accuracies.map((draws) => draws.reduce((sum, accuracy) => sum + accuracy) / CURVE_DRAWS),
			low: accuracies.map((draws) => Math.min(...draws)),
			high: accuracies.map((draws) => Math.max(...draws)),
		};
	};

	/**
	 * The split into training, validation and test.
	 * @param {Metric[]} metrics
	 * @param {string} weights
	 */
	const split = (metrics, weights) => {
		const random = createGenerator(SPLIT_SEED);
		/** @type {Example[][]} */
		const parts = SPLIT_FIFTHS.map(() => []);
		for (const members of classes) {
			const recordings = groupByRecording(members).map(([, recording]) => recording);
			const units = shuffle(recordings.length > 1 ? recordings : members.map((example) => [example]), random);
			const counts = SPLIT_FIFTHS.map(() => 0);
			for (const unit of units) {
				const missing = SPLIT_FIFTHS.map((fifths, part) => fifths * members.length - 5 * counts[part]);
				const part = missing.indexOf(Math.max(...missing));
				counts[part] += unit.length;
				parts[part].push(...unit);
			}
		}
		if (parts.some((part) => part.length === 0)) return null;
		const [train, validation, test] = parts.map((part) => examples.filter((example) => part.includes(example)));
		const candidates = Array.from({ length: MAX_NEIGHBOURS }, (_, i) =>
			metrics.map((metric) => ({ metric, k: i + 1 })),
		).flat();
		/** @param {Example[]} part */
		const chooseBest = (part) => {
			const accuracies = candidates.map(({ metric, k }) => measureAccuracy(part, train, metric, k, weights));
			return candidates[accuracies.indexOf(Math.max(...accuracies))];
		};
		const chosen = chooseBest(validation);
		const peeked = chooseBest(test);
		return {
			train: train.length,
			validation: validation.length,
			test: test.length,
			chosen: {
				...chosen,
				validationAccuracy: measureAccuracy(validation, train, chosen.metric, chosen.k, weights),
				testAccuracy: measureAccuracy(test, train, chosen.metric, chosen.k, weights),
			},
			peeked: { ...peeked, testAccuracy: measureAccuracy(test, train, peeked.metric, peeked.k, weights) },
		};
	};

	/**
	 * The limit from evidence and prior.
	 * @param {number} prior
	 * @param {boolean} hasAdapted
	 */
	const findLimit = (prior, hasAdapted) => {
		const recordings = classes
			.map((members) => groupByRecording(members).map(([, recording]) => recording))
			.filter((inClass) => inClass.length > 1)
			.flat();
		const count = recordings.length;
		if (count === 0) return { recordings: 0, distance: prior, exponent: 0, adapted: null };
		const exponent = count / (count + UNKNOWN_PRIOR_RECORDINGS);
		const perClass = classes.map((members) => groupByRecording(members).length).filter((each) => each > 0);
		const mean = perClass.reduce((sum, each) => sum + each, 0) / perClass.length;
		const priorPart = prior * mean ** -UNKNOWN_PRIOR_DECLINE;
		const evidence = recordings.flatMap((recording) =>
			recording.map((example) => {
				const allowed = selectAllowed(example);
				const measure = (/** @type {Metric} */ metric, others = allowed) =>
					Math.max(NOVELTY_FLOOR, classify(example, others, metric, 1, "uniform").distance);
				const nearest = groupByRecording(allowed).map(([, others]) => measure("cosine", others));
				const [first, second = first] = nearest.sort((a, b) => a - b);
				return {
					weight: 1 / recording.length,
					remoteness: first * (second / first) ** (SECOND_RECORDING_WEIGHT * exponent),
					adapted: hasAdapted ? measure("adapted") : Number.NaN,
				};
			}),
		);
		/** @type {(value: (each: (typeof evidence)[0]) => number, target: number) => number} */
		const quantile = (value, target) => {
			const values = evidence.map(value);
			const reaches = (/** @type {number} */ bound) =>
				evidence.reduce((sum, { weight }, i) => sum + (values[i] <= bound ? weight : 0), 0) >= target - TIE;
			return Math.min(...values.filter(reaches));
		};
		const target = Math.min((UNKNOWN_PERCENT / 100) * (count + 1), count);
		const weigh = (/** @type {number} */ q) =>
			Math.min(
				2,
				Math.exp(
					exponent * Math.log(Math.max(q, UNKNOWN_EVIDENCE_FLOOR * prior)) + (1 - exponent) * Math.log(priorPart),
				),
			);
		const distance = weigh(quantile(({ remoteness }) => remoteness, target));
		if (!hasAdapted) return { recordings: count, distance, exponent, adapted: null };
		const typical = Math.max(
			TYPICAL_FLOOR,
			quantile(({ adapted }) => adapted, count / 2),
		);
		const q = quantile(({ remoteness, adapted }) => remoteness * (adapted / typical) ** exponent, target);
		return { recordings: count, distance, exponent, adapted: { distance: weigh(q), typical } };
	};

	/**
	 * The automatic limit of unknown, and its histograms.
	 * @param {number} prior
	 * @param {boolean} hasAdapted whether the adapted metric is measured
	 */
	const unknown = (prior, hasAdapted) => {
		/** @type {{same: number[], other: number[]}} */
		const nearest = { same: [], other: [] };
		for (const example of examples) {
			const allowed = selectAllowed(example);
			const own = allowed.filter(({ label }) => label === example.label);
			const foreign = allowed.filter(({ label }) => label !== example.label);
			const measure = (/** @type {Example[]} */ others) => classify(example, others, "cosine", 1, "uniform").distance;
			if (hasSeveralRecordings(example)) nearest.same.push(measure(own));
			if (foreign.length) nearest.other.push(measure(foreign));
		}
		const { same, other } = nearest;
		/** @param {number} distance */
		const binOf = (distance) => Math.min(UNKNOWN_BINS - 1, Math.floor((distance + TIE) * UNKNOWN_BINS_PER_UNIT));
		/** @param {number[]} distances */
		const histogram = (distances) =>
			Array.from({ length: UNKNOWN_BINS }, (_, bin) => distances.filter((one) => binOf(one) === bin).length);
		return {
			...findLimit(prior, hasAdapted),
			quantile: UNKNOWN_PERCENT / 100,
			same: histogram(same),
			other: histogram(other),
		};
	};

	const flattered = labels.filter((_, i) => groupByRecording(classes[i]).length === 1);
	return { figures, auto, learningCurve, split, unknown, flattered };
}

/**
 * Deals examples to folds, recordings whole.
 * @param {Example[][]} classes in class order
 * @returns {Map<Example, number>} their folds
 */
function dealFolds(classes) {
	/** @type {Map<Example, number>} */
	const folds = new Map();
	/** @type {Map<string, number>} */
	const foldOf = new Map();
	let dealtCount = 0;
	for (const members of classes) {
		const recordings = groupByRecording(members);
		if (recordings.length === 1) {
			for (const example of members) folds.set(example, dealtCount++ % FOLDS);
			continue;
		}
		for (const [name, recording] of recordings) {
			if (!foldOf.has(name)) foldOf.set(name, dealtCount++ % FOLDS);
			for (const example of recording) folds.set(example, /** @type {number} */ (foldOf.get(name)));
		}
	}
	return folds;
}
