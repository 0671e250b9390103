// The steps that can be undone, newest last.

import { signal } from "@preact/signals";

/** @typedef {import("../state/state.js").Undoable} Undoable */

const MAX_STEPS = 30;

export class UndoStack {
	/** @type {{undoable: Undoable, undo: () => void, named?: boolean}[]} */
	#steps = [];

	/** @param {import("@preact/signals").Signal<Undoable|null>} [undoable] the newest step, done or just undone */
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
		const last = this.#steps.at(-1);
		// A new class is called "Class 1" until a person names it: the first renaming is part of adding it.
		if (
			undoable.what === "classRenamed" &&
			last?.undoable.what === "classAdded" &&
			last.undoable.label === undoable.from &&
			!last.named
		) {
			const added = { ...last.undoable, label: undoable.label };
			const both = () => {
				undo();
				last.undo();
			};
			this.#steps[this.#steps.length - 1] = { undoable: added, undo: both, named: true };
			this.undoable.value = added;
			return;
		}
		this.#steps.push({ undoable, undo });
		if (this.#steps.length > MAX_STEPS) this.#steps.shift();
		this.undoable.value = undoable;
	}

	/**
	 * Undoes the newest step. The step before it is not announced again.
	 * @returns {boolean} whether there was one
	 */
	undo() {
		const step = this.#steps.pop();
		this.undoable.value = null;
		if (!step) return false;
		step.undo();
		this.undoable.value = { ...step.undoable, undone: true };
		return true;
	}

	clear() {
		this.#steps = [];
		this.undoable.value = null;
	}
}
