// The types of an answer: metric, weights, neighbours, result. Apart from state.js, because workers use them too and have no
// signals. Anything above this room may import it. The twin is server/knn/result.py.

/** @typedef {"cosine" | "euclidean" | "manhattan" | "adapted"} Metric the name of a metric; see METRICS in contract/constants.js */
/** @typedef {"uniform" | "distance"} Weights how neighbours' votes weigh: all equal, or 1 / distance */
/** @typedef {{id: string, label: string, distance: number}} Neighbour one of the k nearest examples */
/** @typedef {"sure" | "notSure" | "unknown"} Certainty one of the three answers; see CERTAINTIES in contract/constants.js */

/**
 * @typedef {object} UnknownLimit the limit of "I don't know", as an evaluation finds it; "Three answers" in contract/README.md
 * @property {number} distance the cosine distance beyond which an embedding is unknown, 0..2, if a second recording is as near as
 *   the nearest
 * @property {number} exponent how much the adapted distance counts, 0..1; the second recording counts SECOND_RECORDING_WEIGHT of that
 * @property {{distance: number, typical: number} | null} adapted for answers by the adapted metric; typical: an example's adapted
 *   distance to its nearest neighbour, beyond 0; null: the limit is `distance` for them too
 * @property {Centre | null} [centre] the backbone's, which counts while there is little evidence
 */

/**
 * @typedef {object} Centre what the embeddings of most scenes share; "Centre" in contract/README.md
 * @property {number} ratio the centred distance that says as much as the prior, over the prior
 * @property {number} step a number of the centre is so many times a whole one
 * @property {string} values those, (d,), a signed byte each, in base64
 */

/**
 * @typedef {object} Nearness how near the examples are to one embedding
 * @property {number} novelty the cosine distance to the nearest example
 * @property {number} second that to the nearest example of another recording; the novelty where there is none
 * @property {number} distance the distance to the nearest example in the metric of the answer
 * @property {number | null} [centred] the cosine distance to the nearest example by cosine, both centred; null: the limit has no
 *   centre
 */

/**
 * @typedef {object} Judgement whether it is any of the classes
 * @property {number | null} unknownDistance the cosine distance beyond which this embedding is unknown; null: none is
 * @property {number} unknownShare the share of something else than the classes, 0..1
 * @property {boolean} isUnknown whether novelty is beyond unknownDistance
 * @property {Certainty} certainty
 */

/**
 * @typedef {object} Vote what the neighbours say about one embedding
 * @property {string} label the winner
 * @property {number} classIndex its position in class order
 * @property {Record<string, number>} confidences every class's share, in class order; they add up to 1
 * @property {Neighbour[]} neighbours k, nearest first
 * @property {number} distance the nearest neighbour's
 * @property {number} novelty the cosine distance to the nearest example, whatever the metric
 * @property {number} k the k used
 * @property {number} count the number of examples
 */

/** @typedef {Vote & Judgement} Result the classifier's answer about one embedding; see "What a result is" in contract/README.md */

/**
 * @typedef {object} ClassifierSettings
 * @property {number} k
 * @property {Metric|"auto"} metric "auto": adapted, unless the cosine has a clearly better evaluation
 * @property {Weights} weights
 * @property {number|"auto"|null} unknownDistance the novelty beyond which a picture is unknown; "auto": the evaluation's limit;
 *   null: nothing is ever unknown
 */

export {};
