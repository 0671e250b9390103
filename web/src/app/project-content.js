// What the open project holds, copied for a file while the page stays alive. Loaded with the projects.

import { Slices } from "../exchange/slices.js";
import { withThumbnail } from "../project/lazy-picture.js";

/** So often an example may go while the others are copied; then all are copied at one go. */
const TRIES = 2;

/**
 * Copies a project as it is at one moment. Nothing but the embeddings is large, and only they are copied in slices: an
 * embedding never changes, but an example may go meanwhile, and then it begins anew.
 * @param {import("../project/replica.js").Replica} replica
 * @param {{id: string, dimension: number}} model
 * @returns {Promise<import("./projects.js").ProjectContent>}
 * @throws {DOMException} another project was opened meanwhile
 * @example
 * const { examples, embeddings } = await copyContent(workspace.replica, { id: "mobilenet", dimension: 1280 });
 */
export async function copyContent(replica, { id: modelId, dimension }) {
	const { id } = replica.project;
	for (let attempt = 0; ; attempt += 1) {
		const { name, settings, classes } = replica.project;
		const examples = replica.outline();
		const content = {
			name,
			model: { id: modelId, dimension },
			settings: { ...settings },
			classes: classes.map(({ label, colour, emoji = null }) => ({ label, colour, emoji })),
			examples: examples.map(({ source, ...example }) => withThumbnail(example, source)),
		};
		const embeddings = await copyEmbeddings(replica, examples, dimension, attempt < TRIES);
		if (replica.project.id !== id) throw new DOMException("another project was opened", "AbortError");
		if (embeddings) return { ...content, embeddings };
	}
}

/**
 * @param {import("../project/replica.js").Replica} replica
 * @param {{id: string}[]} examples
 * @param {number} dimension
 * @param {boolean} isSliced false: at one go
 * @returns {Promise<Float32Array|null>} (n, d); null: an example is gone
 */
async function copyEmbeddings({ knn }, examples, dimension, isSliced) {
	const slices = new Slices(examples.length);
	const embeddings = new Float32Array(examples.length * dimension);
	for (const [i, { id }] of examples.entries()) {
		if (!knn.has(id)) return null;
		knn.copyEmbedding(id, embeddings, i * dimension);
		if (isSliced) await slices.step(1);
	}
	return embeddings;
}
