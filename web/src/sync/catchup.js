// Catching up: fetches what the server's room holds in pages, and makes the replica the same, apart from the changes that
// still wait in the outbox.

import { toEmbedding } from "./connection.js";

/** @typedef {import("../project/replica.js").Replica} Replica */

/**
 * @typedef {object} RemoteChanges what a room holds, or what changed in it
 * @property {number} revision that it is true of, at least
 * @property {string[]} labels all, in class order
 * @property {{id: string, label: string, group: string|null, embedding: ArrayBuffer}[]} examples that changed
 * @property {string[]} removed ids
 * @property {boolean} full `examples` is everything: an example that is not listed is gone
 */

/**
 * Fetches everything that changed after a revision.
 * @param {(page: Record<string, unknown>) => Promise<Record<string, any>>} fetchPage sends `sync`
 * @param {number} since
 * @returns {Promise<RemoteChanges>}
 */
export async function fetchChanges(fetchPage, since) {
	/** @type {RemoteChanges} */
	const remote = { revision: Number.POSITIVE_INFINITY, labels: [], examples: [], removed: [], full: false };
	/** @type {unknown} */
	let cursor;
	do {
		const page = await fetchPage(cursor === undefined ? { since } : { since, cursor });
		// The room may change between pages: the revision that all of them include counts.
		remote.revision = Math.min(remote.revision, page.revision);
		remote.labels = page.labels.map((/** @type {{label: string}} */ { label }) => label);
		for (const example of page.examples) remote.examples.push(example);
		for (const id of page.removed) remote.removed.push(id);
		remote.full ||= page.full === true;
		cursor = page.cursor ?? undefined;
	} while (cursor !== undefined);
	return remote;
}

/**
 * Changes the replica to what the room holds. Queued changes win: the server gets them later.
 * @param {Replica} replica
 * @param {RemoteChanges} remote
 * @param {{keepLocal: boolean}} options keepLocal: add up both, remove nothing
 */
export function mergeChanges(replica, remote, { keepLocal }) {
	const { outbox } = replica;
	const queuedIds = outbox.exampleIds();
	const remoteExamples = remote.examples.flatMap((example) => {
		const label = queuedIds.has(example.id) ? null : outbox.labelAfter(example.label);
		return label === null ? [] : [{ ...example, label }];
	});
	const moved = remoteExamples.filter(({ id, label }) => replica.knn.has(id) && replica.example(id).label !== label);
	if (moved.length > 0) replica.relabel(moved);
	const added = remoteExamples
		.filter(({ id }) => !replica.knn.has(id))
		.map(({ id, label, group, embedding }) => ({
			id,
			label,
			group: group ?? null,
			embedding: toEmbedding(embedding),
			thumbnail: null,
		}));
	if (added.length > 0) replica.add(added);

	const labels = remote.labels.flatMap((label) => outbox.labelAfter(label) ?? []);
	for (const label of labels) if (replica.colourOf(label) === undefined) replica.addLabel(label);
	if (!keepLocal) removeMissing(replica, remote, labels);
	replica.order(labels);
}

/**
 * Removes the examples and empty classes that the room doesn't have any more.
 * @param {Replica} replica
 * @param {RemoteChanges} remote
 * @param {readonly string[]} labels the room's, after all queued changes
 */
function removeMissing(replica, remote, labels) {
	const { outbox } = replica;
	const queuedIds = outbox.exampleIds();
	const remoteIds = new Set(remote.examples.map(({ id }) => id));
	const candidates = remote.full ? replica.ids().filter((id) => !remoteIds.has(id)) : remote.removed;
	const missing = candidates.filter((id) => !queuedIds.has(id) && !(remoteIds.has(id) && replica.knn.has(id)));
	if (missing.length > 0) replica.remove(missing);
	const keptLabels = new Set([...labels, ...outbox.newLabels()]);
	for (const label of replica.labels) {
		if (!keptLabels.has(label) && replica.idsOf(label).length === 0) replica.clear(label);
	}
}
