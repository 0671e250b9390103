// What a person teaches: every change of classes and examples made on this page, each done to the
// replica at once, queued for the server, and kept so that it can be undone.

import contractLimits from "../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../contract/errors.js";
import { asLabel } from "../knn/checks.js";

/**
 * @typedef {import("./replica.js").Example} Example
 * @typedef {import("./store.js").Change} Change
 */

export class Teaching {
	#replica;
	#outbox;
	#undoStack;
	#room;

	/**
	 * @param {object} options
	 * @param {import("./replica.js").Replica} options.replica
	 * @param {import("./outbox.js").Outbox} options.outbox
	 * @param {import("./undo-stack.js").UndoStack} options.undoStack
	 * @param {() => import("../sync/sync-client.js").SyncClient|null} options.room as it is now; null without a server
	 */
	constructor({ replica, outbox, undoStack, room }) {
		this.#replica = replica;
		this.#outbox = outbox;
		this.#undoStack = undoStack;
		this.#room = room;
	}

	/**
	 * @param {string} label an existing one is left as it is
	 * @throws {ContractError} emptyLabel, longLabel, tooManyClasses
	 */
	addClass(label) {
		const replica = this.#replica;
		if (replica.colourOf(label) !== undefined) return;
		this.#checkClasses(1);
		this.#open(label);
		this.#undoStack.push({ what: "classAdded", count: 0, label }, () => {
			// What was recorded into it since is somebody's work.
			if (replica.colourOf(label) !== undefined && replica.idsOf(label).length === 0) this.#clear(label);
		});
	}

	/**
	 * Onto an existing label: merges.
	 * @param {string} from
	 * @param {string} to
	 * @throws {ContractError} noSuchLabel, emptyLabel, longLabel
	 */
	renameClass(from, to) {
		if (from === to) return;
		const replica = this.#replica;
		const merges = replica.colourOf(to) !== undefined;
		const ids = replica.idsOf(from);
		const colour = replica.colourOf(from);
		this.#rename(from, to);
		const what = merges ? "classesMerged" : "classRenamed";
		this.#undoStack.push({ what, count: ids.length, label: to, from }, () => {
			if (!merges && replica.colourOf(to) !== undefined && replica.colourOf(from) === undefined) {
				this.#rename(to, from);
			} else if (merges) {
				this.#open(from, colour);
				this.#move(
					ids.filter((id) => replica.knn.has(id)),
					from,
				);
			}
		});
	}

	/** @param {string} label */
	deleteClass(label) {
		const replica = this.#replica;
		const colour = replica.colourOf(label);
		if (colour === undefined) return;
		const examples = replica.idsOf(label).map((id) => replica.example(id));
		this.#clear(label);
		this.#undoStack.push({ what: "classDeleted", count: examples.length, label }, () => {
			this.#open(label, colour);
			this.#add(examples);
		});
	}

	/** @param {string} id */
	deleteExample(id) {
		const replica = this.#replica;
		if (!replica.knn.has(id)) return;
		const example = replica.example(id);
		this.#remove([id]);
		this.#undoStack.push({ what: "exampleDeleted", count: 1, label: example.label }, () => this.#add([example]));
	}

	/**
	 * @param {string} id
	 * @param {string} label
	 */
	moveExample(id, label) {
		const replica = this.#replica;
		if (!replica.knn.has(id) || replica.colourOf(label) === undefined) return;
		const { label: from } = replica.example(id);
		if (from === label) return;
		this.#move([id], label);
		this.#undoStack.push({ what: "exampleMoved", count: 1, label }, () => {
			if (replica.knn.has(id) && replica.colourOf(from) !== undefined) this.#move([id], from);
		});
	}

	/**
	 * Adds what was shown; `recorded` makes it a step of undo.
	 * @param {Example} example
	 * @throws {ContractError} tooManyExamples, and the classifier's
	 */
	addExample(example) {
		const count = this.#replica.count;
		const limits = this.#limits;
		this.#checkLabel(example.label);
		if (this.#replica.colourOf(example.label) === undefined) this.#checkClasses(1);
		if (count >= limits.examplesPerRoom) {
			throw new ContractError("tooManyExamples", { came: count, expected: limits.examplesPerRoom });
		}
		this.#add([example]);
	}

	/**
	 * One recording or one upload is done.
	 * @param {"recorded"|"uploaded"} what
	 * @param {string} label
	 * @param {string[]} ids
	 */
	finished(what, label, ids) {
		if (ids.length === 0) return;
		this.#undoStack.push({ what, count: ids.length, label }, () => this.#remove(ids));
	}

	/**
	 * How the project classifies from now on.
	 * @param {import("../state/state.js").ClassifierSettings} settings
	 */
	configure(settings) {
		const replica = this.#replica;
		replica.project.settings = { ...settings };
		// A slider that is drawn sends its last place, not all of them.
		const waits = this.#outbox.items.slice(1).some(({ op }) => op === "configure");
		replica.keep({ queued: waits ? [] : this.#queue([{ op: "configure" }]) });
	}

	/** The room's, once it has told them: what it will refuse is refused at once. */
	get #limits() {
		return this.#room()?.limits ?? contractLimits;
	}

	/** @param {string} label */
	#checkLabel(label) {
		const came = [...asLabel(label)].length;
		const expected = this.#limits.labelCharacters;
		if (came > expected) throw new ContractError("longLabel", { came, expected });
	}

	/** @param {number} more */
	#checkClasses(more) {
		const count = this.#replica.labels.length;
		const limits = this.#limits;
		if (count + more > limits.classesPerRoom) {
			throw new ContractError("tooManyClasses", { came: count, expected: limits.classesPerRoom });
		}
	}

	/**
	 * A project that no server knows needs no queue: the first meeting brings all of it.
	 * @param {Change[]} changes
	 */
	#queue(changes) {
		if (this.#replica.project.epoch === null) return [];
		const items = this.#outbox.push(changes);
		this.#room()?.wake();
		return items;
	}

	/**
	 * @param {string} label
	 * @param {number} [colour]
	 */
	#open(label, colour) {
		// Refused here, it is not queued.
		this.#checkLabel(label);
		this.#replica.addLabel(label, this.#queue([{ op: "label", label }]), colour);
	}

	/** @param {Example[]} examples */
	#add(examples) {
		const fresh = examples.filter(({ id }) => !this.#replica.knn.has(id));
		// A new class is a change of its own: another may be making one at the same time.
		for (const { label } of fresh) if (this.#replica.colourOf(label) === undefined) this.#open(label);
		const queued = this.#queue(fresh.map(({ id, label }) => ({ op: "add", id, label })));
		// What the classifier refuses is not in the replica, and so is passed over when the queue is sent.
		this.#replica.add(fresh, queued);
	}

	/** @param {string[]} ids */
	#remove(ids) {
		const there = ids.filter((id) => this.#replica.knn.has(id));
		this.#replica.remove(there, this.#queue(there.map((id) => ({ op: "remove", id }))));
		this.#room()?.retry();
	}

	/**
	 * @param {string[]} ids
	 * @param {string} label
	 */
	#move(ids, label) {
		/** @type {Change[]} */
		const changes = ids.flatMap((id) => [
			{ op: "remove", id },
			{ op: "add", id, label },
		]);
		this.#replica.relabel(
			ids.map((id) => ({ id, label })),
			this.#queue(changes),
		);
	}

	/** @param {string} label */
	#clear(label) {
		this.#replica.clear(label, this.#queue([{ op: "clear", label }]));
		this.#room()?.retry();
	}

	/**
	 * @param {string} from
	 * @param {string} to
	 */
	#rename(from, to) {
		// Refused here, it is not queued.
		this.#replica.checkRename(from, to);
		this.#checkLabel(to);
		this.#replica.rename(from, to, this.#queue([{ op: "rename", from, to }]));
		this.#room()?.retry();
	}
}
