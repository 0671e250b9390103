// What a replica gives to a room that doesn't know it: the room is new, lost its memory, or was filled by others.

/**
 * @typedef {import("../project/store.js").Change} Change
 * @typedef {import("../project/replica.js").Replica} Replica
 */

/**
 * Lists the changes that give a room the whole replica. For an empty room they replace what waits in the outbox; a room with
 * examples gets them on top.
 *
 * A room that lost its memory gets its content from several members, each with changes that the others never saw. So what an
 * earlier life of the room had is only given back (`restored`), and counts less than what was changed since.
 * @param {Replica} replica
 * @param {object} room
 * @param {boolean} room.isEmpty
 * @param {boolean} room.isReturning the replica knows an earlier life of the room
 * @param {ReadonlySet<string>} room.remoteIds of the room's examples
 * @param {ReadonlySet<string>} room.remoteLabels the room's
 * @returns {Change[]}
 * @example
 * replica.queue(wholeReplica(replica, { isEmpty: true, isReturning: false, remoteIds: new Set(), remoteLabels: new Set() }), { emptyFirst: true });
 */
export function wholeReplica(replica, { isEmpty, isReturning, remoteIds, remoteLabels }) {
	const { outbox, labels } = replica;
	const queuedIds = outbox.exampleIds();
	const isWaiting = (/** @type {string} */ id) => !isEmpty && queuedIds.has(id);
	const missingIds = replica.ids().filter((id) => !remoteIds.has(id) && !isWaiting(id));
	const changedLabels = outbox.newLabels();
	const missingLabels = labels.filter((label) => !remoteLabels.has(label));
	const changedIds = new Set([...queuedIds, ...[...changedLabels].flatMap((label) => replica.idsOf(label))]);
	/** @param {boolean} isChanged */
	const restored = (isChanged) => (isReturning && !isChanged ? { restored: /** @type {const} */ (true) } : {});
	/** @type {Change[]} */
	const removals = isReturning ? [{ op: "removals" }] : [];
	return [
		...(isEmpty && outbox.hasSettings ? [/** @type {Change} */ ({ op: "configure" })] : []),
		...removals,
		...missingLabels.map(
			(label) =>
				/** @type {Change} */ ({
					...{ op: "label", label, colour: replica.colourOf(label), emoji: replica.emojiOf(label) },
					...restored(changedLabels.has(label)),
				}),
		),
		...missingIds.map((id) => {
			const { label } = replica.example(id);
			return /** @type {Change} */ ({ op: "add", id, label, ...restored(changedIds.has(id)) });
		}),
		...(isEmpty ? looks(replica) : []),
		// Once more: classes that were renamed are empty only now.
		...removals,
	];
}

/**
 * @param {Replica} replica
 * @returns {Change[]} queued changes of order, colours, emojis and name, under the names of today. Another member may have come
 *   first, and then the whole replica alone does not bring them.
 */
function looks(replica) {
	const { outbox, labels } = replica;
	const styled = replica.classes.peek().filter(({ label }) => outbox.hasStyleOf(label));
	return [
		...styled.map(({ label, colour, emoji }) => /** @type {Change} */ ({ op: "style", label, colour, emoji })),
		...(outbox.hasOrder ? [/** @type {Change} */ ({ op: "order", labels })] : []),
		...(outbox.hasName ? [/** @type {Change} */ ({ op: "name" })] : []),
	];
}
