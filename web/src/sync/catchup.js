// Catching up: fetches what the server's room holds in pages, and makes the replica the same, apart from the changes that
// still wait in the outbox.

import { toEmbedding } from "./connection.js";

/** @typedef {import("../project/replica.js").Replica} Replica */

/**
 * @typedef {object} RemoteChanges what a room holds, or what changed in it
 * @property {number} revision that it is true of, at least
 * @property {string[]} labels all, in class order
 * @property {Map<string, {colour?: number, emoji?: string|null}>} styles of all labels; an older server has none
 * @property {string|undefined} name the project's; undefined: an older server
 * @property {{id: string, label: string, group: string|null, embedding: ArrayBuffer|Uint8Array, by?: string|null}[]} examples that
 *   changed; by: their contributors' ids, which an older server does not say
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
	const remote = {
		...{ revision: Number.POSITIVE_INFINITY, labels: [], styles: new Map(), name: undefined },
		...{ examples: [], removed: [], full: false },
	};
	/** @type {unknown} */
	let cursor;
	do {
		const page = await fetchPage({ since, packed: true, ...(cursor === undefined ? {} : { cursor }) });
		// The room may change between pages: the revision that all of them include counts.
		remote.revision = Math.min(remote.revision, page.revision);
		remote.labels = page.labels.map((/** @type {{label: string}} */ { label }) => label);
		remote.styles = new Map(page.labels.map((/** @type {{label: string}} */ row) => [row.label, row]));
		remote.name = page.project?.name;
		for (const example of unpacked(page.examples, page.embeddings)) remote.examples.push(example);
		for (const id of page.removed) remote.removed.push(id);
		remote.full ||= page.full === true;
		cursor = page.cursor ?? undefined;
	} while (cursor !== undefined);
	return remote;
}

/**
 * Gives each example of a page its embedding.
 * @param {any[]} examples
 * @param {ArrayBuffer|Uint8Array} [embeddings] of all, one after the other; none: an older server, whose examples have theirs
 */
function unpacked(examples, embeddings) {
	if (!embeddings) return examples;
	const bytes = new Uint8Array(embeddings);
	const size = bytes.length / examples.length;
	return examples.map((example, row) => ({ ...example, embedding: bytes.subarray(row * size, (row + 1) * size) }));
}

/**
 * Changes the replica to what the room holds. Queued changes win: the server gets them later.
 * @param {Replica} replica
 * @param {RemoteChanges} remote
 * @param {object} options
 * @param {boolean} options.keepLocal add up both, remove nothing
 * @param {boolean} [options.isReturning] the room got back what an earlier life of it had: what was removed from that one stays
 *   removed, here and there
 */
export function mergeChanges(replica, remote, { keepLocal, isReturning = false }) {
	const { outbox } = replica;
	if (isReturning || outbox.items.some(({ op }) => op === "removals")) remote = withoutRemovals(replica, remote);
	const queuedIds = outbox.exampleIds();
	const remoteExamples = remote.examples.flatMap((example) => {
		const label = queuedIds.has(example.id) ? null : outbox.labelAfter(example.label);
		return label === null ? [] : [{ ...example, label }];
	});
	const labels = remote.labels.flatMap((label) => outbox.labelAfter(label) ?? []);
	const findMoved = () =>
		remoteExamples.filter(({ id, label }) => replica.knn.has(id) && replica.knn.getExample(id).label !== label);
	if (!keepLocal) followRenames(replica, findMoved(), labels);
	const moved = findMoved();
	if (moved.length > 0) replica.relabel(moved);
	const added = remoteExamples
		.filter(({ id }) => !replica.knn.has(id))
		.map(({ id, label, group, embedding, by }) => ({
			id,
			label,
			group: group ?? null,
			contributor: by ?? null,
			embedding: toEmbedding(embedding),
			thumbnail: null,
		}));
	if (added.length > 0) replica.add(added);
	replica.attribute(
		new Map(remoteExamples.flatMap(({ id, by }) => (by === undefined ? [] : [/** @type {const} */ ([id, by])]))),
	);

	for (const label of remote.labels) takeLook(replica, label, remote);
	if (!keepLocal) removeMissing(replica, remote, labels);
	if (!outbox.hasOrder) replica.order(labels);
	if (remote.name !== undefined && remote.name !== replica.project.name && !outbox.hasName) {
		replica.setName(remote.name);
	}
}

/**
 * A class that the room no longer has, and whose examples all have one new label there, was renamed: what only this device knows
 * of it goes with it.
 * @param {Replica} replica
 * @param {{id: string, label: string}[]} moved existing examples, with their new labels
 * @param {readonly string[]} labels the room's, after all queued changes
 */
function followRenames(replica, moved, labels) {
	if (moved.length === 0) return;
	const keptLabels = new Set([...labels, ...replica.outbox.newLabels()]);
	const newLabels = new Map(moved.map(({ id, label }) => [id, label]));
	for (const from of replica.labels) {
		if (keptLabels.has(from)) continue;
		const [to, ...others] = new Set(replica.idsOf(from).map((id) => newLabels.get(id)));
		if (to !== undefined && others.length === 0 && replica.colourOf(to) === undefined) replica.rename(from, to);
	}
}

/**
 * Gives a class the colour and emoji that it has in the room; creates it where there is none.
 * @param {Replica} replica
 * @param {string} label the room's
 * @param {RemoteChanges} remote
 */
function takeLook(replica, label, remote) {
	const { outbox } = replica;
	const name = outbox.labelAfter(label);
	// Two classes that a queued renaming merges look like the second.
	if (name === null || (name !== label && remote.styles.has(name))) return;
	const { colour, emoji } = remote.styles.get(label) ?? {};
	if (replica.colourOf(name) === undefined) replica.addLabel(name, [], colour, emoji);
	else if (!outbox.hasStyleOf(name)) replica.style(name, { colour, emoji });
}

/**
 * Leaves out of a room's content what was removed from its earlier life, and removes here what others removed from it.
 * @param {Replica} replica
 * @param {RemoteChanges} remote everything that the room holds
 * @returns {RemoteChanges}
 */
function withoutRemovals(replica, remote) {
	const { outbox, removals } = replica;
	const queuedIds = outbox.exampleIds();
	const remoteIds = new Set(remote.examples.map(({ id }) => id));
	const gone = remote.removed.filter((id) => !queuedIds.has(id) && !remoteIds.has(id) && replica.knn.has(id));
	if (gone.length > 0) replica.remove(gone);
	const examples = remote.examples.filter(({ id }) => replica.knn.has(id) || !removals.ids.has(id));
	const usedLabels = new Set(examples.map(({ label }) => label));
	const isHere = (/** @type {string} */ label) => usedLabels.has(label) || replica.colourOf(label) !== undefined;
	const labels = remote.labels.filter((label) => isHere(label) || !removals.labels.has(label));
	return { ...remote, examples, labels };
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
