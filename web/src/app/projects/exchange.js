// Files of other tools: reading them into the open project or into a new one, and writing the open project as one. Loaded
// when somebody imports, exports or drops a folder; app/session.js owns one.

import { THUMBNAIL_PX } from "../../capture/vision.js";
import { asProblem, problem } from "../../contract/problem.js";
import { writeExport } from "../../exchange/exports/registry.js";
import { openFolder, readForeign, writeForeign } from "../../exchange/formats/registry.js";
import { newId } from "../../knn/ids.js";
import { DEFAULT_SETTINGS } from "../../state/state.js";
import { readFile } from "./read-file.js";

/**
 * @typedef {import("../../exchange/content.js").ProjectContent} ProjectContent
 * @typedef {import("../../exchange/formats/format.js").FormatName} FormatName
 * @typedef {import("../../exchange/formats/format.js").Skipped} Skipped
 * @typedef {import("../../exchange/formats/format.js").FolderSource} FolderSource
 * @typedef {{onProgress?: (share: number) => void, signal?: AbortSignal}} WorkOptions
 */

/**
 * @typedef {object} Found what a file holds
 * @property {FormatName} format
 * @property {ProjectContent} content
 * @property {Skipped[]} skipped
 */

/** @typedef {{name: string, error: import("../../contract/errors.js").ErrorObject}} Failure a picture that could not be embedded, and why */

/** The page gets its turn after this. */
const SLICE_MS = 30;
/** So many examples are added at once. */
const SLICE = 32;
/** So long figures that are under way are waited for. */
const FIGURES_MS = 30_000;

export class Exchange {
	#options;

	/**
	 * @param {object} options
	 * @param {import("../workspace.js").Workspace} options.workspace
	 * @param {import("../../capture/vision.js").Vision} options.vision
	 * @param {() => Promise<import("./projects.js").Projects>} options.projects
	 * @param {string} [options.base] the page's address
	 * @param {import("@preact/signals").Signal<import("../../state/figures.js").TestState>} [options.test]
	 * @example
	 * const exchange = await session.exchange();
	 * const found = await exchange.read(file);
	 * const { content } = await exchange.embed(found.content);
	 * await exchange.add(content);
	 */
	constructor(options) {
		this.#options = options;
	}

	/**
	 * @param {File|FolderSource} source
	 * @param {WorkOptions} [options]
	 * @returns {Promise<Found>}
	 * @throws {import("../../contract/errors.js").ContractError} as readForeign
	 * @throws {import("../../contract/problem.js").Problem} otherNumbers
	 */
	async read(source, options) {
		const { dimension } = this.#model;
		const how = { dimension, onProgress: inSlices(options), signal: options?.signal };
		const found =
			source instanceof File
				? await readFile(source, how)
				: await readForeign(openFolder(source.files, source.name), how);
		const { model, embeddings } = found.content;
		if (embeddings && model?.dimension !== dimension) {
			throw problem("otherNumbers", { came: model?.dimension, expected: dimension });
		}
		return found;
	}

	/**
	 * Embeds the pictures of content that has no embeddings; other content stays as it is. The model becomes the page's.
	 * @param {ProjectContent} content
	 * @param {WorkOptions} [options] what is cancelled changes nothing
	 * @returns {Promise<{content: ProjectContent, failed: Failure[]}>} without the pictures that failed
	 */
	async embed(content, options) {
		const { id, dimension } = this.#model;
		const model = { id, dimension };
		if (content.embeddings) return { content: { ...content, model }, failed: [] };
		const turn = inSlices(options);
		const { vision } = this.#options;
		/** @type {Failure[]} */
		const failed = [];
		/** @type {ProjectContent["examples"]} */
		const examples = [];
		const embeddings = new Float32Array(content.examples.length * dimension);
		for (const [i, example] of content.examples.entries()) {
			const given = /** @type {Blob} */ (example.thumbnail);
			const picture = given instanceof File ? given : new File([given], `${example.label} ${i + 1}`);
			try {
				const { embedding, thumbnail } = await vision.embedFile(picture, { thumbnailSize: THUMBNAIL_PX });
				embeddings.set(embedding, examples.length * dimension);
				examples.push({ ...example, thumbnail });
			} catch (error) {
				failed.push({ name: picture.name, error: asProblem(error) });
			}
			await turn((i + 1) / content.examples.length);
		}
		const used = embeddings.slice(0, examples.length * dimension);
		return { content: { ...content, model, examples, embeddings: used }, failed };
	}

