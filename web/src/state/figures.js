// The types of what a test finds out. Apart from state.js, since the worker that finds it out has no page.

/** @typedef {"cosine"|"euclidean"|"manhattan"|"adapted"} Metric */
/** @typedef {"server"|"browser"} Where */

/**
 * @typedef {object} Curve for k = 1 .. 30
 * @property {number[]} accuracy
 * @property {number[]} balancedAccuracy
 * @property {number[]} crossEntropy
 */

/**
 * @typedef {object} Evaluation what leaving each example out in turn says; every figure is defined in contract/README.md
 * @property {number} count examples there are
 * @property {number} tested examples that were tested
 * @property {number} k
 * @property {Metric} metric
 * @property {"uniform"|"distance"} weights
 * @property {string[]} labels in class order
 * @property {string[]} flattered classes of one recording
 * @property {number} accuracy 0..1, at this k and metric; so are the next two
 * @property {number} balancedAccuracy
 * @property {number} crossEntropy
 * @property {Partial<Record<Metric, Curve>>} byMetric of those that are measured so far: cosine and euclidean first
 * @property {{label: string, count: number, precision: number|null, recall: number|null}[]} classes in class order
 * @property {string[][][]} confusion confusion[actual][answered]: ids
 * @property {{metric: Metric, cosine: number, adapted: number|null}} auto what "auto" takes, and both accuracies
 * @property {{distance: number|null, quantile: number, same: number[], other: number[]}} unknown what "auto" takes, and two
 *   histograms of forty bins of 0.025: distances to the nearest of the same class and of another
 * @property {LearningCurve|null} learningCurve null: it and the split are not drawn yet
 * @property {Split|null} split null: not drawn yet; or too few examples, where there is a curve
 */

/** @typedef {{examples: number[], mean: number[], low: number[], high: number[]}} LearningCurve accuracy by examples a class */

/**
 * @typedef {object} Split 60 % to train, 20 % to validate, 20 % to test
 * @property {number} train examples
 * @property {number} validation examples
 * @property {number} test examples
 * @property {{metric: Metric, k: number, validationAccuracy: number, testAccuracy: number}} chosen on the validation set
 * @property {{metric: Metric, k: number, testAccuracy: number}} peeked chosen on the test set, as one must not
 */

/**
 * @typedef {object} TestState
 * @property {Evaluation|null} evaluation the last one; null before the first, and with fewer than two examples
 * @property {Where|null} where who worked it out
 * @property {number|null} progress 0..1 while a newer one is worked out; null: this is the newest
 * @property {Metric|null} missing a metric that is still being measured
 */

export {};
