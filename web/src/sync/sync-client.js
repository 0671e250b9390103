// Keeps the replica and the server's room the same: joins, catches up, sends the outbox, receives other members' changes. The
// server's order of changes counts. Where changes crossed one another, the room is asked again what it holds (a resync).
// Imported by app/ alone.

import { signal } from "@preact/signals";
import contractLimits from "../../../contract/limits.json" with { type: "json" };
import { asProblem, Problem, problem } from "../contract/problem.js";
import { Rights } from "../project/rights.js";
import { DEFAULT_SETTINGS } from "../state/state.js";
import { enterRoom, joinRequest } from "./admission.js";
import { fetchChanges, mergeChanges } from "./catchup.js";
import { NoResponseError } from "./connection.js";
import { DelayNote } from "./delay-note.js";
import { EventReceiver } from "./event-receiver.js";
import { OutboxSender } from "./outbox-sender.js";
import { Pacer } from "./pacer.js";
import { retry } from "./retry.js";
import { Revisions } from "./revisions.js";
import { RoomMembership } from "./room-membership.js";
import { wholeReplica } from "./whole-replica.js";

/**
 * @typedef {import("../contract/errors.js").ErrorObject} ErrorObject
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 */

/**
 * @typedef {import("./admission.js").Who & Options} SyncClientOptions
 * @typedef {object} Options
 * @property {import("./connection.js").Connection} connection
 * @property {import("../project/replica.js").Replica} replica with its project open
 * @property {{id: string, dimension: number}} model
 * @property {(settings: ClassifierSettings) => void} onSettings the room's, to be used from now on
 * @property {(error: ErrorObject) => void} onProblem
 * @property {(memberCount: number) => void} [onPresence]
 * @property {(membership: import("../state/state.js").Membership|null) => void} [onMembership] null: the server knows no roles
 * @property {(contributors: import("../state/state.js").Contributor[]) => void} [onContributors]
 * @property {(view: import("../state/state.js").PresentedView) => void} [onPresented] what an owner's projector shows now
 * @property {(entry: {room: string, secret: string}) => void} [onEntry] a room was joined; secret: by which it is read over HTTP
 * @property {(roomCode: string) => void} [onRoomCode]
 * @property {(name: string) => void} [onProjectName] the room's, which is the project's from now on
 * @property {(remoteEvent: import("./connection.js").RemoteEvent) => void} [onRemoteChange] another member's change, before it is
 *   made here
 * @property {(key: "roomClosed"|"removedFromRoom", roomCode: string) => void} [onOver] the room is over for this browser
 * @property {(roomCode: string) => void} [onWrongSecret] the room does not know the owner's secret
 */

/** The share of the server's requests a second that this page uses. */
const RATE_SHARE = 0.85;
const SYNC_TIMEOUT_MS = 30_000;

export class SyncClient {
	/** Joined, and caught up since. */
	inSync = signal(false);
	syncing = signal(false);
	/** Why a connected page goes on without the server; null: it doesn't. */
	note = signal(/** @type {ErrorObject|null} */ (null));
	pacer = new Pacer(contractLimits.requestsPerSecond * RATE_SHARE);
	/** What the server accepts: the contract's limits, until it has told its own. */
	limits = contractLimits;
	/** What the room lets this browser do, and who adds to it. */
	membership;
	/** Aborts with the connection, so that nothing that began on an older one goes on. */
	#abortController = new AbortController();
	#isJoined = false;
	#isRunning = false;
	/** The room's, as it said last. @type {ClassifierSettings} */
	#remoteSettings = DEFAULT_SETTINGS;
	#options;
	#revisions;
	#receiver;
	#sender;
	#delayNote;

