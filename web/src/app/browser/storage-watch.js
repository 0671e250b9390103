// How much storage is used and left: measured at the start and while examples come. A device that is nearly full is told of
// before anything is lost; and while something is kept in memory only, the browser asks before it closes the page.

import { effect } from "@preact/signals";
import { problem } from "../../contract/problem.js";

/** With less than this it is warned: about 5,000 more examples. */
export const LOW_BYTES = 50_000_000;
/** More than this is not tried out. */
const MUCH_BYTES = 250_000_000;
/** While examples come, it is measured so often. */
const INTERVAL_MS = 20_000;

export class StorageWatch {
	#state;
	#hasWarned = false;
	#measuredAt = Number.NEGATIVE_INFINITY;
	#stopFollowing;

	/**
	 * @param {import("../../state/state.js").State} state sets `storage`, and `problem` where little is left
	 */
	constructor(state) {
		this.#state = state;
		this.#stopFollowing = effect(() => {
			void state.classes.value;
			if (state.ready.value && performance.now() - this.#measuredAt > INTERVAL_MS) void this.measure();
		});
		globalThis.addEventListener?.("beforeunload", this.#onLeave);
	}

	/** Measures now. */
	async measure() {
		this.#measuredAt = performance.now();
		const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
		if (usage === undefined || quota === undefined) return;
		const left = Math.min(Math.max(0, quota - usage), await this.#probe());
		const { storage, problem: shown } = this.#state;
		storage.value = { ...storage.value, used: usage, left };
		const isLow = left < LOW_BYTES;
		if (isLow && !this.#hasWarned && shown.value === null) {
			shown.value = problem("storageLow", { came: `${Math.floor(left / 1e6)} MB` }).toJSON();
		} else if (!isLow && shown.value?.code === "storageLow") shown.value = null;
		this.#hasWarned = isLow;
	}

	/** @returns {Promise<number>} bytes that can be written at least, as tried out; infinite: that can't be tried here */
	async #probe() {
		try {
			const { bytesLeft } = await import("./storage-probe.js");
			return (await bytesLeft([LOW_BYTES, MUCH_BYTES])) ?? Number.POSITIVE_INFINITY;
		} catch {
			return Number.POSITIVE_INFINITY;
		}
	}

	/** @param {number} unsaved changes that are in memory only */
	noteUnsaved(unsaved) {
		const { storage, problem: shown } = this.#state;
		const before = storage.peek().unsaved;
		if (unsaved === before) return;
		storage.value = { ...storage.value, unsaved };
		// Its cause is over.
		if (unsaved === 0 && ["storageFull", "storageBroken"].includes(shown.value?.code ?? "")) shown.value = null;
	}

	close() {
		this.#stopFollowing();
		globalThis.removeEventListener?.("beforeunload", this.#onLeave);
	}

	/** @param {Event} event */
	#onLeave = (event) => {
		if (this.#state.storage.peek().unsaved > 0) event.preventDefault();
	};
}
