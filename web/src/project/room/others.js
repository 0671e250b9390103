// Which of the replica's changes are another member's: who made the last change of a thing, so that undo can say why it leaves
// that alone, and which examples of this browser were deleted. The replica owns it.

/** @typedef {import("../../state/state.js").Member} Member */

/**
 * @typedef {object} OthersListener
 * @property {(from: string, to: string, by: Member|null) => void} renamed another member renamed or merged a class
 * @property {(rows: import("../bin.js").BinRow[], isRefused?: boolean) => void} lost another member deleted examples of this browser;
 *   isRefused: or the room did not take them
 */

export class Others {
	/** @type {OthersListener} */
	listener = { renamed: () => {}, lost: () => {} };
	/** Whose change is being applied; null: the person's here. @type {{by: Member|null}|null} */
	#current = null;
	/** @type {Map<string, Member|null>} */
	#last = new Map();

	/** Whose change is being applied; null: the person's here. */
	get current() {
		return this.#current;
	}

	/**
	 * @template T
	 * @param {Member|null} by null: it is not known
	 * @param {() => T} change
	 * @returns {T}
	 */
	act(by, change) {
		const before = this.#current;
		this.#current = { by };
		try {
			return change();
		} finally {
			this.#current = before;
		}
	}

	/**
	 * Notes that things are changed: another member's change is remembered, the person's own passes.
	 * @param {"class"|"example"|"style"|"order"|"settings"|"name"} kind
	 * @param {string[]} [names] labels or ids
	 */
	touch(kind, names = [""]) {
		if (this.#current) for (const name of names) this.#last.set(`${kind} ${name}`, this.#current.by);
	}

	/**
	 * @param {"class"|"example"|"style"|"order"|"settings"|"name"} kind
	 * @param {string} [name] a label or an id
	 * @returns {string|null} the name of the member who changed it last; null: it is not known
	 */
	who(kind, name = "") {
		return this.#last.get(`${kind} ${name}`)?.name || null;
	}

	/** Another project is opened. */
	forget() {
		this.#last.clear();
	}
}
