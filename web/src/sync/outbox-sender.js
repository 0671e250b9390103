// Sends queued changes to the server, one at a time, and decides what becomes of a change that the server refuses.
// sync-client.js owns it.

import contractLimits from "../../../contract/limits.json" with { type: "json" };
import { isEmoji } from "../contract/emoji.js";
import { Problem } from "../contract/problem.js";
import { ROLE_REFUSALS } from "../project/rights.js";
import { NoResponseError } from "./connection.js";
import { pictureToSend } from "./picture-to-send.js";
import { delay, retry } from "./retry.js";

/**
 * @typedef {import("../project/store.js").OutboxItem} OutboxItem
 * @typedef {{event: string, data: Record<string, unknown>, embedding?: Float32Array}} Message
 */

/** Refusals of a removal or renaming: there is nothing to remove or rename any more. */
const GONE = new Set(["noSuchExample", "noSuchLabel"]);
/** Refusals of an addition: something has to be removed first. */
const FULL = new Set(["tooManyExamples", "tooManyClasses"]);
/** Refusals of the change itself, whatever the room holds. */
const UNACCEPTABLE = new Set([
	...["longLabel", "emptyLabel", "badLabel", "badId", "badGroup", "badColour", "badEmoji", "badName"],
	...["dimension", "badEmbedding", "notFinite", "zeroVector", "badRequest", "bigMessage"],
]);

/** Refusals of an example that may be its picture's fault. */
const PICTURE_REFUSALS = new Set(["badThumbnail", "bigMessage"]);

/** Changes whose refusal leaves examples missing, or in another class, until the room lists all it has. */
const UNDONE_BY_ALL = new Set(["add", "remove", "clear", "rename"]);

/** Changes that are dropped when they are refused: what they are about is still here, and can be done again. */
const DROPPED = new Set(["configure", "remove", "clear", "order", "style", "name", "removals"]);

export class OutboxSender {
	/** Whether a change is on its way to the server. */
	isSending = false;
	#options;
	/** Places of changes that may have reached the server before. @type {Set<number>} */
	#attempted;
	/** Places of changes that the server never accepts; they are passed over. @type {Set<number>} */
	#setAside = new Set();
	/** Place of the change whose answer did not come: it is the one that the room may know. @type {number|null} */
	#unanswered = null;
	/** Why the room did not allow the last change: of several in a row it is told once. @type {string|null} */
	#lastRefusal = null;

	/**
	 * @param {object} options
	 * @param {Pick<import("./connection.js").Connection, "request">} options.connection
	 * @param {import("../project/replica.js").Replica} options.replica
	 * @param {import("./revisions.js").Revisions} options.revisions
	 * @param {import("./pacer.js").Pacer} options.pacer
	 * @param {() => {thumbnailBytes: number}} options.limits the server's
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} options.onRefused a change is refused and dropped
	 * @param {(error: Problem) => void} [options.onDelayed] a change is refused just now, and sent again until it is not
	 * @param {(count: number, error: Problem) => void} options.onSetAside count: changes that are passed over
	 * @param {(error: Problem, isFirst: boolean) => void} [options.onNotAllowed] the room does not let this browser do it; isFirst:
	 *   the change before was accepted, or refused for another reason
	 */
	constructor(options) {
		this.#options = options;
		this.#attempted = new Set(options.replica.outbox.items.map(({ n }) => n));
	}

