// What the open project holds, copied for a file while the page stays alive. Loaded with the projects.

import { withThumbnail } from "../project/lazy-picture.js";
import { Slices } from "./slices.js";

/** So often an example may go while the others are copied; then all are copied at one go. */
const TRIES = 2;

/**
 * Copies a project as it is at one moment. What may change is copied at once; embeddings and pictures never change, and are
 * copied in slices. An example may go meanwhile, and then it begins anew.
 * @param {import("../project/replica.js").Replica} replica
 * @param {{id: string, dimension: number}} model
 * @param {Pick<import("../project/store.js").ProjectStore, "rows">} [store] has the files of its actions; without it, they are left out
 * @returns {Promise<import("./content.js").ProjectContent>}
 * @throws {DOMException} another project was opened meanwhile
 * @example
 * const { examples, embeddings } = await copyContent(workspace.replica, { id: "mobilenet", dimension: 1280 });
 */
export async function copyContent(replica, { id: modelId, dimension }, store) {
	const { id } = replica.project;
	for (let attempt = 0; ; attempt += 1) {
		// The rest is of one moment: nothing is waited for until the examples are listed.
		const files = store && (await filesOfActions(replica, store));
		const { name, settings, classes } = replica.project;
		const content = {
			name,
			model: { id: modelId, dimension },
			settings: { ...settings },
			classes: classes.map(({ label, colour, emoji = null, enabled = true }) => ({
				...{ label, colour, emoji, enabled },
			})),
		};
		const actions = files && copyActions(replica, files);
		const copied = await copyExamples(replica, dimension, attempt < TRIES);
		if (replica.project.id !== id) throw new DOMException("another project was opened", "AbortError");
		if (copied) return { ...content, ...copied, ...(actions?.length ? { actions } : {}) };
	}
}

/**
 * @param {import("../project/replica.js").Replica} replica
 * @param {number} dimension
 * @param {boolean} isSliced false: at one go
 * @returns {Promise<Pick<import("./content.js").ProjectContent, "examples"|"embeddings">|null>} null: an example is gone
 */
async function copyExamples(replica, dimension, isSliced) {
	const outline = replica.outline();
	const slices = new Slices(outline.length);
	const examples = [];
	const embeddings = new Float32Array(outline.length * dimension);
	for (const [i, { source, ...example }] of outline.entries()) {
		if (!replica.knn.has(example.id)) return null;
		replica.knn.copyEmbedding(example.id, embeddings, i * dimension);
		examples.push(withThumbnail(example, source));
		if (isSliced) await slices.step(1);
	}
	return { examples, embeddings };
}

/**
 * @param {import("../project/replica.js").Replica} replica
 * @param {Pick<import("../project/store.js").ProjectStore, "rows">} store
 * @returns {Promise<Map<string, Blob>>} by their ids
 */
async function filesOfActions(replica, store) {
	if (replica.actions.rows().length === 0) return new Map();
	return new Map((await store.rows("files", replica.project.id)).map(({ id, blob }) => [id, blob]));
}

/**
 * @param {import("../project/replica.js").Replica} replica
 * @param {ReadonlyMap<string, Blob>} files
 * @returns {import("./action-rows.js").ContentActions[]}
 */
function copyActions(replica, files) {
	return replica.actions.rows().map(({ label, actions }) => ({
		label,
		actions: actions.map(({ file, ...action }) =>
			file === undefined ? action : { ...action, file: files.get(file ?? "") ?? null },
		),
	}));
}
