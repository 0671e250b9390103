// One tab at a time works with the store, because two writers would not see each other's changes. The newest tab takes over;
// the older one finishes its writing first.

const NAME = "show-and-tell";
const HAND_OVER_MS = 3000;

/**
 * Waits until this tab is the one that works.
 * @param {object} options
 * @param {() => Promise<void>} options.onTaken another tab takes over: resolves when this one has finished its writing
 * @param {string} [options.name] of the lock and the channel
 * @returns {Promise<() => void>} releases the lock
 */
export async function takeOver({ onTaken, name = NAME }) {
	const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
	/** @type {() => void} */
	let release = () => {};
	const held = new Promise((resolve) => {
		release = () => resolve(undefined);
	});
	let isHeld = true;
	const giveUp = async () => {
		if (!isHeld) return;
		isHeld = false;
		channel?.close();
		await onTaken();
		release();
	};
	channel?.postMessage("taken over");
	if (navigator.locks) await lock(name, held, giveUp);
	else release = await lockByHeartbeat(name, giveUp);
	if (channel) channel.onmessage = () => void giveUp();
	return () => {
		isHeld = false;
		channel?.close();
		release();
	};
}

/**
 * Pages that are not served securely have no Web Locks.
 * @param {string} name
 * @param {() => Promise<void>} giveUp
 * @returns {Promise<() => void>} releases the lock
 */
async function lockByHeartbeat(name, giveUp) {
	try {
		const { HeartbeatLock } = await import("./heartbeat-lock.js");
		const own = new HeartbeatLock(name, () => void giveUp());
		await own.take(HAND_OVER_MS);
		return () => own.release();
	} catch {
		// No storage, and so nothing that two tabs could overwrite; or its code could not be loaded.
		return () => {};
	}
}

/**
 * @param {string} name
 * @param {Promise<unknown>} held resolves when this tab releases the lock
 * @param {() => Promise<void>} giveUp
 */
async function lock(name, held, giveUp) {
	/** @param {LockOptions} options */
	const request = (options) =>
		new Promise((resolve, reject) => {
			let granted = false;
			navigator.locks
				.request(name, options, async () => {
					granted = true;
					resolve(undefined);
					await held;
				})
				.catch((error) => {
					// Granted, and then stolen by a tab that could not wait.
					if (granted) void giveUp();
					else reject(error);
				});
		});
	try {
		await request({ signal: AbortSignal.timeout(HAND_OVER_MS) });
	} catch {
		// The older tab is frozen and can't answer.
		await request({ steal: true });
	}
}