	/** @returns {OutboxItem|undefined} the change that was not answered, or the oldest, of those that are not passed over */
	get next() {
		const { items } = this.#options.replica.outbox;
		const isPassedOver = this.#unanswered === null || this.#setAside.has(this.#unanswered);
		const unanswered = isPassedOver ? undefined : items.find(({ n }) => n === this.#unanswered);
		return unanswered ?? items.find(({ n }) => !this.#setAside.has(n));
	}

	/** Begins again on a new connection: changes that were set aside are tried once more. */
	reset() {
		this.isSending = false;
		this.#setAside.clear();
	}

	/**
	 * Sends one change. When it is confirmed, or refused and dropped, it leaves the queue.
	 * @param {OutboxItem} item
	 * @param {AbortSignal} abortSignal aborts when the connection ends
	 * @throws {NoResponseError} the connection ended
	 * @throws {Problem} refused, and not to be lost: the page has to go on without the server
	 */
	async send(item, abortSignal) {
		const { replica, revisions } = this.#options;
		const message = this.#message(item);
		if (message) {
			try {
				this.#note(item, await this.#deliver(item, message, abortSignal));
				this.#lastRefusal = null;
			} catch (error) {
				if (!(error instanceof Problem)) throw error;
				if (await this.#handleRefusal(item, error, abortSignal)) return;
			}
		}
		this.#attempted.delete(item.n);
		replica.project.revision = revisions.certain;
		replica.confirm(item.n);
	}

	/**
	 * Sends an example with its picture, where the room shows pictures to all. The example counts: a picture that can't be read,
	 * or is refused, stays here.
	 * @param {OutboxItem} item
	 * @param {Message} message
	 * @param {AbortSignal} abortSignal
	 */
	async #deliver(item, message, abortSignal) {
		const { replica, limits } = this.#options;
		const picture = () => (item.op === "add" ? pictureToSend(replica, item.id, limits().thumbnailBytes) : null);
		const found = picture();
		const thumbnail = found && (await found.arrayBuffer().catch(() => null));
		// They may be switched off meanwhile.
		if (thumbnail && picture()) {
			try {
				return await this.#request(item, { ...message, data: { ...message.data, thumbnail } }, abortSignal);
			} catch (error) {
				if (!(error instanceof Problem && PICTURE_REFUSALS.has(error.code))) throw error;
			}
		}
		return await this.#request(item, message, abortSignal);
	}

	/**
	 * @param {OutboxItem} item
	 * @param {Message} message
	 * @param {AbortSignal} abortSignal
	 */
	async #request(item, { event, data, embedding }, abortSignal) {
		const { connection, pacer, onDelayed } = this.#options;
		const { sender, n } = item;
		// Settings that others chose meanwhile are announced, not synced: they are sent whole each time.
		const change = sender && item.op !== "configure" ? { change: { sender, n } } : {};
		while (!pacer.take()) await delay(abortSignal, pacer.waitMs());
		// Between two tries nothing is on its way.
		const request = async () => {
			this.isSending = true;
			try {
				const ack = await connection.request(event, { ...data, ...change }, { embedding });
				this.#unanswered = null;
				return ack;
			} catch (error) {
				const isUnanswered = error instanceof NoResponseError;
				if (isUnanswered) this.#attempted.add(item.n);
				this.#unanswered = isUnanswered ? item.n : null;
				throw error;
			} finally {
				if (!abortSignal.aborted) this.isSending = false;
			}
		};
		return await retry(abortSignal, pacer, request, onDelayed);
	}

	/**
	 * Notes the revision of a confirmed change, and what the room made of it. Settings have no revision.
	 * @param {OutboxItem} item
	 * @param {Record<string, any>} ack
	 */
	#note(item, ack) {
		const { revisions } = this.#options;
		const { revision } = ack;
		if (revision === undefined) return;
		// What it kept of the removals came before: it is listed among all.
		if (ack.again) return item.op === "removals" ? revisions.requireResync(0) : revisions.requireResyncOfCrossed();
		if (this.#adopt(item, ack)) return;
		if (!this.#attempted.has(item.n)) revisions.add(revision);
		// The answer to a second arrival may name the revision of somebody else's change.
		else if (revision > revisions.complete) revisions.requireResync();
	}

	/**
	 * Takes over what the room made of a change: another colour for a class, or that another member removed it long ago.
	 * @param {OutboxItem} item
	 * @param {Record<string, any>} ack
	 * @returns {boolean} whether the room must be asked what it holds, so that the revision doesn't count
	 */
	#adopt(item, ack) {
		const { replica, revisions } = this.#options;
		if (item.op === "removals") {
			// The room may have made several changes of it.
			if (ack.kept?.length > 0) {
				replica.removals.forget(ack.kept);
				revisions.requireResync(0);
			} else revisions.requireResync();
			return true;
		}
		if (ack.gone) {
			if (item.op === "add") replica.asOther(null, () => replica.remove([item.id]));
			// The class goes when nothing is left in it.
			revisions.requireResync();
			return true;
		}
		const isOtherLook = item.op === "label" && (ack.colour !== item.colour || ack.emoji !== item.emoji);
		if (isOtherLook) revisions.requireResync();
		return false;
	}

	/**
	 * The request of a change. Names are those of its time: the server makes the same changes in the same order as the
	 * replica did, and so gets the same class order.
	 * @param {OutboxItem} item
	 * @returns {Message|null} null: the example to be added is gone
	 */
	#message(item) {
		const { replica } = this.#options;
		switch (item.op) {
			case "add": {
				if (!replica.knn.has(item.id)) return null;
				const { id, group, embedding, contributor } = replica.example(item.id);
				const by = this.#givenBack(contributor);
				const data = { id, label: item.label, ...(group ? { group } : {}), ...by, ...restored(item) };
				return { event: "addExample", data, embedding };
			}
			case "remove":
				return { event: "removeExample", data: { id: item.id } };
			case "clear":
				return { event: "clearLabel", data: { label: item.label } };
			case "rename":
				return { event: "renameLabel", data: { from: item.from, to: item.to } };
			case "label":
				return { event: "addLabel", data: { label: item.label, ...sendable(item), ...restored(item) } };
			case "configure":
				return { event: "configure", data: { ...replica.project.settings } };
			case "order":
				return { event: "orderLabels", data: { labels: item.labels } };
			case "style":
				return { event: "styleLabel", data: { label: item.label, ...sendable(item) } };
			case "name":
				// A name of an older version may be longer than the server takes.
				return {
					event: "nameProject",
					data: { name: [...replica.project.name].slice(0, contractLimits.nameCharacters).join("") },
				};
			case "removals": {
				const ids = [...replica.removals.ids].filter((id) => !replica.knn.has(id));
				const labels = [...replica.removals.labels].filter((label) => replica.colourOf(label) === undefined);
				return ids.length + labels.length === 0 ? null : { event: "noteRemovals", data: { ids, labels } };
			}
		}
	}

