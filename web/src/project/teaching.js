// What a person teaches: every change of classes and examples that is made on this page. Each one changes the replica and
// its outbox in one call, is sent to the server after that, and can be undone.

import contractLimits from "../../../contract/limits.json" with { type: "json" };
import { isEmoji } from "../contract/emoji.js";
import { ContractError } from "../contract/errors.js";
import { asLabel } from "../knn/checks.js";

/**
 * @typedef {import("./replica.js").Example} Example
 * @typedef {import("./store.js").Change} Change
 */

/**
 * @typedef {object} ChangeSender the part of a SyncClient that is needed here
 * @property {typeof contractLimits} limits
 * @property {(options?: {madeRoom?: boolean}) => void} send sends what is queued; madeRoom: something was removed or renamed
 */

/** Without a server: the contract's limits, and nothing to send to. @type {ChangeSender} */
const NO_SERVER = { limits: contractLimits, send: () => {} };

export class Teaching {
	#replica;
	#undoStack;
	#sender = NO_SERVER;

	/**
	 * @param {object} options
	 * @param {import("./replica.js").Replica} options.replica
	 * @param {import("./undo-stack.js").UndoStack} options.undoStack
	 * @example
	 * const teaching = new Teaching({ replica, undoStack });
	 * teaching.addClass("cat");
	 * teaching.addExample({ id, label: "cat", group: null, embedding, thumbnail: null });
	 * undoStack.undo();
	 */
	constructor({ replica, undoStack }) {
		this.#replica = replica;
		this.#undoStack = undoStack;
	}

	/** @param {ChangeSender} sender gets every change from now on; its limits apply */
	connect(sender) {
		this.#sender = sender;
	}

