// The types of an evaluation's figures. Apart from state.js, because the evaluation's worker uses them and has no signals.

/** @typedef {import("./result.js").Metric} Metric */
/** @typedef {"server"|"browser"} Where */

/**
 * @typedef {object} Curve for k = 1 .. MAX_NEIGHBOURS
 * @property {number[]} accuracy
 * @property {number[]} balancedAccuracy
 * @property {number[]} crossEntropy
 */

/**
 * @typedef {object} Evaluation the figures of leaving each example out in turn; contract/README.md defines each of them
 * @property {number} count all examples
 * @property {number} tested examples that were tested
 * @property {number} k
 * @property {Metric} metric
 * @property {import("./result.js").Weights} weights
 * @property {string[]} labels in class order
 * @property {string[]} flattered classes of one recording
 * @property {number} accuracy 0..1, at this k and metric; so are the next two
 * @property {number} balancedAccuracy
 * @property {number} crossEntropy
 * @property {Partial<Record<Metric, Curve>>} byMetric the metrics that are measured so far: cosine and euclidean first
 * @property {{label: string, count: number, precision: number|null, recall: number|null}[]} classes in class order
 * @property {string[][][]} confusion confusion[actual][answered]: ids
 * @property {{metric: Metric, cosine: number, adapted: number|null}} auto the metric that "auto" stands for, and both accuracies;
 *   adapted is null while it is not measured
 * @property {import("./result.js").UnknownLimit & UnknownFigures} unknown the limit that "auto" stands for, and what it comes from
 * @property {LearningCurve|null} learningCurve null: it and the split are not worked out yet
 * @property {Split|null} split null: not worked out yet; or, where there is a learning curve, too few examples
 */

/**
 * @typedef {object} UnknownFigures
 * @property {number} recordings how many count as evidence; 0: the limit is the prior
 * @property {number} quantile the share of the examples that the limit keeps, 0..1
 * @property {number[]} same a histogram of the distances to the nearest example of the same class
 * @property {number[]} other and of another class
 */

/** @typedef {{examples: number[], mean: number[], low: number[], high: number[]}} LearningCurve accuracy against examples per class */

/**
 * @typedef {object} Split 60 % to train, 20 % to validate, 20 % to test
 * @property {number} train examples
 * @property {number} validation examples
 * @property {number} test examples
 * @property {{metric: Metric, k: number, validationAccuracy: number, testAccuracy: number}} chosen on the validation set
 * @property {{metric: Metric, k: number, testAccuracy: number}} peeked chosen on the test set, which is the mistake that the split shows
 */

/**
 * @typedef {object} TestState
 * @property {Evaluation|null} evaluation the newest one; null before the first, and with fewer than two examples
 * @property {Where|null} where where it was worked out
 * @property {number|null} progress 0..1 while a newer one is worked out; null: this one is up to date
 * @property {Metric|null} missing the metric that is measured next
 */

export {};