	/**
	 * Adds examples to the open project, as one step of undo. Those that are there already are passed over.
	 * @param {ProjectContent} content with embeddings of the page's model
	 * @param {string} [label] all of them go into this one class
	 * @returns {Promise<{added: number, already: number}>}
	 * @throws {import("../../contract/errors.js").ContractError} tooManyExamples, tooManyClasses: what was added stays
	 * @throws {import("../../contract/problem.js").Problem} projectChanged: what was added stays
	 */
	async add(content, label) {
		const { workspace } = this.#options;
		const { knn, project } = workspace.replica;
		const { dimension } = this.#model;
		const embeddings = /** @type {Float32Array} */ (content.embeddings);
		const added = content.examples.flatMap(({ id, label: own, group, thumbnail }, i) =>
			knn.has(id) ? [] : [{ id, label: label ?? own, group, thumbnail, at: i * dimension }],
		);
		const of = { project: project.id, run: newId() };
		const turn = inSlices();
		/** @type {string[]} */
		const ids = [];
		try {
			for (let i = 0; i < added.length; i += SLICE) {
				const slice = added.slice(i, i + SLICE).map(({ at, ...example }) => ({
					...{ ...example, embedding: embeddings.slice(at, at + dimension) },
				}));
				workspace.addImported(slice, of);
				ids.push(...slice.map(({ id }) => id));
				await turn(ids.length / added.length);
			}
		} finally {
			if (ids.length > 0) workspace.finished(ids);
		}
		return { added: ids.length, already: content.examples.length - ids.length };
	}

	/**
	 * Opens the content as a new project.
	 * @param {ProjectContent} content with embeddings of the page's model
	 */
	async open(content) {
		await (await this.#options.projects()).create(content);
	}

	/** @returns {Promise<ProjectContent>} of the open project */
	async content() {
		return (await this.#options.projects()).content();
	}

	/**
	 * @param {FormatName} format
	 * @param {ProjectContent} content
	 * @param {WorkOptions} [options]
	 * @returns {Promise<Blob>}
	 * @throws {import("../../contract/errors.js").ContractError} nothingToExport
	 */
	write(format, content, options) {
		return writeForeign(format, content, { onProgress: inSlices(options) });
	}

	/**
	 * Makes a page, a sketch, a script or a card of the project.
	 * @param {import("../../exchange/exports/registry.js").ExportKind} kind
	 * @param {ProjectContent} content
	 * @param {WorkOptions} [options]
	 * @returns {Promise<Blob>} a zip, or HTML
	 * @throws {import("../../contract/errors.js").ContractError} nothingToExport
	 */
	async writeExport(kind, content, options) {
		const { title, weights } = this.#model;
		const evaluation = kind === "card" ? await this.#figures(options?.signal) : null;
		const about = { title, licence: weights?.licence ?? null, source: weights?.source ?? null };
		const base = this.#options.base ?? document.baseURI;
		return await writeExport(kind, { content, ...about, answer: this.#answer(content), evaluation, base }, options);
	}

	/**
	 * How this browser answers, once all examples are known to the adapted metric.
	 * @param {ProjectContent} content
	 * @returns {import("../../knn/options.js").ClassifyOptions}
	 */
	#answer({ settings }) {
		const { k, metric, weights, unknownDistance } = settings ?? DEFAULT_SETTINGS;
		const { automatic } = this.#options.workspace.insights;
		return {
			...{ k, weights, metric: metric === "auto" ? automatic.metric : metric },
			unknownDistance: unknownDistance === "auto" ? automatic.limit : unknownDistance,
		};
	}

	/**
	 * The figures of the test, which is made now if it wasn't.
	 * @param {AbortSignal} [signal]
	 * @returns {Promise<import("../../state/figures.js").Evaluation|null>} null: there are too few examples
	 */
	async #figures(signal) {
		const { insights, replica } = this.#options.workspace;
		const test = this.#options.test;
		if (!test || replica.count < 2) return null;
		const wasWatched = insights.isWatched;
		insights.watch(true);
		try {
			const until = performance.now() + FIGURES_MS;
			while (performance.now() < until) {
				const { evaluation, progress } = test.peek();
				if (evaluation?.count === replica.count && progress === null) return evaluation;
				signal?.throwIfAborted();
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
			// Older ones are better than none, but not those of other examples.
			const { evaluation } = test.peek();
			return evaluation?.count === replica.count ? evaluation : null;
		} finally {
			insights.watch(wasWatched);
		}
	}

	get #model() {
		const { manifest } = this.#options.vision.embedder;
		if (!manifest) throw problem("notReadyYet");
		return manifest;
	}
}

/**
 * Progress that gives the page its turn, and ends where it is cancelled.
 * @param {WorkOptions} [options]
 * @returns {(share: number) => Promise<void>}
 */
function inSlices({ onProgress, signal } = {}) {
	let began = performance.now();
	return async (share) => {
		signal?.throwIfAborted();
		if (performance.now() - began < SLICE_MS) return;
		onProgress?.(Math.min(1, share));
		await new Promise((resolve) => setTimeout(resolve));
		signal?.throwIfAborted();
		began = performance.now();
	};
}
