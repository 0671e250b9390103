// What others changed in the room, taken into the replica.

import { toEmbedding } from "./connection.js";

/**
 * @param {import("../project/replica.js").Replica} replica
 * @param {import("../project/outbox.js").Outbox} outbox what was changed here and is not the server's yet
 * @param {{event: string, data: any, binary?: ArrayBuffer}} news
 * @param {boolean} isLate a later change was taken in already
 * @returns {boolean} whether it may have crossed a change made here, so that the room has to be asked
 */
export function applyRemoteEvent(replica, outbox, { event, data, binary }, isLate) {
	const crosses = isLate || outbox.concernsClasses;
	switch (event) {
		case "exampleAdded": {
			const isNewClass = replica.colourOf(data.label) === undefined;
			const label = outbox.after(data.label);
			if (label === null || outbox.concerns(data.id)) return true;
			if (replica.knn.has(data.id)) replica.relabel([{ id: data.id, label }]);
			else replica.add([fromWire(data, label, binary)]);
			return crosses || (isNewClass && outbox.length > 0);
		}
		case "exampleRemoved":
			if (outbox.concerns(data.id)) return true;
			replica.remove([data.id]);
			return crosses;
		case "labelCleared": {
			for (const label of data.label === null ? replica.labels : [data.label]) clear(replica, outbox, label);
			break;
		}
		case "labelRenamed":
			if (replica.colourOf(data.from) !== undefined) replica.rename(data.from, data.to);
			break;
		case "labelAdded": {
			const label = outbox.after(data.label);
			if (label !== null) replica.addLabel(label);
			break;
		}
		default:
			return false;
	}
	return crosses || outbox.length > 0;
}

/**
 * Another cleared a class; what was recorded here and is still on its way is not part of that.
 * @param {import("../project/replica.js").Replica} replica
 * @param {import("../project/outbox.js").Outbox} outbox
 * @param {string} label
 */
function clear(replica, outbox, label) {
	if (replica.colourOf(label) === undefined) return;
	const mine = outbox.ids();
	const all = replica.idsOf(label);
	const theirs = all.filter((id) => !mine.has(id));
	if (theirs.length === all.length && !outbox.labels().has(label)) replica.clear(label);
	else replica.remove(theirs);
}

/**
 * @param {any} data
 * @param {string} label
 * @param {ArrayBuffer} [binary]
 */
function fromWire({ id, group, embedding, thumbnail }, label, binary) {
	return {
		id,
		label,
		group: group ?? null,
		embedding: toEmbedding(embedding ?? binary),
		thumbnail: thumbnail instanceof ArrayBuffer ? new Blob([thumbnail], { type: "image/jpeg" }) : null,
	};
}
