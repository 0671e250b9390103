// Applies one event of the room, a change by another member, to the replica.

import { toEmbedding } from "./connection.js";

/**
 * @param {import("../project/replica.js").Replica} replica
 * @param {import("./connection.js").RemoteEvent} remoteEvent
 * @param {boolean} isLate the replica has a later change already
 * @returns {boolean} whether the event may have crossed a change in the outbox, so that the room must be asked what it holds
 */
export function applyRemoteEvent(replica, { event, data, embedding }, isLate) {
	const { outbox } = replica;
	const mayCross = isLate || outbox.hasClassChange;
	if (isGivenBackByMistake(replica, event, data)) {
		if (!outbox.hasUnsentRemovals) replica.queue([{ op: "removals" }]);
		return true;
	}
	switch (event) {
		case "exampleAdded": {
			const isNewClass = replica.colourOf(data.label) === undefined;
			const label = outbox.labelAfter(data.label);
			if (label === null || outbox.hasChangeOf(data.id)) return true;
			if (isNewClass) addLabel(replica, label, data);
			if (replica.knn.has(data.id)) {
				replica.relabel([{ id: data.id, label }]);
				replica.attribute(new Map([[data.id, contributorOf(data)]]));
			} else replica.add([exampleOf(data, label, embedding)]);
			lendPicture(replica, data);
			return mayCross || (isNewClass && outbox.length > 0);
		}
		case "exampleRemoved":
			if (outbox.hasChangeOf(data.id)) return true;
			replica.remove([data.id]);
			return mayCross;
		case "labelCleared": {
			for (const label of data.label === null ? replica.labels : [data.label]) clear(replica, label);
			break;
		}
		case "labelRenamed":
			if (replica.colourOf(data.from) !== undefined) replica.rename(data.from, data.to);
			break;
		case "labelAdded": {
			const label = outbox.labelAfter(data.label);
			if (label !== null) addLabel(replica, label, data);
			break;
		}
		case "labelsOrdered":
			if (outbox.hasOrder) return true;
			replica.order(data.labels.flatMap((/** @type {string} */ label) => outbox.labelAfter(label) ?? []));
			break;
		case "labelStyled": {
			const label = outbox.labelAfter(data.label);
			if (label === null || outbox.hasStyleOf(label)) return true;
			replica.style(label, { colour: data.colour, emoji: data.emoji });
			break;
		}
		case "projectNamed":
			if (outbox.hasName) return true;
			replica.setName(data.name);
			return isLate;
		default:
			return false;
	}
	return mayCross || outbox.length > 0;
}

/**
 * Whether a member gives back to a room that lost its memory what was removed from it here, because that member missed it. It is
 * not taken in; the room is told once more that it was removed.
 * @param {import("../project/replica.js").Replica} replica
 * @param {string} event
 * @param {{restored?: boolean, id?: string, label?: string}} data
 */
function isGivenBackByMistake(replica, event, { restored, id, label }) {
	if (restored !== true) return false;
	const { knn, removals } = replica;
	if (event === "exampleAdded") return removals.ids.has(String(id)) && !knn.has(String(id));
	return event === "labelAdded" && removals.labels.has(String(label)) && replica.colourOf(String(label)) === undefined;
}

/**
 * Another member added a class: it looks as the room says, unless another look for it is on its way.
 * @param {import("../project/replica.js").Replica} replica
 * @param {string} label
 * @param {{colour?: number, emoji?: string|null}} style
 */
function addLabel(replica, label, { colour, emoji }) {
	if (replica.colourOf(label) === undefined) replica.addLabel(label, [], colour, emoji);
	else if (!replica.outbox.hasStyleOf(label)) replica.style(label, { colour, emoji });
}

/**
 * Another member cleared a class. Examples of it that still wait in the outbox stay.
 * @param {import("../project/replica.js").Replica} replica
 * @param {string} label
 */
function clear(replica, label) {
	if (replica.colourOf(label) === undefined) return;
	const queuedIds = replica.outbox.exampleIds();
	const ids = replica.idsOf(label);
	const confirmedIds = ids.filter((id) => !queuedIds.has(id));
	if (confirmedIds.length === ids.length && !replica.outbox.newLabels().has(label)) replica.clear(label);
	else replica.remove(confirmedIds);
}

/**
 * @param {any} data of exampleAdded
 * @param {string} label
 * @param {ArrayBuffer} [attachment]
 * @returns {import("../project/replica.js").Example}
 */
function exampleOf({ id, group, embedding, by, contributor }, label, attachment) {
	return {
		id,
		label,
		group: group ?? null,
		contributor: contributorOf({ by, contributor }),
		embedding: toEmbedding(embedding ?? attachment),
		thumbnail: null,
	};
}

/** @param {any} data of exampleAdded @returns {string|null} id of who added it: an owner may give back what is another's */
const contributorOf = ({ by, contributor }) => contributor ?? by?.id ?? null;

/**
 * The picture is not the example's own: it is shown for as long as the room shows it, and not kept.
 * @param {import("../project/replica.js").Replica} replica
 * @param {any} data of exampleAdded
 */
function lendPicture(replica, { id, thumbnail }) {
	// An event that was held back may come after pictures were switched off.
	const hasBytes = thumbnail instanceof ArrayBuffer || ArrayBuffer.isView(thumbnail);
	if (!hasBytes || !replica.project.membership?.access.thumbnails) return;
	replica.lent.lendUnasked(id, new Blob([/** @type {BlobPart} */ (thumbnail)], { type: "image/jpeg" }));
}
