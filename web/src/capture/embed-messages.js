// The types of what embedder.js and embed.worker.js send each other; nothing else, so that either side can import it.

/** @typedef {"webgpu"|"webgl"|"wasm"|"wasm-threads"} Backend how the model is computed */

/**
 * @typedef {object} Manifest the parts of model/manifest.json that the page uses
 * @property {string} id
 * @property {string} title
 * @property {string} model the graph model's file
 * @property {number} dimension d, of an embedding
 * @property {{name: string, size: number, channels: number}} input size: width and height in pixels
 * @property {{embedding: {name: string}, features?: {name: string, shape: number[]}}} outputs shape: [h, w, c]
 * @property {{name: string, size: number}[]} files size: in bytes
 * @property {{project: string, picture: string}|null} [sample] files beside the model; missing in models that were converted earlier
 * @property {{name: string, size: number, pictures: number, side: number}|null} [golden] the file of pictures and embeddings that a
 *   backend is checked by; missing in models that were converted earlier
 * @property {{licence?: string, source?: string}} [weights] of the network
 * @property {{distance: number, centre?: object | null}} [unknown] the limit of "I don't know" without evidence; see firstLimit
 */

/**
 * Requests; the reply has the same number.
 *
 * @typedef {object} LoadRequest
 * @property {"load"} type
 * @property {number} requestId
 * @property {string} base the address of the model's files
 * @property {Manifest} manifest
 * @property {Backend[]} candidates the fastest of them is taken
 * @property {number} quickMs the first of them that needs no more for a frame is taken, and without a GPU the first that works; the
 *   others are not tried; 0: all are
 *
 * @typedef {object} EmbedRequest
 * @property {"embed"} type
 * @property {number} requestId
 * @property {ImageBitmap|VideoFrame} picture is transferred, and closed by the worker
 * @property {import("./crop.js").Square|null} square what counts of a video's frame; null: the middle square of a bitmap
 * @property {boolean} features whether the feature map is needed
 * @property {Float32Array|null} spare an earlier frame's features, transferred: their memory is used again
 * @property {number} thumbnailSize in pixels; 0: none is needed
 * @property {boolean} quality whether blur and brightness are measured
 *
 * @typedef {LoadRequest|EmbedRequest} Request
 */

/**
 * Signs of life while the model is loaded, without a number.
 *
 * @typedef {{type: "progress", loaded: number, total: number}} ProgressMessage in bytes
 * @typedef {{type: "trying", backend: Backend|null}} TryingMessage this backend is set up or measured next; null: none is
 * @typedef {ProgressMessage|TryingMessage} LoadingMessage
 *
 * @typedef {{type: "lost"}} LostMessage the graphics card has lost the model; frames that are on their way never come back
 * @typedef {LoadingMessage|LostMessage} UnaskedMessage
 */

/**
 * Replies.
 *
 * @typedef {Partial<Record<Backend, number>>} Wrong the cosine of each backend that was left out for its numbers; 0 where it is none
 *
 * @typedef {object} LoadReply
 * @property {"ready"} type
 * @property {number} requestId
 * @property {Backend} backend
 * @property {number} ms one warm frame
 * @property {Partial<Record<Backend, number>>} measured ms by backend
 * @property {boolean} triedAll false: it will do for a first visit, and another may be quicker
 * @property {number|null} cosine of its golden embeddings to the model's own, the smaller one; null: the model has none
 * @property {Wrong} wrong
 *
 * @typedef {object} EmbedReply
 * @property {"embedded"} type
 * @property {number} requestId
 * @property {Float32Array} embedding float32, (d,)
 * @property {Float32Array|null} features float32, (h*w*c,)
 * @property {Blob|null} thumbnail JPEG
 * @property {{blur: number, brightness: number}|null} quality where it was requested; see embed-worker/quality.js
 * @property {number} ms from the request to the reply, in the worker
 *
 * @typedef {object} FailureReply
 * @property {"failed"} type
 * @property {number} requestId
 * @property {"fetch"|"backend"|"numbers"|"crop"|"frame"} stage numbers: those that work compute wrong ones; crop: this browser's
 *   workers can't crop a video's frame
 * @property {string} message
 * @property {Wrong} [wrong]
 *
 * @typedef {LoadReply|EmbedReply|FailureReply} Reply
 */

export {};
