// The server's room and the browser's replica of it, kept the same: joins, takes in what others
// changed, sends what was changed here. The server's order of changes is the one that counts; where
// changes crossed one another, the room is asked again what it holds: the "doubt" below.

import { signal } from "@preact/signals";
import contractLimits from "../../../contract/limits.json" with { type: "json" };
import { asProblem, Problem, problem } from "../contract/problem.js";
import { fetchChanges, mergeChanges } from "./catchup.js";
import { Unanswered } from "./connection.js";
import { Pacer } from "./pacer.js";
import { applyRemoteEvent } from "./remote-events.js";
import { delay, retry } from "./retry.js";
import { Revisions } from "./revisions.js";

/**
 * @typedef {import("../project/store.js").Change} Change
 * @typedef {import("../project/store.js").OutboxItem} OutboxItem
 * @typedef {import("../contract/errors.js").ErrorObject} ErrorObject
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 */

/**
 * @typedef {object} SyncClientOptions
 * @property {import("./connection.js").Connection} connection
 * @property {import("../project/replica.js").Replica} replica
 * @property {import("../project/outbox.js").Outbox} outbox
 * @property {{id: string, dimension: number}} model
 * @property {(settings: ClassifierSettings) => void} onSettings the room's, to be used from now on
 * @property {(error: ErrorObject) => void} onProblem
 * @property {(here: number) => void} [onPresence]
 * @property {(code: string) => void} [onRoom]
 */

/** What share of the requests that the server allows this page allows itself. */
const SHARE = 0.85;
const GAP_MS = 300;
/** Refusals that mean: what was to be removed or renamed is gone already. */
const GONE = new Set(["noSuchExample", "noSuchLabel"]);
/** Refusals that mean: something has to be removed first. */
const FULL = new Set(["tooManyExamples", "tooManyClasses"]);
/** Refusals of the change itself, whatever the room holds. */
const NEVER = new Set([
	...["longLabel", "emptyLabel", "badLabel", "badId", "badGroup"],
	...["dimension", "badEmbedding", "notFinite", "zeroVector", "badRequest", "bigMessage"],
]);

export class SyncClient {
	/** Joined and caught up since. */
	inSync = signal(false);
	syncing = signal(false);
	/** Why a connected page stays on its own; null while it doesn't. */
	note = signal(/** @type {ErrorObject|null} */ (null));
	pacer = new Pacer(60 * SHARE);
	/** What the server takes: the contract's until it has told its own. */
	limits = contractLimits;
	/** Ends with the connection: what was begun on an older one is not gone on with. */
	#life = new AbortController();
	#joined = false;
	#running = false;
	#sending = false;
	/** Everything after this revision is to be asked for again; null: nothing is. */
	#resyncFrom = /** @type {number|null} */ (null);
	/** News that came while the room was being asked. @type {{event: string, data: any, binary?: ArrayBuffer}[]} */
	#heard = [];
	#asking = false;
	/** Places in the queue that may have reached the server before. @type {Set<number>} */
	#tried;
	/** Places in the queue that are passed over: the server never takes what waits there. @type {Set<number>} */
	#aside = new Set();
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#gapTimer;
	#revisions;
	#options;

	/** @param {SyncClientOptions} options */
	constructor(options) {
		const { connection, replica, outbox } = options;
		this.#options = options;
		this.#revisions = new Revisions(replica.project.revision);
		this.#tried = new Set(outbox.items.map(({ n }) => n));
		connection.listen({
			up: () => void this.#enter(),
			down: () => this.#leave(),
			news: (event, data, binary) => this.#news({ event, data, binary }),
		});
	}

