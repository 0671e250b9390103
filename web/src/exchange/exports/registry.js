// What a project becomes besides files of other tools: a page of its own as a folder or as one file, a sketch, a Python script, a model card. Loaded with the
// export panel; each kind's own code is loaded when it is written.

import { ContractError } from "../../contract/errors.js";
import { BlobSink } from "../blob-sink.js";

/** @typedef {"page"|"file"|"card"|"sketch"|"python"} ExportKind */

/** @typedef {import("./context.js").ExportContext} ExportContext */
/** @typedef {import("./context.js").ExportWriter} ExportWriter */

/** @type {Record<ExportKind, {ending: string, load: () => Promise<ExportWriter>}>} */
const EXPORTS = {
	page: { ending: "-page.zip", load: async () => (await import("./standalone.js")).writeStandalone },
	file: { ending: ".html", load: async () => (await import("./one-file.js")).writeOneFile },
	card: { ending: "-card.zip", load: async () => (await import("./model-card.js")).writeModelCard },
	sketch: { ending: "-sketch.zip", load: async () => (await import("./sketch.js")).writeSketch },
	python: { ending: "-python.zip", load: async () => (await import("./python.js")).writePython },
};

export const EXPORT_KINDS = /** @type {ExportKind[]} */ (Object.keys(EXPORTS));

/** @param {ExportKind} kind @returns {string} the file's ending */
export const endingOf = (kind) => EXPORTS[kind].ending;

/**
 * @param {ExportKind} kind
 * @param {ExportContext} context
 * @param {import("../slices.js").WorkOptions} [options]
 * @returns {Promise<Blob>} a zip, or HTML
 * @throws {ContractError} nothingToExport; the signal's reason
 */
export async function writeExport(kind, context, options) {
	const { embeddings, examples } = context.content;
	if (!embeddings || examples.length === 0) throw new ContractError("nothingToExport", { came: kind });
	const write = await EXPORTS[kind].load();
	const sink = new BlobSink();
	await write(context, sink, options);
	return sink.blob(endingOf(kind).endsWith(".zip") ? "application/zip" : "text/html");
}
