// What can be undone, newest last.

import { signal } from "@preact/signals";

/** @typedef {import("./state.js").Undoable} Undoable */

const LONGEST = 30;

export class History {
	/** @type {{undoable: Undoable, undo: () => void}[]} */
	#steps = [];

	/** @param {import("@preact/signals").Signal<Undoable|null>} [undoable] the newest */
	constructor(undoable = signal(/** @type {Undoable|null} */ (null))) {
		this.undoable = undoable;
	}

	/** @returns {number} how many steps can be taken back */
	get depth() {
		return this.#steps.length;
	}

	/**
	 * @param {Undoable} undoable
	 * @param {() => void} undo
	 */
	push(undoable, undo) {
		this.#steps.push({ undoable, undo });
		if (this.#steps.length > LONGEST) this.#steps.shift();
		this.undoable.value = undoable;
	}

	/**
	 * Takes back the newest step.
	 * @returns {boolean} whether there was one
	 */
	undo() {
		const step = this.#steps.pop();
		this.undoable.value = this.#steps.at(-1)?.undoable ?? null;
		step?.undo();
		return step !== undefined;
	}

	clear() {
		this.#steps = [];
		this.undoable.value = null;
	}
}
