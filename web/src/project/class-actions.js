// What happens when a class has won, by the classes' labels. Of this device: no room is told. kept-project.js owns one.

import { signal } from "@preact/signals";
import { completeAction } from "../contract/actions.js";

/**
 * @typedef {import("../contract/actions.js").Action} Action
 * @typedef {{label: string, actions: Action[]}} ActionRow label: UNKNOWN_KEY for "I don't know"
 */

export class ClassActions {
	/** What is shown; labels without actions are not in it. */
	byLabel;

	/** @param {import("@preact/signals").Signal<ReadonlyMap<string, Action[]>>} [byLabel] */
	constructor(byLabel = signal(new Map())) {
		this.byLabel = byLabel;
	}

	/** @param {ActionRow[]} rows as the store has them; actions of a newer version are left out */
	load(rows) {
		this.byLabel.value = new Map(rows.map(({ label, actions }) => [label, actions.flatMap(readAction)]));
	}

	/** @returns {ActionRow[]} for the store */
	rows() {
		return Array.from(this.byLabel.value, ([label, actions]) => ({ label, actions }));
	}

	/** @param {string} label @returns {Action[]} */
	of(label) {
		return this.byLabel.value.get(label) ?? [];
	}

	/** @param {string} label @param {Action[]} actions none: the class has none any more */
	set(label, actions) {
		const next = new Map(this.byLabel.value);
		if (actions.length > 0) next.set(label, actions);
		else next.delete(label);
		this.byLabel.value = next;
	}

	/**
	 * Follows a class to another name.
	 * @param {string} from
	 * @param {string} to
	 */
	rename(from, to) {
		const moved = this.of(from);
		this.set(from, []);
		this.set(to, moved);
	}
}

/** @param {Action} action @returns {Action[]} */
function readAction(action) {
	try {
		return [completeAction(action)];
	} catch {
		return [];
	}
}
