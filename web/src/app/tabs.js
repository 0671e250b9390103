// One tab at a time works with what the browser keeps: the newest takes over, the older one finishes
// its writing and says so. Two writers would not see each other's changes.

const NAME = "show-and-tell";
const HAND_OVER_MS = 3000;

/**
 * Waits until this tab is the one that works.
 * @param {object} options
 * @param {() => Promise<void>} options.onTaken another tab asks for it: finish and let go
 * @param {string} [options.name]
 * @returns {Promise<() => void>} lets go of it
 */
export async function takeOver({ onTaken, name = NAME }) {
	// Pages that are not served securely have no locks; there, the older tab is only told.
	const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
	/** @type {() => void} */
	let release = () => {};
	const held = new Promise((resolve) => {
		release = () => resolve(undefined);
	});
	let isMine = true;
	const giveUp = async () => {
		if (!isMine) return;
		isMine = false;
		channel?.close();
		await onTaken();
		release();
	};
	channel?.postMessage("mine");
	if (navigator.locks) await lock(name, held, giveUp);
	if (channel) channel.onmessage = () => void giveUp();
	return () => {
		isMine = false;
		channel?.close();
		release();
	};
}

/**
 * @param {string} name
 * @param {Promise<unknown>} held until this tab lets go
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
					// Held, and then broken by a tab that could not wait.
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