	/** Something was queued. It is sent after the caller has changed the replica, where the content is looked up. */
	wake() {
		queueMicrotask(() => this.#kick());
	}

	/** @returns {boolean} whether a question asked now is answered with all that was taught here */
	get answers() {
		const waiting = this.#options.outbox.length - (this.#sending ? 1 : 0);
		return this.inSync.value && this.#resyncFrom === null && waiting === 0;
	}

	/** Something was removed or renamed: a room that refused may have place again. */
	retry() {
		if (this.note.value && this.#options.connection.connected) void this.#enter();
	}

	close() {
		this.#leave();
	}

	#leave() {
		this.#life.abort();
		this.#life = new AbortController();
		this.#joined = false;
		this.#running = false;
		this.#asking = false;
		this.#sending = false;
		this.#heard = [];
		this.#aside.clear();
		this.inSync.value = false;
		this.syncing.value = false;
		clearTimeout(this.#gapTimer);
	}

	/** Joins, catches up and sends what waits. */
	async #enter() {
		this.#leave();
		const life = this.#life.signal;
		const { replica, model, connection, onRoom } = this.#options;
		const { project } = replica;
		this.syncing.value = true;
		this.note.value = null;
		try {
			const room = project.room ? { room: project.room } : {};
			const ack = await retry(life, this.pacer, () => connection.request("join", { ...room, model }));
			const isEmpty = ack.labels.length === 0 && ack.revision === 0;
			const isKnown = project.epoch === ack.epoch && project.room === ack.room;
			project.room = ack.room;
			onRoom?.(ack.room);
			this.limits = { ...contractLimits, ...ack.limits };
			this.pacer = new Pacer(this.limits.requestsPerSecond * SHARE);
			this.#agree(ack.settings, { theirs: isKnown || !isEmpty });
			if (!isKnown) await this.#reconcile(life, ack, isEmpty);
			else if (ack.revision !== project.revision) await this.#ask(life, project.revision, { keepMine: false });
			this.#joined = true;
			this.#hearAgain();
			await this.#run(life);
		} catch (error) {
			this.#failed(life, error);
		}
	}

	/**
	 * A room that doesn't know this replica: it is new, or lost its memory, or others filled it meanwhile.
	 * @param {AbortSignal} life
	 * @param {Record<string, any>} ack of the joining
	 * @param {boolean} isEmpty
	 */
	async #reconcile(life, { epoch }, isEmpty) {
		const { replica, outbox } = this.#options;
		const configures = outbox.items.some(({ op }) => op === "configure");
		const theirs = new Set();
		this.#revisions = new Revisions(0);
		if (isEmpty) {
			// It gets the replica as it is, in class order; what waited is part of that.
			outbox.empty();
		} else {
			const holding = await this.#ask(life, 0, { keepMine: true });
			for (const { id } of holding.examples) theirs.add(id);
		}
		const waiting = outbox.ids();
		const missing = replica.ids().filter((id) => !theirs.has(id) && !waiting.has(id));
		replica.project.epoch = epoch;
		replica.project.revision = this.#revisions.complete;
		/** @type {Change[]} */
		const changes = [
			...(isEmpty && configures ? [/** @type {Change} */ ({ op: "configure" })] : []),
			...replica.labels.map((label) => /** @type {Change} */ ({ op: "label", label })),
			...missing.map((id) => /** @type {Change} */ ({ op: "add", id, label: replica.example(id).label })),
		];
		replica.keep({ emptyOutbox: isEmpty, queued: outbox.push(changes) });
	}

