// Receives the room's events: applies them to the replica, or holds them back while the room is asked what it holds. Notices
// revisions that stay missing. sync-client.js owns it.

import { asProblem } from "../contract/problem.js";
import { applyRemoteEvent } from "./remote-events.js";

/** @typedef {import("./connection.js").RemoteEvent} RemoteEvent */

/** Revisions may overtake one another by this much; one that is missing for longer was lost. */
const MAX_GAP_MS = 300;

export class EventReceiver {
	#options;
	#isHolding = true;
	/** @type {RemoteEvent[]} */
	#heldEvents = [];
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#gapTimer;

	/**
	 * @param {object} options
	 * @param {import("../project/replica.js").Replica} options.replica
	 * @param {import("./revisions.js").Revisions} options.revisions
	 * @param {(settings: import("../state/state.js").ClassifierSettings) => void} options.onSettings
	 * @param {(presence: {here: number, contributors?: import("../state/state.js").Contributor[]}) => void} options.onPresence
	 * @param {(view: import("../state/state.js").PresentedView) => void} options.onPresented
	 * @param {(access: import("../state/state.js").Access) => void} options.onAccess
	 * @param {(key: "roomClosed"|"removedFromRoom") => void} options.onOver the room is over for this browser
	 * @param {(name: string) => void} options.onProjectName
	 * @param {(remoteEvent: RemoteEvent) => void} options.onRemoteChange told before the replica is changed
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} options.onProblem
	 * @param {() => void} options.onResyncRequired the room must be asked what it holds
	 */
	constructor(options) {
		this.#options = options;
	}

	/** @param {RemoteEvent} remoteEvent */
	receive(remoteEvent) {
		const { onPresence, onPresented, onAccess, onOver, onSettings } = this.#options;
		const { event, data } = remoteEvent;
		if (event === "presence") onPresence(data);
		else if (event === "presented") onPresented(data);
		else if (event === "accessChanged") onAccess(data.access);
		else if (event === "roomClosed" || event === "removedFromRoom") onOver(event);
		else if (event === "configured") onSettings(data.settings);
		else if (typeof data?.revision !== "number") return;
		else if (this.#isHolding) this.#heldEvents.push(remoteEvent);
		else if (event === "changed") this.#noteChanged(data.revision);
		else this.#apply(remoteEvent);
	}

	/** Holds back events of changes from now on. */
	hold() {
		this.#isHolding = true;
	}

	/** Applies the events that were held back, except those that the replica has by now. */
	release() {
		const { revisions } = this.#options;
		const events = this.#heldEvents.filter(({ data }) => data.revision > revisions.complete);
		this.#heldEvents = [];
		this.#isHolding = false;
		for (const remoteEvent of events) this.receive(remoteEvent);
	}

	/** Forgets the events that were held back, and holds back the next ones. */
	reset() {
		this.#isHolding = true;
		this.#heldEvents = [];
		clearTimeout(this.#gapTimer);
	}

	/** Waits for the revisions that are missing, and requires a resync where they don't come. */
	watchGap() {
		const { revisions, onResyncRequired } = this.#options;
		clearTimeout(this.#gapTimer);
		if (!revisions.hasGap) return;
		this.#gapTimer = setTimeout(() => {
			revisions.requireResync();
			onResyncRequired();
		}, MAX_GAP_MS);
	}

	/** @param {number} revision of a room that changed without telling how */
	#noteChanged(revision) {
		const { revisions, onResyncRequired } = this.#options;
		if (revision <= revisions.complete) return;
		revisions.requireResync();
		onResyncRequired();
	}

	/** @param {RemoteEvent} remoteEvent of a change */
	#apply(remoteEvent) {
		const { replica, revisions, onProblem, onResyncRequired, onProjectName, onRemoteChange } = this.#options;
		const { revision } = remoteEvent.data;
		const isLate = revision <= revisions.latest;
		const before = Math.min(revisions.complete, revision - 1);
		revisions.add(revision);
		try {
			onRemoteChange(remoteEvent);
			const apply = () => applyRemoteEvent(replica, remoteEvent, isLate);
			if (replica.asOther(remoteEvent.data.by ?? null, apply)) revisions.requireResync(before);
		} catch (error) {
			revisions.requireResync(before);
			onProblem(asProblem(error));
		}
		replica.project.revision = revisions.certain;
		if (remoteEvent.event === "projectNamed") onProjectName(replica.project.name);
		this.watchGap();
		if (revisions.resyncFrom !== null) onResyncRequired();
	}
}
