// Takes in what the server's room holds: asks for it in pages, and makes the replica the same, apart
// from what was changed here and has not reached the server yet.

import { toEmbedding } from "./connection.js";

/**
 * @typedef {import("../project/replica.js").Replica} Replica
 * @typedef {import("../project/outbox.js").Outbox} Outbox
 */

/**
 * @typedef {object} RemoteChanges what a room holds, or what changed in it
 * @property {number} revision that it is true of, at least
 * @property {string[]} labels all, in class order
 * @property {{id: string, label: string, group: string|null, embedding: ArrayBuffer}[]} examples that changed
 * @property {string[]} removed ids
 * @property {boolean} full `examples` is everything: what is not in it is gone
 */

/**
 * Asks for everything that changed after a revision.
 * @param {(page: Record<string, unknown>) => Promise<Record<string, any>>} ask sends `sync`
 * @param {number} since
 * @returns {Promise<RemoteChanges>}
 */
export async function fetchChanges(ask, since) {
	/** @type {RemoteChanges} */
	const holding = { revision: Number.POSITIVE_INFINITY, labels: [], examples: [], removed: [], full: false };
	/** @type {unknown} */
	let cursor;
	do {
		const page = await ask(cursor === undefined ? { since } : { since, cursor });
		// The room may change between pages: what all of them have seen counts.
		holding.revision = Math.min(holding.revision, page.revision);
		holding.labels = page.labels.map((/** @type {{label: string}} */ { label }) => label);
		for (const example of page.examples) holding.examples.push(example);
		for (const id of page.removed) holding.removed.push(id);
		holding.full ||= page.full === true;
		cursor = page.cursor ?? undefined;
	} while (cursor !== undefined);
	return holding;
}

/**
 * @param {Replica} replica
 * @param {Outbox} outbox what is not the server's yet, and wins
 * @param {RemoteChanges} holding
 * @param {{keepMine: boolean}} how keepMine: add up what both hold, remove nothing
 */
export function mergeChanges(replica, outbox, holding, { keepMine }) {
	const mine = outbox.ids();
	const theirs = holding.examples.flatMap(({ id, label, group, embedding }) => {
		const name = mine.has(id) ? null : outbox.after(label);
		return name === null ? [] : [{ id, label: name, group: group ?? null, embedding, thumbnail: null }];
	});
	const moved = theirs.filter(({ id, label }) => replica.knn.has(id) && replica.example(id).label !== label);
	if (moved.length > 0) replica.relabel(moved);
	const fresh = theirs.filter(({ id }) => !replica.knn.has(id));
	const embedded = fresh.map((example) => ({ ...example, embedding: toEmbedding(example.embedding) }));
	if (embedded.length > 0) replica.add(embedded);

	const labels = holding.labels.flatMap((label) => outbox.after(label) ?? []);
	for (const label of labels) if (replica.colourOf(label) === undefined) replica.addLabel(label);
	if (!keepMine) {
		const listed = new Set(holding.examples.map(({ id }) => id));
		const gone = holding.full ? replica.ids().filter((id) => !listed.has(id)) : holding.removed;
		const lost = gone.filter((id) => !mine.has(id) && !(listed.has(id) && replica.knn.has(id)));
		if (lost.length > 0) replica.remove(lost);
		const kept = new Set([...labels, ...outbox.labels()]);
		for (const label of replica.labels) {
			if (!kept.has(label) && replica.idsOf(label).length === 0) replica.clear(label);
		}
	}
	replica.order(labels);
}
