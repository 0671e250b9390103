// The browser's copy of the project: the classifier, the outbox, the bin, what is shown, and what the store keeps. Every change goes
// through this module, a person's and another member's alike. One call changes the classifier and the outbox, shows both,
// and keeps both in one transaction. Knows neither the server nor the person.

import { ContractError } from "../contract/errors.js";
import { asLabel } from "../knn/checks.js";
import { newId } from "../knn/ids.js";
import { ProjectContents } from "./project-contents.js";

/**
 * @typedef {import("./project-contents.js").Example} Example
 * @typedef {import("./project-contents.js").KeptExample} KeptExample
 * @typedef {import("./store.js").Project} Project
 * @typedef {import("./store.js").ProjectStore} ProjectStore
 * @typedef {import("./store.js").StoredExample} StoredExample
 * @typedef {import("./store.js").Change} Change
 * @typedef {import("./store.js").OutboxItem} OutboxItem
 * @typedef {import("../state/state.js").ClassView} ClassView
 */

/** @typedef {{renamed: (from: string, to: string) => void, cleared: (label: string) => void}} ClassListener */

export class Replica extends ProjectContents {
	/**
	 * Told when a class gets another name or is cleared: by a person, by undo, or by another member.
	 * @type {ClassListener}
	 */
	listener = { renamed: () => {}, cleared: () => {} };

	/**
	 * Goes on with a project as the store has it, in place of the one before.
	 * @param {object} kept
	 * @param {Project} kept.project
	 * @param {ProjectStore|null} [kept.store] null: nothing is kept
	 * @param {StoredExample[]} [kept.examples] in order of arrival
	 * @param {OutboxItem[]} [kept.queued] oldest first
	 * @param {import("./bin.js").BinRow[]} [kept.binned]
	 * @example
	 * replica.open({ project, store, examples: await store.examples(project.id), queued: await store.outbox(project.id) });
	 */
	open({ project, store = null, examples = [], queued = [], binned = [] }) {
		this.knn.clearAllLabels();
		this.forgetViews();
		this.keep({ project, store, queued, binned });
		// Rows of an older version have no emoji.
		for (const { label, colour, emoji = null, enabled = true } of project.classes) {
			this.#createClass(label, colour, emoji);
			this.views.switchOff(label, !enabled);
		}
		this.#insert(examples);
		this.#publish();
	}

	/**
	 * Adds examples; existing ones are left as they are. One that has an order takes its place in the order of arrival again.
	 * @param {Example[]} examples
	 * @param {Change[]} [changes] to be queued for the server
	 * @throws {ContractError} the classifier's, at the first example that it refuses; then nothing is queued
	 * @example
	 * // A person's change, with what the server has to be told; without `changes`, the server knows it already.
	 * replica.add([example], [{ op: "add", id: example.id, label: example.label }]);
	 */
	add(examples, changes = []) {
		let nextOrder = Math.max(this.views.nextOrder, this.bin.nextOrder);
		const added = examples
			.filter(({ id }) => !this.knn.has(id))
			.map((example) => {
				// What was deleted here and comes back from another member has its picture here.
				const binned = this.bin.get(example.id);
				const { order = binned?.order ?? nextOrder } = example;
				nextOrder = Math.max(nextOrder, order + 1);
				const { thumbnail = null, mine = false } = binned ?? {};
				const kept = { thumbnail: example.thumbnail ?? thumbnail, mine: example.mine ?? mine };
				return { ...example, ...kept, order };
			})
			.sort((a, b) => a.order - b.order);
		this.#insert(added);
		this.others.touch("class", [...new Set(added.map(({ label }) => label))]);
		this.#commit({ added, unbinned: this.bin.take(added.map(({ id }) => id)) }, changes);
	}

	/**
	 * Removes examples. Ids without one are passed over. Classes stay.
	 * @param {string[]} ids
	 * @param {Change[]} [changes] to be queued for the server
	 * @example
	 * replica.remove([id], [{ op: "remove", id }]);
	 */
	remove(ids, changes = []) {
		const removed = ids.filter((id) => this.knn.has(id));
		const binned = this.#discard(removed, null);
		this.#removeExamples(removed);
		this.removals.note(removed, []);
		this.#commit({ removed, binned }, changes);
	}

