// The types of what evaluation-worker-client.js and the runner in evaluation.worker.js send each other; nothing else, so that
// either side can import it.

/** @typedef {import("../knn/options.js").Question} Question */
/** @typedef {import("../state/figures.js").TestState} TestState */
/** @typedef {import("../knn/examples.js").ExampleInfo} ExampleInfo */
/** @typedef {ExampleInfo & {serial: number}} NumberedExample serial: see KNN.serials */

/**
 * The worker's copy of the examples becomes that of the replica.
 *
 * @typedef {object} ExampleChanges
 * @property {string[]} removed ids
 * @property {NumberedExample[]} added at the end, in order of arrival
 * @property {{id: string, label: string}[]} relabelled
 * @property {string[] | null} order all ids; null: the order is as before, then the added ones
 */

/**
 * Requests. None is numbered: replies come as results are worked out.
 *
 * @typedef {{type: "embeddings", ids: string[], embeddings: Float32Array}} EmbeddingsRequest embeddings: float32, (ids, d), row
 *   by row; sent before the change that adds those examples
 * @typedef {{type: "change", revision: number, labels: string[]} & ExampleChanges} ChangeRequest revision: the replica's;
 *   labels: in class order
 * @typedef {{type: "run", test: boolean, fit: boolean}} RunRequest what is worked out anew
 * @typedef {{type: "question", question: Question}} QuestionRequest what the figures are worked out for from now on
 * @typedef {{type: "watch", isWatched: boolean}} WatchRequest whether somebody looks at the figures: those that take longest are
 *   worked out only then
 * @typedef {{type: "prior", prior: number}} PriorRequest the limit of "I don't know" without evidence from now on
 * @typedef {EmbeddingsRequest | ChangeRequest | RunRequest | QuestionRequest | WatchRequest | PriorRequest} Request
 */

/**
 * Replies.
 *
 * @typedef {{type: "test", patch: Partial<TestState>}} TestReply
 * @typedef {{type: "fitted", fitted: import("../knn/adapted.js").Fitted | null, revision: number}} FittedReply null: nothing
 *   varies within the classes
 * @typedef {{type: "nearest"} & import("./nearest.js").Nearest} NearestReply
 * @typedef {{type: "failed", message: string}} FailureReply
 * @typedef {TestReply | FittedReply | NearestReply | FailureReply} Reply
 */

export {};