	/**
	 * @param {ClassifierSettings} settings the room's
	 * @param {{theirs: boolean}} whose
	 */
	#agree({ k, metric, weights, unknownDistance }, { theirs }) {
		const { outbox, replica, onSettings } = this.#options;
		if (outbox.items.some(({ op }) => op === "configure")) return;
		const mine = replica.project.settings;
		if (theirs) onSettings({ k, metric, weights, unknownDistance });
		else if (
			k !== mine.k ||
			metric !== mine.metric ||
			weights !== mine.weights ||
			unknownDistance !== mine.unknownDistance
		) {
			replica.keep({ queued: outbox.push([{ op: "configure" }]) });
		}
	}

	/**
	 * Asks what changed after a revision and takes it in.
	 * @param {AbortSignal} life
	 * @param {number} since
	 * @param {{keepMine: boolean}} how
	 */
	async #ask(life, since, how) {
		const { connection, replica, outbox } = this.#options;
		this.#asking = true;
		const holding = await fetchChanges(
			(page) => retry(life, this.pacer, () => connection.request("sync", page, { timeoutMs: 30_000 })),
			since,
		);
		this.#asking = false;
		if (holding.revision < since) this.#revisions = new Revisions(holding.revision);
		else this.#revisions.reach(holding.revision);
		replica.project.revision = this.#revisions.complete;
		mergeChanges(replica, outbox, holding, how);
		replica.keep({});
		// What waits here may still cross what was taken in.
		this.#resyncFrom = outbox.length > 0 && holding.revision > since ? holding.revision : null;
		if (this.#joined) this.#hearAgain();
		return holding;
	}

	/** The news that came while nothing could be done with them; what was asked for since covers some. */
	#hearAgain() {
		const heard = this.#heard.filter(({ data }) => data.revision > this.#revisions.complete);
		this.#heard = [];
		for (const news of heard) this.#news(news);
	}

	#kick() {
		if (this.#joined) void this.#run(this.#life.signal);
	}

	/**
	 * Sends what waits, then asks again what is in doubt, until neither is left.
	 * @param {AbortSignal} life
	 */
	async #run(life) {
		if (this.#running) return;
		this.#running = true;
		const { outbox } = this.#options;
		try {
			for (;;) {
				const item = outbox.items.find(({ n }) => !this.#aside.has(n));
				if (item) await this.#send(life, item);
				else if (this.#resyncFrom !== null) await this.#ask(life, this.#resyncFrom, { keepMine: false });
				else break;
			}
			this.#running = false;
			this.inSync.value = true;
			this.syncing.value = false;
		} catch (error) {
			if (!life.aborted) this.#running = false;
			this.#failed(life, error);
		}
	}

	/**
	 * @param {AbortSignal} life
	 * @param {OutboxItem} item
	 */
	async #send(life, item) {
		const { replica, outbox, connection } = this.#options;
		const message = this.#message(item);
		if (message) {
			while (!this.pacer.take()) await delay(life, this.pacer.waitMs());
			this.#sending = true;
			try {
				const ack = await retry(life, this.pacer, () =>
					connection.request(message.event, message.data, { binary: message.binary }).catch((error) => {
						if (error instanceof Unanswered) this.#tried.add(item.n);
						throw error;
					}),
				);
				// The answer to a second arrival names a revision that may be another's change.
				if (ack.revision === undefined) {
					// ClassifierSettings are no part of what revisions count.
				} else if (!this.#tried.has(item.n)) this.#revisions.note(ack.revision);
				else if (ack.revision > this.#revisions.complete) this.#suspect(this.#revisions.complete);
			} catch (error) {
				if (!(error instanceof Problem)) throw error;
				if (await this.#refused(life, item, error)) return;
			} finally {
				if (!life.aborted) this.#sending = false;
			}
		}
		this.#tried.delete(item.n);
		outbox.done(item.n);
		replica.project.revision = this.#revisions.complete;
		replica.keep({ sent: [item.n] });
		this.#watchGap();
	}

	/**
	 * What is sent for an item. Names are those of its time: the server goes through the same changes in
	 * the same order as the replica did, and so comes to the same class order.
	 * @param {OutboxItem} item
	 * @returns {{event: string, data: Record<string, unknown>, binary?: Float32Array}|null} null: nothing any more
	 */
	#message(item) {
		const { replica } = this.#options;
		switch (item.op) {
			case "add": {
				if (!replica.knn.has(item.id)) return null;
				const { id, group, embedding } = replica.example(item.id);
				return { event: "addExample", data: { id, label: item.label, ...(group ? { group } : {}) }, binary: embedding };
			}
			case "remove":
				return { event: "removeExample", data: { id: item.id } };
			case "clear":
				return { event: "clearLabel", data: { label: item.label } };
			case "rename":
				return { event: "renameLabel", data: { from: item.from, to: item.to } };
			case "label":
				return { event: "addLabel", data: { label: item.label } };
			case "configure":
				return { event: "configure", data: { ...replica.project.settings } };
		}
	}

	/**
	 * What the server refused for good. What only takes away is let go of; what would be lost is kept,
	 * and the page goes on by itself.
	 * @param {AbortSignal} life
	 * @param {OutboxItem} item
	 * @param {Problem} error
	 * @returns {Promise<boolean>} whether it stays in the queue
	 */
	async #refused(life, item, error) {
		const { replica, outbox, onProblem } = this.#options;
		const { op } = item;
		if (GONE.has(error.code) && op !== "add" && op !== "label") this.#suspect(this.#revisions.complete);
		else if (op === "configure" || op === "remove" || op === "clear") onProblem(error.toJSON());
		else if (FULL.has(error.code)) {
			// What makes room may wait behind it.
			const freeing = outbox.freeing(
				(id) => replica.knn.has(id),
				(n) => this.#aside.has(n),
			);
			if (!freeing) throw error;
			await this.#send(life, freeing);
			return true;
		} else if (NEVER.has(error.code)) {
			const later = outbox.later(item);
			if (later === item) this.#setAside(item, error);
			else if (later) {
				outbox.replace(later);
				replica.keep({ queued: [later] });
			}
			return later !== null;
		} else throw error;
		return false;
	}

	/**
	 * It stays here and is tried again by the next joining; the rest is sent meanwhile.
	 * @param {OutboxItem} item
	 * @param {Problem} error
	 */
	#setAside({ n }, error) {
		this.#aside.add(n);
		const isFirst = this.note.value === null;
		this.note.value = problem("roomRefused", { came: this.#aside.size, expected: error.message }).toJSON();
		if (isFirst) this.#options.onProblem(this.note.value);
	}

	/**
	 * @param {AbortSignal} life
	 * @param {unknown} error
	 */
	#failed(life, error) {
		// The connection went: the next one begins again.
		if (life.aborted || error instanceof Unanswered) return;
		const { outbox, onProblem } = this.#options;
		this.#leave();
		const waiting = outbox.length;
		const refused = error instanceof Problem && waiting > 0 && this.#revisions.complete >= 0;
		this.note.value = refused
			? problem("roomRefused", { came: waiting, expected: error.message }).toJSON()
			: asProblem(error);
		onProblem(this.note.value);
	}

	/** @param {number} since */
	#suspect(since) {
		this.#resyncFrom = Math.min(this.#resyncFrom ?? since, since);
	}

	/** @param {{event: string, data: any, binary?: ArrayBuffer}} news */
	#news(news) {
		const { onPresence, onSettings, onProblem, outbox, replica } = this.#options;
		const { event, data } = news;
		if (event === "presence") onPresence?.(data.here);
		else if (event === "configured") {
			if (!outbox.items.some(({ op }) => op === "configure")) onSettings(data.settings);
		} else if (typeof data?.revision !== "number") return;
		else if (this.#asking || !this.#joined) this.#heard.push(news);
		else {
			const late = data.revision <= this.#revisions.latest;
			const before = Math.min(this.#revisions.complete, data.revision - 1);
			this.#revisions.note(data.revision);
			replica.project.revision = this.#revisions.complete;
			try {
				if (applyRemoteEvent(replica, outbox, news, late)) this.#suspect(before);
			} catch (error) {
				this.#suspect(before);
				onProblem(asProblem(error));
			}
			this.#watchGap();
			if (this.#resyncFrom !== null) this.#kick();
		}
	}

	/** A change that stays missing is asked for. */
	#watchGap() {
		clearTimeout(this.#gapTimer);
		if (!this.#revisions.hasGap) return;
		this.#gapTimer = setTimeout(() => {
			this.#suspect(this.#revisions.complete);
			this.#kick();
		}, GAP_MS);
	}
}
