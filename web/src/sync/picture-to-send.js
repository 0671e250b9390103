// Which picture of an example goes to the room, if any. outbox-sender.js asks.

/** What the server takes: see badThumbnail in contract/errors.json. */
const TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);

/**
 * @param {import("../project/replica.js").Replica} replica
 * @param {string} id of an example
 * @param {number} maxBytes
 * @returns {Blob|null} null: the room does not show pictures, or there is none that the server takes
 * @example
 * pictureToSend(replica, id, 32768)?.size; // 2100
 */
export function pictureToSend(replica, id, maxBytes) {
	if (!replica.project.membership?.access.thumbnails || !replica.knn.has(id)) return null;
	// What an owner moves to another class may be another's.
	const picture = replica.example(id).thumbnail ?? replica.lent.blobOf(id);
	const isTaken = picture !== null && TYPES.has(picture.type) && picture.size > 0 && picture.size <= maxBytes;
	return isTaken ? picture : null;
}