	/**
	 * @param {SyncClientOptions} options
	 * @example
	 * const syncClient = new SyncClient({ connection, replica, model: { id: "mobilenet", dimension: 1280 }, onSettings, onProblem });
	 * teaching.connect(syncClient);
	 * connection.open(); // joins the room of replica.project.room; without one, the server makes one up
	 */
	constructor(options) {
		const { connection, replica, onSettings, onProblem } = options;
		const { onProjectName = () => {}, onRemoteChange = () => {}, onPresented = () => {} } = options;
		this.#options = options;
		this.#delayNote = new DelayNote(this.note, onProblem);
		this.#revisions = new Revisions(replica.project.revision);
		this.membership = new RoomMembership(options);
		this.#receiver = new EventReceiver({
			...{ replica, revisions: this.#revisions, onProjectName, onRemoteChange, onPresented, onProblem },
			onSettings: (settings) => {
				this.#remoteSettings = settings;
				if (!replica.outbox.hasSettings) onSettings(settings);
			},
			onPresence: ({ here, contributors }) => {
				options.onPresence?.(here);
				if (contributors) this.membership.takeContributors(contributors);
			},
			onAccess: (access) => this.membership.takeAccess(access),
			onOver: (key) => this.#end(key),
			onResyncRequired: () => this.send(),
		});
		this.#sender = new OutboxSender({
			connection,
			replica,
			revisions: this.#revisions,
			pacer: this.pacer,
			limits: () => this.limits,
			onRefused: onProblem,
			onDelayed: this.#delayNote.tell,
			onSetAside: (count, error) => this.#noteSetAside(count, error),
			onNotAllowed: (error, isFirst) => {
				if (error.code === "ownerOnly") onSettings(this.#remoteSettings);
				this.membership.noteRefusal(error.code);
				if (isFirst) onProblem(error.toJSON());
			},
		});
		connection.listen({
			onConnect: () => void this.#join(),
			onDisconnect: () => this.#reset(),
			onEvent: (remoteEvent) => this.#receiver.receive(remoteEvent),
		});
	}

	/**
	 * Sends what the outbox holds. Call it after every queued change: the replica must have the change by then, because
	 * embeddings are looked up there.
	 * @param {{madeRoom?: boolean}} [options] madeRoom: something was removed or renamed, so a room that refused additions may
	 *   accept them now
	 * @example
	 * replica.remove([id], [{ op: "remove", id }]);
	 * syncClient.send({ madeRoom: true });
	 */
	send({ madeRoom = false } = {}) {
		if (madeRoom && this.note.value && this.#options.connection.connected) void this.#join();
		else if (this.#isJoined) void this.#run(this.#abortController.signal);
	}

	/**
	 * Asks for something as the room's owner, and takes over what the answer says of the room.
	 * @param {string} event
	 * @param {Record<string, unknown>} data
	 * @throws {Problem} refused
	 * @throws {NoResponseError} there is no connection, or it ended
	 */
	async request(event, data) {
		const { connection } = this.#options;
		const ack = await this.#ask(this.#abortController.signal, () => connection.request(event, data));
		if (ack.access) this.membership.takeAccess(ack.access);
		if (ack.contributors) this.membership.takeContributors(ack.contributors);
	}

	/**
	 * @returns {boolean} whether the server answers a question with everything that was taught here; reads `inSync`
	 * @example
	 * if (syncClient.canAnswer) answer = await connection.request("classify", {}, { embedding });
	 */
	get canAnswer() {
		// The change that is on its way arrives before a question that is sent now.
		const unsentCount = this.#options.replica.outbox.length - (this.#sender.isSending ? 1 : 0);
		return this.inSync.value && this.#revisions.resyncFrom === null && unsentCount === 0;
	}

	/**
	 * Stops. The connection is not closed: its owner does that.
	 * @example
	 * syncClient.close();
	 * connection.close();
	 */
	close() {
		this.#reset();
	}

	/** @param {"roomClosed"|"removedFromRoom"} key why the room is over for this browser */
	#end(key) {
		this.#reset();
		this.#options.onOver?.(key, this.#options.replica.project.room ?? "");
	}

	#reset() {
		this.#abortController.abort();
		this.#abortController = new AbortController();
		this.#isJoined = false;
		this.#isRunning = false;
		this.#receiver.reset();
		this.#sender.reset();
		this.inSync.value = false;
		this.syncing.value = false;
	}

	/** Joins the room, catches up, and sends the outbox. */
	async #join() {
		this.#reset();
		const abortSignal = this.#abortController.signal;
		const { replica, model, connection, onRoomCode } = this.#options;
		const { project } = replica;
		this.syncing.value = true;
		this.note.value = null;
		try {
			const ack = await enterRoom(replica, this.#options, (member, secret) => {
				const request = joinRequest(replica, model, member, secret);
				return this.#ask(abortSignal, () => connection.request("join", request));
			});
			this.membership.join(ack);
			const isEmpty = ack.labels.length === 0 && ack.revision === 0;
			const isKnown = project.epoch === ack.epoch && project.room === ack.room;
			const isReturning = project.epoch !== null && project.room === ack.room;
			const refusal = isKnown ? null : new Rights(replica).refusal("add");
			// What waits is refused, too: what was added stays here, and all else is as the room says.
			if (refusal) replica.queue([], { emptyFirst: true });
			project.room = ack.room;
			onRoomCode?.(ack.room);
			this.limits = { ...contractLimits, ...ack.limits };
			this.pacer.restart(this.limits.requestsPerSecond * RATE_SHARE);
			this.#reconcileSettings(ack.settings, isEmpty && !isKnown);
			this.#reconcileName(ack.project?.name, isKnown);
			if (!isKnown) await this.#reconcile(ack.epoch, { isEmpty, isReturning, refusal }, abortSignal);
			else if (ack.revision !== project.revision) await this.#catchUp(project.revision, abortSignal);
			this.#isJoined = true;
			this.#receiver.release();
			await this.#run(abortSignal);
		} catch (error) {
			this.#handleFailure(error, abortSignal);
		}
	}

	/**
	 * The room's settings count, except in a new room where nobody has set any: that gets the replica's.
	 * @param {ClassifierSettings} remote
	 * @param {boolean} isRoomNew
	 */
	#reconcileSettings({ k, metric, weights, unknownDistance }, isRoomNew) {
		const { replica, onSettings } = this.#options;
		const remote = { k, metric, weights, unknownDistance };
		this.#remoteSettings = remote;
		if (replica.outbox.hasSettings) return;
		const isToBeSet = isRoomNew && isSame(remote, DEFAULT_SETTINGS) && !new Rights(replica).refusal("settings");
		if (!isToBeSet) onSettings(remote);
		else if (!isSame(remote, replica.project.settings)) replica.queue([{ op: "configure" }]);
	}

	/**
	 * The room's name of the project counts; a room without one gets the replica's.
	 * @param {string|undefined} remote undefined: an older server, which knows no names
	 * @param {boolean} isKnown
	 */
	#reconcileName(remote, isKnown) {
		const { replica } = this.#options;
		const local = replica.project.name;
		if (remote === undefined || remote === local || replica.outbox.hasName) return;
		if (remote === "" && !isKnown && !new Rights(replica).refusal("name")) replica.queue([{ op: "name" }]);
		else this.#takeName(remote);
	}

	/** @param {string} name */
	#takeName(name) {
		const { replica, onProjectName } = this.#options;
		replica.setName(name);
		onProjectName?.(name);
	}

	/**
	 * Brings together a replica and a room that don't know each other: the room is new, lost its memory, or was filled by
	 * others. An empty room gets the whole replica in class order. Otherwise both are added up.
	 * @param {string} epoch the room's
	 * @param {{isEmpty: boolean, isReturning: boolean, refusal: Error|null}} room isReturning: the replica knows an earlier life of
	 *   it; refusal: why nothing may be added now; then it is given the next time
	 * @param {AbortSignal} abortSignal
	 */
	async #reconcile(epoch, { isEmpty, isReturning, refusal }, abortSignal) {
		const { replica } = this.#options;
		if (isReturning) await replica.removals.loaded;
		const { project } = replica;
		this.#revisions.restart(0);
		/** @type {Set<string>} */
		const remoteIds = new Set();
		/** @type {Set<string>} */
		const remoteLabels = new Set();
		if (!isEmpty) {
			const { examples, labels } = await this.#catchUp(0, abortSignal, { keepLocal: true, isReturning });
			for (const { id } of examples) remoteIds.add(id);
			for (const label of labels) remoteLabels.add(label);
		}
		const changes = wholeReplica(replica, { isEmpty, isReturning, remoteIds, remoteLabels });
		project.epoch = refusal ? "" : epoch;
		project.revision = this.#revisions.certain;
		if (refusal) return this.membership.keepBack(changes, refusal);
		this.membership.claim(changes);
		replica.queue(changes, { emptyFirst: isEmpty });
	}

	/**
	 * Fetches the room's changes after a revision and merges them into the replica.
	 * @param {number} since
	 * @param {AbortSignal} abortSignal
	 * @param {Parameters<typeof mergeChanges>[2]} [options] keepLocal: remove nothing
	 */
	async #catchUp(since, abortSignal, options = { keepLocal: false }) {
		const { connection, replica } = this.#options;
		this.#receiver.hold();
		const remote = await fetchChanges(
			(page) => this.#ask(abortSignal, () => connection.request("sync", page, { timeoutMs: SYNC_TIMEOUT_MS })),
			since,
		);
		if (remote.revision < since) this.#revisions.restart(remote.revision);
		else this.#revisions.reach(remote.revision);
		const { name } = replica.project;
		replica.asOther(null, () => mergeChanges(replica, remote, options));
		if (replica.project.name !== name) this.#options.onProjectName?.(replica.project.name);
		// Queued changes may still cross what was fetched.
		this.#revisions.fetched(since, remote.revision, replica.outbox.length > 0);
		replica.project.revision = this.#revisions.certain;
		replica.save();
		if (this.#isJoined) this.#receiver.release();
		return remote;
	}

	/**
	 * Sends the outbox, then resyncs where that is required, until nothing is left of either.
	 * @param {AbortSignal} abortSignal
	 */
	async #run(abortSignal) {
		if (this.#isRunning) return;
		this.#isRunning = true;
		try {
			for (;;) {
				const item = this.#sender.next;
				const { resyncFrom } = this.#revisions;
				if (item) {
					await this.#sender.send(item, abortSignal);
					this.#delayNote.tell(null);
					this.#receiver.watchGap();
				} else if (resyncFrom !== null) await this.#catchUp(resyncFrom, abortSignal);
				else break;
			}
			this.#isRunning = false;
			this.#revisions.settle();
			this.inSync.value = true;
			this.syncing.value = false;
		} catch (error) {
			if (!abortSignal.aborted) this.#isRunning = false;
			this.#handleFailure(error, abortSignal);
		}
	}

	/**
	 * @param {number} count changes that the server never accepts; the rest is sent
	 * @param {Problem} error
	 */
	#noteSetAside(count, error) {
		const isFirst = this.note.value === null;
		this.note.value = problem("roomRefused", { came: count, expected: error.message }).toJSON();
		if (isFirst) this.#options.onProblem(this.note.value);
	}

	/**
	 * Asks until the room answers; what it can't open or keep meanwhile is told.
	 * @param {AbortSignal} abortSignal
	 * @param {() => Promise<import("./connection.js").Ack>} request
	 */
	async #ask(abortSignal, request) {
		const ack = await retry(abortSignal, this.pacer, request, this.#delayNote.tell);
		this.#delayNote.tell(null);
		return ack;
	}

	/**
	 * The page goes on without the server, and says why.
	 * @param {unknown} error
	 * @param {AbortSignal} abortSignal
	 */
	#handleFailure(error, abortSignal) {
		// The connection ended: the next one joins again.
		if (abortSignal.aborted || error instanceof NoResponseError) return;
		const { replica, onProblem, onWrongSecret } = this.#options;
		if (error instanceof Problem && (error.code === "roomClosed" || error.code === "removedFromRoom")) {
			this.#end(error.code);
			return;
		}
		this.#reset();
		if (error instanceof Problem && error.code === "wrongSecret" && onWrongSecret) {
			this.note.value = error.toJSON();
			onWrongSecret(replica.project.room ?? "");
			return;
		}
		const queuedCount = replica.outbox.length;
		const isRefused = error instanceof Problem && queuedCount > 0;
		this.note.value = isRefused
			? problem("roomRefused", { came: queuedCount, expected: error.message }).toJSON()
			: asProblem(error);
		onProblem(this.note.value);
	}
}

/** @param {ClassifierSettings} one @param {ClassifierSettings} other */
const isSame = (one, other) =>
	/** @type {(keyof ClassifierSettings)[]} */ (Object.keys(one)).every((key) => one[key] === other[key]);
