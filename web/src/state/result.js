// The types of an answer: metric, weights, neighbours, result. Apart from state.js, because workers use them too and have no
// signals. Anything above this room may import it. The twin is server/knn/result.py.

/** @typedef {"cosine" | "euclidean" | "manhattan" | "adapted"} Metric the name of a metric; see METRICS in contract/constants.js */
/** @typedef {"uniform" | "distance"} Weights how neighbours' votes weigh: all equal, or 1 / distance */
/** @typedef {{id: string, label: string, distance: number}} Neighbour one of the k nearest examples */

/**
 * @typedef {object} Result the classifier's answer about one embedding; see "What a result is" in contract/README.md
 * @property {string} label the winner
 * @property {number} classIndex its position in class order
 * @property {Record<string, number>} confidences every class's share, in class order; they add up to 1
 * @property {Neighbour[]} neighbours k, nearest first
 * @property {number} distance the nearest neighbour's
 * @property {number} novelty the cosine distance to the nearest example, whatever the metric
 * @property {boolean} isUnknown whether novelty is beyond unknownDistance
 * @property {number} k the k used
 * @property {number} count the number of examples
 */

export {};
