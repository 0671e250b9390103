// When a page wakes up: the laptop was opened, the tab is seen again, the network is back. connection.js follows it.

/** The clock is looked at so often. */
const TICK_MS = 5000;
/** A clock that jumps by so much has slept meanwhile; a hidden tab's timers may be a minute late. */
const JUMP_MS = 30_000;

/**
 * Calls back whenever the page may have slept through the end of a connection.
 * @param {() => void} onAwake
 * @returns {() => void} stops it
 * @example
 * const stop = followAwakening(() => console.log("good morning"));
 */
export function followAwakening(onAwake) {
	const { window: view, document: page } = globalThis;
	const onVisibilityChange = () => {
		if (!page.hidden) onAwake();
	};
	let tickedAt = Date.now();
	// A page that stayed in front is told of nothing.
	const timer = setInterval(() => {
		const sleptMs = Date.now() - tickedAt - TICK_MS;
		tickedAt = Date.now();
		if (sleptMs > JUMP_MS) onAwake();
	}, TICK_MS);
	view?.addEventListener("online", onAwake);
	view?.addEventListener("pageshow", onAwake);
	page?.addEventListener("resume", onAwake);
	page?.addEventListener("visibilitychange", onVisibilityChange);
	return () => {
		clearInterval(timer);
		view?.removeEventListener("online", onAwake);
		view?.removeEventListener("pageshow", onAwake);
		page?.removeEventListener("resume", onAwake);
		page?.removeEventListener("visibilitychange", onVisibilityChange);
	};
}