	/**
	 * Gives examples another label.
	 * @param {{id: string, label: string}[]} examples existing ones
	 * @param {Change[]} [changes] to be queued for the server
	 * @example
	 * replica.relabel([{ id, label: "dog" }]);
	 */
	relabel(examples, changes = []) {
		// They stay the same examples, so that nothing has to be measured again.
		const serials = this.knn.serials();
		const serialOf = new Map(this.knn.outline().map(({ id }, row) => [id, serials[row]]));
		const relabelled = examples
			.map(({ id, label }) => ({ ...this.example(id), serial: serialOf.get(id), label }))
			.filter(({ id, label }) => label !== this.knn.getExample(id).label)
			.sort((a, b) => a.order - b.order);
		this.lent.keepDuring(() => {
			this.#removeExamples(relabelled.map(({ id }) => id));
			this.#insert(relabelled);
		});
		for (const { id, label } of relabelled) {
			this.others.touch("example", [id]);
			this.others.touch("class", [label]);
		}
		this.#commit({ relabelled }, changes);
	}

	/**
	 * Adds an empty class; an existing one stays as it is.
	 * @param {string} label
	 * @param {Change[]} [changes] to be queued for the server
	 * @param {number} [colour] the colour that it had before; without one, the lowest that no class uses
	 * @param {string|null} [emoji]
	 * @example
	 * replica.addLabel("cat", [{ op: "label", label: "cat" }]);
	 */
	addLabel(label, changes = [], colour, emoji = null) {
		this.#createClass(label, colour, emoji);
		this.others.touch("class", [label]);
		this.#commit({}, changes);
	}

	/**
	 * Removes a class and its examples.
	 * @param {string} label
	 * @param {Change[]} [changes] to be queued for the server
	 * @example
	 * replica.clear("cat", [{ op: "clear", label: "cat" }]);
	 */
	clear(label, changes = []) {
		const removed = this.idsOf(label);
		const look = { colour: this.colourOf(label) ?? 0, emoji: this.emojiOf(label), place: this.labels.indexOf(label) };
		const own = { label, isOff: this.views.isOff(label), actions: this.actions.of(label) };
		const binned = this.#discard(removed, { id: newId(), ...look, ...own });
		if (this.others.current && (own.isOff || own.actions.length > 0)) this.holdOwn(own);
		this.followClass(label);
		this.others.touch("class", [label]);
		if (this.views.has(label)) this.knn.clearLabel(label);
		this.views.clear(label);
		this.removals.note(removed, [label]);
		this.#commit({ removed, binned }, changes);
		this.listener.cleared(label);
	}

	/** Refuses what `rename` would refuse, and changes nothing. @param {string} from @param {string} to */
	checkRename(from, to) {
		if (!this.views.has(from)) throw new ContractError("noSuchLabel", { came: from });
		asLabel(to);
	}

