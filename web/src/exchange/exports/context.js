// What an export is made from, and what makes it: types only.

/**
 * @typedef {object} ExportContext
 * @property {import("../content.js").ProjectContent} content of the open project, with embeddings
 * @property {string} base the page's address
 * @property {string} title the model's, for a person
 * @property {import("../../knn/options.js").ClassifyOptions} answer how it answers, with what "auto" stands for now
 * @property {string|null} licence the model's
 * @property {string|null} source where the model's weights come from
 * @property {import("../../state/figures.js").Evaluation|null} evaluation the newest figures; null: there are none
 * @property {number} [now] ms since 1970
 */

/**
 * @typedef {(context: ExportContext, sink: import("../zip-writer.js").ByteSink,
 *   options?: import("../slices.js").WorkOptions) => Promise<void>} ExportWriter
 */

export {};
