// The steps that can be taken back, and those that can be made again. They are plain data: the store keeps each in the same
// transaction as its change, so that they outlive a reload. Only the person's own steps are here; what other members do since is
// respected (acts.js).

import { signal } from "@preact/signals";
import { ContractError } from "../../contract/errors.js";
import { makeAgain, takeBack } from "./acts.js";
import { followRename } from "./step-names.js";
import { describe, withoutIds } from "./steps.js";

/**
 * @typedef {import("./steps.js").Act} Act
 * @typedef {import("./steps.js").Step} Step
 * @typedef {import("../../state/state.js").Undoable} Undoable
 * @typedef {import("../../state/state.js").History} History
 * @typedef {import("../../state/state.js").Clash} Clash
 */

export const MAX_STEPS = 200;
/** Changes of the same setting that follow one another so quickly are one step: a slider that is dragged. */
const SAME_DRAG_MS = 1500;
/** What can be seen at a glance is not announced; undo and redo of it are. */
const QUIET = new Set(["configured", "projectNamed", "classStyled", "classesOrdered", "actionsChanged"]);

export class UndoStack {
	/** Oldest first. @type {Step[]} */
	#done = [];
	/** The one to be made again next is the last. @type {Step[]} */
	#undone = [];
	#nextPlace = 1;
	#editor;
	#now;

	/**
	 * @param {object} options
	 * @param {import("../editor.js").Editor} options.editor
	 * @param {import("@preact/signals").Signal<Undoable|null>} [options.undoable] what just happened
	 * @param {import("@preact/signals").Signal<History>} [options.history] what can be taken back and made again
	 * @param {() => number} [options.now] milliseconds since 1970
	 * @example
	 * const undoStack = new UndoStack({ editor });
	 * undoStack.push({ what: "classAdded", count: 0, label: "cat" }, [{ kind: "class", isMade: true, label: "cat", ...appearance }]);
	 * undoStack.undo();
	 */
	constructor({
		editor,
		undoable = signal(/** @type {Undoable|null} */ (null)),
		history = signal(/** @type {History} */ ({ undo: null, redo: null })),
		now = Date.now,
	}) {
		this.undoable = undoable;
		this.history = history;
		this.#editor = editor;
		this.#now = now;
		editor.replica.others.listener.renamed = (from, to, by) => this.#followRename(from, to, by);
	}

	/** How many steps can be taken back. */
	get depth() {
		return this.#done.length;
	}

	/**
	 * Goes on with the steps of a project as the store has them, and drops from its bin what is there for too long.
	 * @param {Step[]} steps oldest first
	 */
	open(steps) {
		this.#done = steps.filter(({ isUndone }) => !isUndone);
		this.#undone = steps.filter(({ isUndone }) => isUndone).reverse();
		this.#nextPlace = Math.max(0, ...steps.map(({ n }) => n)) + 1;
		this.undoable.value = null;
		this.#show();
		const { replica } = this.#editor;
		const needed = new Set(steps.flatMap(({ acts }) => acts.flatMap((act) => ("ids" in act ? act.ids : []))));
		this.#unbin(replica.bin.expired(needed, this.#now()));
	}