	/**
	 * Renames a class. Onto an existing label: merges the two.
	 * @param {string} from
	 * @param {string} to
	 * @param {Change[]} [changes] to be queued for the server
	 * @throws {ContractError} noSuchLabel, emptyLabel, longLabel
	 * @example
	 * replica.rename("cat", "lion", [{ op: "rename", from: "cat", to: "lion" }]);
	 */
	rename(from, to, changes = []) {
		this.knn.renameLabel(from, to);
		if (!this.views.has(from) || from === to) return;
		this.followClass(from, to, this.views.has(to));
		// The class that gets the name is another one.
		this.dropOwn(to);
		const relabelled = this.views.rename(from, to).map((view) => this.#rowOf(view));
		this.removals.note([], [from]);
		this.others.touch("class", [from, to]);
		this.#commit({ relabelled, binned: this.bin.rename(from, to) }, changes);
		this.listener.renamed(from, to);
		if (this.others.current) this.others.listener.renamed(from, to, this.others.current.by);
	}

	/**
	 * Puts the classes into this order; those not named follow in their own order. Labels without a class are passed over.
	 * @param {string[]} labels
	 * @param {Change[]} [changes] to be queued for the server; not queued where the order is this one already
	 * @example
	 * replica.order(["dog", "cat"], [{ op: "order", labels: ["dog", "cat"] }]);
	 */
	order(labels, changes = []) {
		const before = this.labels;
		const order = [...new Set([...labels.filter((label) => this.views.has(label)), ...before])];
		if (order.every((label, i) => label === before[i])) return;
		this.knn.orderLabels(order);
		this.others.touch("order");
		this.#commit({}, changes);
	}

	/**
	 * Gives a class another colour or emoji; what is left out stays. Without such a class, or where it has both already, nothing
	 * happens.
	 * @param {string} label
	 * @param {{colour?: number, emoji?: string|null}} style
	 * @param {Change[]} [changes] to be queued for the server
	 * @example
	 * replica.style("cat", { emoji: "🐱" }, [{ op: "style", label: "cat", colour: 0, emoji: "🐱" }]);
	 */
	style(label, style, changes = []) {
		if (!this.views.style(label, style)) return;
		this.others.touch("style", [label]);
		this.#commit({}, changes);
	}

	/**
	 * Switches a class off or on, for this browser alone: its examples stay, and have no vote. Without such a class, or where it
	 * is so already, nothing happens.
	 * @param {string} label
	 * @param {boolean} isOff
	 * @example
	 * replica.switchOff("dog", true);
	 */
	switchOff(label, isOff) {
		if (this.views.switchOff(label, isOff)) this.#commit({}, []);
	}

	/**
	 * Notes who added examples, as the room says.
	 * @param {ReadonlyMap<string, string|null>} contributors ids of who did, by ids of examples; those without one are passed over
	 * @example
	 * replica.attribute(new Map([[id, "device-1"]]));
	 */
	attribute(contributors) {
		const relabelled = this.views.attribute(contributors).map((view) => this.#rowOf(view));
		if (relabelled.length > 0) this.#commit({ relabelled }, []);
	}

	/** @param {import("../state/state.js").ExampleView} view */
	#rowOf({ id, label, group }) {
		const { source: _, ...metadata } = this.views.metadataOf(id);
		return { id, label, group, ...metadata };
	}

	/** @param {string} label @param {number} [colour] @param {string|null} [emoji] */
	#createClass(label, colour, emoji) {
		this.knn.addLabel(label);
		this.views.addClass(label, colour, emoji);
	}

	/**
	 * Puts examples into the bin before they are removed. Of those that another member deletes, only what this browser taught.
	 * @param {string[]} ids
	 * @param {import("./bin.js").DeletedClass|null} ofClass that is deleted with them
	 * @returns {import("./bin.js").BinRow[]}
	 */
	#discard(ids, ofClass) {
		const other = this.others.current;
		const more = { deletedAt: Date.now(), by: other?.by ?? null, byOther: other !== null, ofClass };
		const rows = ids.map((id) => ({ ...this.example(id), ...more })).filter(({ mine }) => mine || !other);
		this.bin.put(rows);
		this.others.touch("example", ids);
		if (other && rows.length > 0) this.others.listener.lost(rows);
		return rows;
	}

	/** @param {(Example & {order: number, serial?: number})[]} examples in order of arrival */
	#insert(examples) {
		/** @type {typeof examples} */
		const inserted = [];
		try {
			for (const example of examples) {
				const { id, label, group, embedding, serial } = example;
				this.knn.addExample(embedding, label, { id, group, serial });
				inserted.push(example);
			}
		} finally {
			this.views.insert(inserted);
		}
	}

	/** @param {string[]} ids of existing examples */
	#removeExamples(ids) {
		const removed = new Set(ids);
		this.knn.removeExamples(removed);
		this.views.remove(removed);
	}

	/**
	 * The classifier has changed: queues, shows and keeps it.
	 * @param {Parameters<ProjectStore["save"]>[1]} stored
	 * @param {Change[]} changes
	 */
	#commit(stored, changes) {
		this.#giveBackOwn();
		// Before it is shown: what looks at the classes then must see that the server doesn't know them all.
		const queued = this.outbox.push(changes);
		this.#publish();
		this.save({ ...stored, queued });
	}

	/** Classes that are back get what they had here; one that a person made here is a new one. */
	#giveBackOwn() {
		for (const { label, isOff, actions } of this.project.ownOfGone ?? []) {
			if (!this.views.has(label)) continue;
			if (this.others.current) {
				this.views.switchOff(label, isOff);
				this.actions.set(label, actions);
				this.project.actions = this.actions.rows();
			}
			this.dropOwn(label);
		}
	}

	#publish() {
		this.revision += 1;
		this.classes.value = this.views.list(this.labels, this.classes.value);
		this.project.classes = this.classes.value.map(({ label, colour, emoji, isOff }) => ({
			...{ label, colour, emoji, enabled: !isOff },
		}));
	}
}
