// Keeps the screen awake while the camera runs: a phone that shows an object to the camera is not touched for a long time. A
// browser that can't, or does not want to, is left alone.

import { effect } from "@preact/signals";

export class ScreenAwake {
	#stopFollowing;
	#isWanted = false;
	/** @type {WakeLockSentinel|null} */
	#lock = null;
	#isAsking = false;

	/**
	 * @param {import("../../state/state.js").State} state its camera is followed
	 * @example
	 * const screenAwake = new ScreenAwake(state);
	 * screenAwake.close();
	 */
	constructor(state) {
		this.#stopFollowing = effect(() => {
			this.#isWanted = state.camera.value.state === "on" || state.phone.value?.state === "on";
			void this.#adjust();
		});
		// The browser takes the lock back when the page is hidden.
		globalThis.document?.addEventListener("visibilitychange", this.#adjust);
	}

	close() {
		this.#stopFollowing();
		globalThis.document?.removeEventListener("visibilitychange", this.#adjust);
		this.#isWanted = false;
		void this.#adjust();
	}

	/** Asks for the lock, or gives it back. */
	#adjust = async () => {
		const isWanted = this.#isWanted && document.visibilityState === "visible";
		if (!isWanted) {
			await this.#lock?.release().catch(() => {});
			this.#lock = null;
			return;
		}
		if (this.#isAsking || (this.#lock && !this.#lock.released) || !navigator.wakeLock) return;
		this.#isAsking = true;
		try {
			this.#lock = await navigator.wakeLock.request("screen");
		} catch {
			// The battery is low, or the page is not allowed to: the screen sleeps as it does elsewhere.
			return;
		} finally {
			this.#isAsking = false;
		}
		// The camera may have stopped, or the page been hidden, while it was asked for.
		if (!this.#isWanted || document.visibilityState !== "visible") await this.#adjust();
	};
}