	/**
	 * @param {string|null} contributor of an example
	 * @returns {{by?: string}} what the request says of it, where an owner gives back what another added
	 */
	#givenBack(contributor) {
		const { membership } = this.#options.replica.project;
		return membership?.role === "owner" && contributor && contributor !== membership.contributor
			? { by: contributor }
			: {};
	}

	/**
	 * A change that the server refuses, and not temporarily. A removal is dropped. An addition is kept.
	 * @param {OutboxItem} item
	 * @param {Problem} error
	 * @param {AbortSignal} abortSignal
	 * @returns {Promise<boolean>} whether it stays in the queue
	 * @throws {Problem} the same error: nothing more can be sent
	 */
	async #handleRefusal(item, error, abortSignal) {
		const { replica, revisions, onRefused } = this.#options;
		const { op } = item;
		if (ROLE_REFUSALS.has(error.code)) this.#takeBack(item, error);
		else if (GONE.has(error.code) && op !== "add" && op !== "label") revisions.requireResync();
		else if (DROPPED.has(op)) onRefused(error.toJSON());
		else if (FULL.has(error.code)) {
			// A removal that makes room may wait behind it, and may be sent first.
			const freeingChange = replica.outbox.findFreeingChange(
				(id) => replica.knn.has(id),
				(place) => this.#setAside.has(place),
			);
			if (!freeingChange) throw error;
			await this.send(freeingChange, abortSignal);
			return true;
		} else if (UNACCEPTABLE.has(error.code)) return this.#renameOrSetAside(item, error);
		else throw error;
		return false;
	}

	/**
	 * The room does not let this browser do it: here it is taken back, too. One's own examples go into the bin; all else is asked
	 * of the room.
	 * @param {OutboxItem} item
	 * @param {Problem} error
	 */
	#takeBack(item, error) {
		const { replica, revisions, onNotAllowed } = this.#options;
		// What is not its own was in the room already, and moves back.
		if (item.op === "add" && error.code !== "notYours") {
			replica.remove([item.id]);
			const row = replica.bin.get(item.id);
			if (row?.mine) replica.others.listener.lost([row], true);
		} else if (UNDONE_BY_ALL.has(item.op)) revisions.requireResync(0);
		else revisions.requireResync();
		onNotAllowed?.(error, error.code !== this.#lastRefusal);
		this.#lastRefusal = error.code;
	}

	/**
	 * The change is sent under its class's later name. Where there is none, it is set aside until the next joining.
	 * @param {OutboxItem} item
	 * @param {Problem} error
	 * @returns {boolean} whether it stays in the queue
	 */
	#renameOrSetAside(item, error) {
		const { replica, onSetAside } = this.#options;
		const renamed = replica.outbox.withLaterLabel(item);
		if (renamed === null) return false;
		if (renamed === item) {
			this.#setAside.add(item.n);
			onSetAside(this.#setAside.size, error);
		} else replica.replaceQueued(renamed);
		return true;
	}
}

/**
 * @param {OutboxItem} item
 * @returns {{restored?: true}} what the request says of a change that gives back what the room has forgotten
 */
const restored = (item) => ("restored" in item && item.restored ? { restored: true } : {});

/**
 * @param {{colour?: number, emoji?: string|null}} look from a file, it may be anything; of an older version, it may be nothing
 * @returns {{colour?: number, emoji: string|null}} what the server takes of it
 */
function sendable({ colour = -1, emoji = null }) {
	const isColour = Number.isInteger(colour) && colour >= 0 && colour < contractLimits.colours;
	return { ...(isColour ? { colour } : {}), emoji: emoji !== null && isEmoji(emoji) ? emoji : null };
}
