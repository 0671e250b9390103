// The types of what map.js and map.worker.js send each other; nothing else, so that either side can import it.

/** @typedef {"pca"|"umap"} Method */

/**
 * @typedef {object} ExamplesRequest kept by the worker until a layout leaves them out
 * @property {"examples"} type
 * @property {string[]} ids n
 * @property {Float32Array} embeddings float32, (n, d), row by row
 *
 * @typedef {object} LayoutRequest a newer one cancels an older
 * @property {"computeLayout"} type
 * @property {number} layoutId
 * @property {Method} method
 * @property {string[]} ids of examples that were sent
 * @typedef {ExamplesRequest|LayoutRequest} Request
 *
 * @typedef {object} LayoutReply a layout by UMAP comes after one by PCA of the same examples
 * @property {"layout"} type
 * @property {number} layoutId the request's
 * @property {Method} method
 * @property {string[]} ids n
 * @property {Float32Array} points float32, (n, 2), row by row, -1..1
 * @property {import("./map-places.js").Projection|null} projection null: by UMAP
 *
 * @typedef {{type: "progress", layoutId: number, progress: number}} ProgressReply 0..1
 * @typedef {LayoutReply|ProgressReply} Reply
 */

export {};