	/**
	 * A person did something; what was taken back before can't be made again any more. Call it in the batch of the change.
	 * @param {Undoable} undoable
	 * @param {Act[]} acts
	 * @param {{run?: string|null}} [options] run: the recording or upload that it belongs to
	 */
	push({ what, count, label, from }, acts, { run = null } = {}) {
		const at = this.#now();
		const step = { n: this.#nextPlace++, what, count, label, ...(from === undefined ? {} : { from }), acts, run, at };
		this.#done.push({ ...step, isUndone: false });
		const dropped = [...this.#undone, ...this.#done.splice(0, this.#done.length - MAX_STEPS)];
		this.#undone = [];
		this.#keep([/** @type {Step} */ (this.#done.at(-1))], dropped);
		if (run === null) this.announce();
	}

	/**
	 * Makes acts a part of the last step, or a step of their own.
	 * @param {Undoable} undoable
	 * @param {Act[]} acts
	 * @param {(last: Step) => Partial<Step>|null} join what the last step becomes; null: it is another one
	 * @param {{run?: string|null}} [options]
	 */
	pushOrJoin(undoable, acts, join, options) {
		const last = this.#done.at(-1);
		const joined = last && this.#undone.length === 0 ? join(last) : null;
		if (!last || !joined) {
			this.push(undoable, acts, options);
			return;
		}
		const step = { ...last, ...joined, at: this.#now() };
		if (step.acts.length === 0) {
			this.#done.pop();
			this.#keep([], [last]);
			return;
		}
		this.#done[this.#done.length - 1] = step;
		this.#keep([step], []);
	}

	/** @param {Step} step @returns {boolean} whether a change of the same kind now is one with it */
	isSameDrag(step) {
		return this.#now() - step.at < SAME_DRAG_MS;
	}

	/**
	 * Shows the last step as what just happened.
	 * @param {string} [id] only if it is about this example
	 */
	announce(id) {
		const last = this.#done.at(-1);
		if (id !== undefined && !last?.acts.some((act) => "ids" in act && act.ids.includes(id))) return;
		this.undoable.value = last && !QUIET.has(last.what) ? describe(last) : null;
	}

	/**
	 * Takes the last step back.
	 * @returns {boolean} whether there was one
	 * @throws {import("../../contract/errors.js").ContractError} a limit's, or what the room does not allow; the step then stays, unless
	 *   others' work is in it by now (notYours)
	 */
	undo() {
		return this.#take(this.#done, (step, acts) => {
			this.#undone.push({ ...step, acts, isUndone: true });
			return this.#undone;
		});
	}

	/**
	 * Makes the step again that was taken back last.
	 * @returns {boolean} whether there was one
	 * @throws {import("../../contract/errors.js").ContractError} as undo
	 */
	redo() {
		return this.#take(this.#undone, (step, acts) => {
			this.#done.push({ ...step, acts, isUndone: false });
			return this.#done;
		});
	}

	/**
	 * Deletes examples from the bin for good; no step can bring them back any more.
	 * @param {string[]} ids
	 */
	emptyBin(ids) {
		const gone = new Set(ids);
		/** @type {Step[]} */
		const changed = [];
		/** @type {Step[]} */
		const dropped = [];
		/** @param {Step[]} steps */
		const without = (steps) =>
			steps.flatMap((step) => {
				const acts = step.acts.flatMap((act) => withoutIds(act, gone) ?? []);
				if (acts.length === step.acts.length && acts.every((act, i) => act === step.acts[i])) return step;
				const rest = { ...step, acts };
				if (acts.length === 0) dropped.push(step);
				else changed.push(rest);
				return acts.length === 0 ? [] : rest;
			});
		this.#done = without(this.#done);
		this.#undone = without(this.#undone);
		this.#editor.replica.batch(() => {
			this.#unbin(ids);
			this.#keep(changed, dropped);
		});
	}

	/**
	 * @param {Step[]} source
	 * @param {(step: Step, acts: Act[]) => Step[]} turn puts what was done into the other list, and returns that
	 * @returns {boolean}
	 */
	#take(source, turn) {
		const step = source.at(-1);
		this.undoable.value = null;
		if (!step) return false;
		const isUndo = source === this.#done;
		return this.#editor.replica.batch(() => {
			const { acts, clash } = this.#turn(step, isUndo, source);
			source.pop();
			if (acts.length === 0) this.#keep([], [step]);
			else this.#keep([/** @type {Step} */ (turn(step, acts).at(-1))], []);
			const sign = isUndo ? { undone: /** @type {const} */ (true) } : { redone: /** @type {const} */ (true) };
			this.undoable.value = { ...describe(step), ...sign, ...(clash ? { clash } : {}), isNothing: acts.length === 0 };
			return true;
		});
	}

	/**
	 * @param {Step} step
	 * @param {boolean} isUndo
	 * @param {Step[]} source
	 * @returns {import("./acts.js").Outcome}
	 */
	#turn(step, isUndo, source) {
		try {
			return isUndo ? takeAllBack(this.#editor, step) : makeAllAgain(this.#editor, step);
		} catch (error) {
			// It would be in the way of the steps before it for ever.
			if (error instanceof ContractError && error.code === "notYours") this.#keep([], source.splice(-1));
			throw error;
		}
	}

	/**
	 * @param {string} from
	 * @param {string} to
	 * @param {import("../../state/state.js").Member|null} by
	 */
	#followRename(from, to, by) {
		const changed = followRename(this.#done, this.#undone, { from, to, by });
		if (changed.length > 0) this.#keep(changed, []);
	}

	/** @param {string[]} ids */
	#unbin(ids) {
		const unbinned = this.#editor.replica.bin.take(ids);
		if (unbinned.length > 0) this.#editor.replica.save({ unbinned });
	}

	/**
	 * @param {Step[]} steps new or changed
	 * @param {Step[]} dropped
	 */
	#keep(steps, dropped) {
		this.#editor.replica.save({ steps, droppedSteps: dropped.map(({ n }) => n) });
		this.#show();
	}

	#show() {
		const [undo, redo] = [this.#done.at(-1), this.#undone.at(-1)];
		this.history.value = { undo: undo ? describe(undo) : null, redo: redo ? describe(redo) : null };
	}
}

/**
 * @param {import("../editor.js").Editor} editor
 * @param {Step} step
 * @returns {import("./acts.js").Outcome}
 */
function takeAllBack(editor, step) {
	/** @type {Act[]} */
	const acts = [];
	/** @type {Clash|null} */
	let clash = null;
	for (const act of [...step.acts].reverse()) {
		const outcome = takeBack(editor, act);
		acts.unshift(...outcome.acts);
		clash ??= outcome.clash;
	}
	return { acts, clash };
}

/**
 * @param {import("../editor.js").Editor} editor
 * @param {Step} step
 * @returns {import("./acts.js").Outcome}
 */
function makeAllAgain(editor, step) {
	/** @type {Act[]} */
	const acts = [];
	/** @type {Clash|null} */
	let clash = null;
	for (const act of step.acts) {
		const outcome = makeAgain(editor, act);
		acts.push(...outcome.acts);
		clash ??= outcome.clash;
	}
	return { acts, clash };
}
