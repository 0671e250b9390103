// Writes what a file holds into the store as a project. projects.js uses it.

import { problem } from "../../contract/problem.js";
import { newId } from "../../knn/ids.js";
import { sourceOf, withThumbnail } from "../../project/lazy-picture.js";
import { PACK_SIZE, packRows } from "../../project/packs.js";
import { removeProject } from "../../project/shelf.js";
import { NO_STORE } from "../../project/store.js";

/**
 * @typedef {import("../../project/store.js").StoredExample} StoredExample
 * @typedef {import("../../exchange/content.js").ProjectContent} ProjectContent
 */

/**
 * @param {import("../../project/store.js").Project} project gets name, settings and classes
 * @param {ProjectContent} content
 * @param {object} parts
 * @param {import("../../project/store.js").ProjectStore} parts.store
 * @param {{id: string, dimension: number}} parts.model the page's
 * @param {(picture: Blob) => Promise<Float32Array>} parts.embed float32, (d,)
 * @param {(done: number, total: number) => void} parts.onProgress what it throws stops it, and nothing is left
 * @returns {Promise<StoredExample[]>} its examples as they are kept
 * @throws {import("../../contract/problem.js").Problem} nothingKept, modelChanged, or of a picture or of the model
 */
export async function fillProject(project, content, { store, model, embed, onProgress }) {
	if (store === NO_STORE) throw problem("nothingKept");
	const { name, settings, classes } = content;
	const { rows: actions, files } = keepFiles(content.actions ?? []);
	project.name = name;
	project.settings = { ...(settings ?? project.settings) };
	project.classes = withColours(classes);
	if (actions.length > 0) {
		project.actions = actions;
		// Whoever made the file does not decide what this device does.
		project.actionsSwitch = "ask";
	}
	const { rows, hasEmbeddings } = await makeRows(content, { model, embed, onProgress });
	let scratch = new Float32Array(PACK_SIZE * model.dimension);
	try {
		for (let pack = 0; pack * PACK_SIZE < rows.length; pack += 1) {
			if (hasEmbeddings) onProgress(pack * PACK_SIZE, rows.length);
			store.write(packRows(project.id, pack, rows.slice(pack * PACK_SIZE, (pack + 1) * PACK_SIZE), scratch));
			// One at a time: the page goes on meanwhile.
			await store.settled();
			// What could not be written yet holds on to it.
			if (store.unsavedCount > 0) scratch = new Float32Array(PACK_SIZE * model.dimension);
		}
	} catch (error) {
		// Stopped: nothing is left of it.
		removeProject(store, project.id);
		throw error;
	}
	store.write(
		files.map((row) => ({ store: "files", key: [project.id, row.id], value: { project: project.id, ...row } })),
	);
	// Last, so that a project is there with all it has, or not at all.
	store.save(project);
	await store.settled();
	return rows;
}

/**
 * @param {import("../../exchange/action-rows.js").ContentActions[]} content
 * @returns {{rows: import("../../project/class-actions.js").ActionRow[], files: {id: string, blob: Blob}[]}} rows: their files are
 *   ids in the store
 */
function keepFiles(content) {
	/** @type {{id: string, blob: Blob}[]} */
	const files = [];
	const rows = content.map(({ label, actions }) => ({
		label,
		actions: actions.map((action) => {
			const { file: blob = null, ...rest } = action;
			if (!("file" in action)) return rest;
			if (blob === null) return { ...rest, file: null };
			const id = newId();
			files.push({ id, blob });
			return { ...rest, file: id };
		}),
	}));
	return { rows, files };
}

/**
 * @param {ProjectContent} content
 * @param {Pick<Parameters<typeof fillProject>[2], "model"|"embed"|"onProgress">} parts
 * @returns {Promise<{rows: StoredExample[], hasEmbeddings: boolean}>} hasEmbeddings: those of the content are of this model
 */
async function makeRows({ examples, embeddings, model: given }, { model: { id, dimension }, embed, onProgress }) {
	const hasEmbeddings = embeddings !== null && given?.id === id && given.dimension === dimension;
	/** @type {StoredExample[]} */
	const rows = [];
	for (const [order, example] of examples.entries()) {
		if (!hasEmbeddings) onProgress(order, examples.length);
		const source = sourceOf(example);
		if (!hasEmbeddings && !source) throw problem("modelChanged", { came: given?.id ?? "" });
		const embedding = hasEmbeddings
			? embeddings.subarray(order * dimension, (order + 1) * dimension)
			: await embed(/** @type {Blob} */ (example.thumbnail));
		const { id: own, label, group } = example;
		rows.push(withThumbnail({ id: own || newId(), label, group, order, embedding, mine: true }, source));
	}
	return { rows, hasEmbeddings };
}

/**
 * @param {ProjectContent["classes"]} classes
 * @returns {import("../../project/store.js").Project["classes"]} those without a colour have the lowest that is free
 */
function withColours(classes) {
	const used = new Set(classes.map(({ colour }) => colour));
	let free = 0;
	return classes.map(({ label, colour, emoji, enabled }) => {
		while (colour === null && used.has(free)) free += 1;
		used.add(colour ?? free);
		return { label, colour: colour ?? free, emoji, enabled };
	});
}