	/**
	 * Adds an empty class; an existing one is left as it is.
	 * @param {string} label
	 * @throws {ContractError} emptyLabel, longLabel, tooManyClasses
	 * @example
	 * teaching.addClass("cat");
	 */
	addClass(label) {
		const replica = this.#replica;
		if (replica.colourOf(label) !== undefined) return;
		this.#checkClassCount();
		this.#createClass(label);
		this.#undoStack.push({ what: "classAdded", count: 0, label }, () => {
			// Examples that were recorded into it since are somebody's work.
			if (replica.colourOf(label) !== undefined && replica.idsOf(label).length === 0) this.#clear(label);
		});
	}

	/**
	 * Renames a class. Onto an existing label: merges the two.
	 * @param {string} from
	 * @param {string} to
	 * @throws {ContractError} noSuchLabel, emptyLabel, longLabel
	 * @example
	 * teaching.renameClass("cat", "lion");
	 */
	renameClass(from, to) {
		if (from === to) return;
		const replica = this.#replica;
		const isMerge = replica.colourOf(to) !== undefined;
		const ids = replica.idsOf(from);
		const colour = replica.colourOf(from);
		this.#rename(from, to);
		const what = isMerge ? "classesMerged" : "classRenamed";
		this.#undoStack.push({ what, count: ids.length, label: to, from }, () => {
			if (!isMerge && replica.colourOf(to) !== undefined && replica.colourOf(from) === undefined) {
				this.#rename(to, from);
			} else if (isMerge) {
				this.#createClass(from, colour);
				this.#move(
					ids.filter((id) => replica.knn.has(id)),
					from,
				);
			}
		});
	}

	/**
	 * Gives a class another colour or emoji; what is left out stays.
	 * @param {string} label
	 * @param {{colour?: number, emoji?: string|null}} style
	 * @throws {ContractError} badColour, badEmoji
	 * @example
	 * teaching.styleClass("cat", { emoji: "🐱" });
	 */
	styleClass(label, style) {
		const replica = this.#replica;
		const { colour = replica.colourOf(label), emoji = replica.emojiOf(label) } = style;
		if (colour === undefined) return;
		checkStyle(colour, emoji);
		replica.style(label, { colour, emoji }, this.#forServer([{ op: "style", label, colour, emoji }]));
		this.#sender.send();
	}

	/**
	 * Gives the project a name.
	 * @param {string} name "" takes it away
	 * @throws {ContractError} badName
	 * @example
	 * teaching.nameProject("Animals");
	 */
	nameProject(name) {
		const expected = contractLimits.nameCharacters;
		if ([...name].length > expected) throw new ContractError("badName", { came: name, expected });
		if (name !== this.#replica.project.name) this.#replica.setName(name, this.#forServer([{ op: "name" }]));
		this.#sender.send();
	}

	/**
	 * Deletes a class with its examples; without such a class, nothing happens.
	 * @param {string} label
	 * @example
	 * teaching.deleteClass("cat");
	 */
	deleteClass(label) {
		const replica = this.#replica;
		const colour = replica.colourOf(label);
		if (colour === undefined) return;
		const examples = replica.idsOf(label).map((id) => replica.example(id));
		this.#clear(label);
		this.#undoStack.push({ what: "classDeleted", count: examples.length, label }, () => {
			this.#createClass(label, colour);
			this.#add(examples);
		});
	}

	/**
	 * Deletes an example; its class stays. Without such an example, nothing happens.
	 * @param {string} id
	 * @example
	 * teaching.deleteExample(id);
	 */
	deleteExample(id) {
		const replica = this.#replica;
		if (!replica.knn.has(id)) return;
		const example = replica.example(id);
		this.#remove([id]);
		this.#undoStack.push({ what: "exampleDeleted", count: 1, label: example.label }, () => this.#add([example]));
	}

	/**
	 * Moves an example to another existing class; without such an example or class, nothing happens.
	 * @param {string} id
	 * @param {string} label
	 * @example
	 * teaching.moveExample(id, "dog");
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
	 * Adds an example, and its class where there is none. `finished` makes it a step of undo.
	 * @param {Example} example embedding: float32, (d,)
	 * @throws {ContractError} tooManyExamples, and the classifier's
	 * @example
	 * teaching.addExample({ id: newId(), label: "cat", group: null, embedding, thumbnail: null });
	 */
	addExample(example) {
		const count = this.#replica.count;
		const { examplesPerRoom } = this.#sender.limits;
		this.#checkLabel(example.label);
		if (this.#replica.colourOf(example.label) === undefined) this.#checkClassCount();
		if (count >= examplesPerRoom)
			throw new ContractError("tooManyExamples", { came: count, expected: examplesPerRoom });
		this.#add([example]);
	}

	/**
	 * One recording or one upload is finished, and becomes one step of undo.
	 * @param {"recorded"|"uploaded"} what
	 * @param {string} label
	 * @param {string[]} ids of the examples; none: no step
	 * @example
	 * teaching.finished("recorded", "cat", [first.id, second.id]);
	 */
	finished(what, label, ids) {
		if (ids.length === 0) return;
		this.#undoStack.push({ what, count: ids.length, label }, () => this.#remove(ids));
	}

	/**
	 * Sets how the project classifies from now on.
	 * @param {import("../state/state.js").ClassifierSettings} settings
	 * @example
	 * teaching.configure({ k: 5, metric: "auto", weights: "uniform", unknownDistance: null });
	 */
	configure(settings) {
		// The settings are read when they are sent. While a slider is dragged, one queued change is enough; the first one in
		// the queue doesn't count, because it may be under way with older settings.
		const isQueued = this.#replica.outbox.items.slice(1).some(({ op }) => op === "configure");
		this.#replica.configure(settings, isQueued ? [] : this.#forServer([{ op: "configure" }]));
		this.#sender.send();
	}

	/** @param {string} label */
	#checkLabel(label) {
		const came = [...asLabel(label)].length;
		const expected = this.#sender.limits.labelCharacters;
		if (came > expected) throw new ContractError("longLabel", { came, expected });
	}

	/** Refuses one more class than the limit. */
	#checkClassCount() {
		const count = this.#replica.labels.length;
		const { classesPerRoom } = this.#sender.limits;
		if (count >= classesPerRoom) throw new ContractError("tooManyClasses", { came: count, expected: classesPerRoom });
	}

	/**
	 * @param {Change[]} changes
	 * @returns {Change[]} none while no server knows the project: the first joining sends all of it
	 */
	#forServer(changes) {
		return this.#replica.project.epoch === null ? [] : changes;
	}

	/**
	 * @param {string} label
	 * @param {number} [colour]
	 */
	#createClass(label, colour) {
		this.#checkLabel(label);
		this.#replica.addLabel(label, this.#forServer([{ op: "label", label }]), colour);
		this.#sender.send();
	}

	/** @param {Example[]} examples */
	#add(examples) {
		const added = examples.filter(({ id }) => !this.#replica.knn.has(id));
		// A new class is a change of its own: another member may add the same one at the same time.
		for (const { label } of added) if (this.#replica.colourOf(label) === undefined) this.#createClass(label);
		this.#replica.add(added, this.#forServer(added.map(({ id, label }) => ({ op: "add", id, label }))));
		this.#sender.send();
	}

	/** @param {string[]} ids */
	#remove(ids) {
		const removed = ids.filter((id) => this.#replica.knn.has(id));
		this.#replica.remove(removed, this.#forServer(removed.map((id) => ({ op: "remove", id }))));
		this.#sender.send({ madeRoom: true });
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
			this.#forServer(changes),
		);
		this.#sender.send();
	}

	/** @param {string} label */
	#clear(label) {
		this.#replica.clear(label, this.#forServer([{ op: "clear", label }]));
		this.#sender.send({ madeRoom: true });
	}

	/**
	 * @param {string} from
	 * @param {string} to
	 */
	#rename(from, to) {
		this.#replica.checkRename(from, to);
		this.#checkLabel(to);
		this.#replica.rename(from, to, this.#forServer([{ op: "rename", from, to }]));
		this.#sender.send({ madeRoom: true });
	}
}

/**
 * @param {number} colour
 * @param {string|null} emoji
 */
function checkStyle(colour, emoji) {
	const { colours } = contractLimits;
	const isColour = Number.isInteger(colour) && colour >= 0 && colour < colours;
	if (!isColour) throw new ContractError("badColour", { came: colour, expected: colours - 1 });
	if (emoji !== null && !isEmoji(emoji)) throw new ContractError("badEmoji", { came: emoji });
}
