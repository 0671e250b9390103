// One tab at a time works with the store, because two writers would not see each other's changes. The newest tab takes over;
// the older one finishes its writing first. A tab with changes that could not be written keeps its turn: they are in its
// memory only. It holds a second lock meanwhile, the mark, which says so even while the tab itself can't answer.

import { WebLock } from "./web-lock.js";

const NAME = "show-and-tell";
const HAND_OVER_MS = 3000;
/** A marked tab tries once more to write, and lets go if it can. */
const MARKED_MS = 500;

/** @typedef {Pick<WebLock, "take"|"release"|"isTaken"> & {steal: () => Promise<void>|void}} Lock */

/**
 * @typedef {object} Turn
 * @property {() => void} release lets the next tab work
 * @property {(isUnsaved: boolean) => void} keep while something is unsaved, no other tab takes the turn
 */

/**
 * @typedef {object} TurnOptions
 * @property {(mustGo: boolean) => Promise<boolean>} onTaken another tab wants to take over: resolves when this one has finished
 *   its writing, with false if it keeps its turn; mustGo: it has lost it already
 * @property {string} [name] of the lock and the channel
 */

/**
 * Waits until this tab is the one that works.
 * @param {TurnOptions} options
 * @returns {Promise<Turn|null>} null: another tab keeps its turn
 */
export async function takeOver({ onTaken, name = NAME }) {
	const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
	channel?.postMessage("taken over");
	let isHeld = true;
	let isLost = false;
	let isMarked = false;
	let isAsked = false;
	const own = await newLock(name, () => {
		isLost = true;
		void giveUp();
	});
	const mark = await newLock(`${name} unsaved`, () => {});
	const release = () => {
		isHeld = false;
		channel?.close();
		mark.release();
		own.release();
	};
	const giveUp = async () => {
		if (isAsked) return;
		isAsked = true;
		let mustGo = false;
		do {
			mustGo = isLost;
			if (isHeld && (await onTaken(mustGo))) release();
			// Stolen while it was asked.
		} while (isHeld && isLost && !mustGo);
		isAsked = false;
	};
	if (!(await take(own, mark))) {
		channel?.close();
		return null;
	}
	if (channel) channel.onmessage = () => void giveUp();
	const keep = (/** @type {boolean} */ isUnsaved) => {
		if (!isHeld || isUnsaved === isMarked) return;
		isMarked = isUnsaved;
		if (isUnsaved) mark.steal();
		else mark.release();
	};
	return { release, keep };
}

/**
 * @param {Lock} own
 * @param {Lock} mark
 * @returns {Promise<boolean>} false: the tab that holds it keeps it
 */
async function take(own, mark) {
	for (;;) {
		const wasMarked = await mark.isTaken();
		if (await own.take(wasMarked ? MARKED_MS : HAND_OVER_MS)) return true;
		if (await mark.isTaken()) return false;
		if (wasMarked) continue;
		// The older tab is frozen and can't answer.
		await own.steal();
		return true;
	}
}

/**
 * @param {string} name
 * @param {() => void} onStolen
 * @returns {Promise<Lock>}
 */
async function newLock(name, onStolen) {
	if (navigator.locks) return new WebLock(name, onStolen);
	try {
		// Pages that are not served securely have no Web Locks.
		const { HeartbeatLock } = await import("./heartbeat-lock.js");
		return new HeartbeatLock(name, onStolen);
	} catch {
		// Its code could not be loaded.
		return { take: async () => true, steal: () => {}, release: () => {}, isTaken: async () => false };
	}
}
