// What a server says that can't open or keep a room just now: told once, until it can. sync-client.js alone uses it.

import { STORE_ERRORS } from "./store-errors.js";

/** @typedef {import("../contract/problem.js").Problem} Problem */
/** @typedef {import("../contract/errors.js").ErrorObject} ErrorObject */

export class DelayNote {
	#note;
	#onProblem;

	/**
	 * @param {import("@preact/signals").Signal<ErrorObject|null>} note shown at the room's state
	 * @param {(error: ErrorObject) => void} onProblem told of the first refusal
	 */
	constructor(note, onProblem) {
		this.#note = note;
		this.#onProblem = onProblem;
	}

	/**
	 * @param {Problem|null} error null: it can open and keep it now
	 * @example
	 * await retry(abortSignal, pacer, () => connection.request("join", data), delayNote.tell);
	 * delayNote.tell(null);
	 */
	tell = (error) => {
		const isNoted = STORE_ERRORS.has(this.#note.value?.code ?? "");
		if (error === null && isNoted) this.#note.value = null;
		else if (error && STORE_ERRORS.has(error.code) && !isNoted) {
			this.#note.value = error.toJSON();
			this.#onProblem(this.#note.value);
		}
	};
}
