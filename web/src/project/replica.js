// The browser's copy of the project: the classifier, the outbox, the bin, what is shown, and what the store keeps. Every change goes
// through this module, a person's and another member's alike. One call changes the classifier and the outbox, shows both,
// and keeps both in one transaction. Knows neither the server nor the person.

import { signal } from "@preact/signals";
import { ContractError } from "../contract/errors.js";
import { asLabel } from "../knn/checks.js";
import { newId } from "../knn/ids.js";
import { KNN } from "../knn/knn.js";
import { ClassViews } from "./class-views.js";
import { KeptProject } from "./kept-project.js";
import { withThumbnail } from "./lazy-picture.js";
import { newProject } from "./store.js";

/**
 * @typedef {import("./store.js").Project} Project
 * @typedef {import("./store.js").ProjectStore} ProjectStore
 * @typedef {import("./store.js").StoredExample} StoredExample
 * @typedef {import("./store.js").Change} Change
 * @typedef {import("./store.js").OutboxItem} OutboxItem
 * @typedef {import("../state/state.js").ClassView} ClassView
 */

/**
 * @typedef {object} Example one thing shown, with all that belongs to it
 * @property {string} id
 * @property {string} label
 * @property {string|null} group
 * @property {Float32Array} embedding float32, (d,)
 * @property {Blob|null} thumbnail
 * @property {number} [order] its place in the order of arrival; without one, it is the newest
 * @property {boolean} [mine] whether this browser taught it
 * @property {string|null} [contributor] id of who added it to the room; null: it is not known
 */

/** @typedef {Example & {order: number, mine: boolean, contributor: string|null}} KeptExample */
/** @typedef {{renamed: (from: string, to: string) => void, cleared: (label: string) => void}} ClassListener */

export class Replica extends KeptProject {
	knn = new KNN();
	/** What is shown. */
	classes;
	/** Counts the changes of this visit; `classes` changes with it. */
	revision = 0;
	/**
	 * Told when a class gets another name or is cleared: by a person, by undo, or by another member.
	 * @type {ClassListener}
	 */
	listener = { renamed: () => {}, cleared: () => {} };
	#views = new ClassViews(this.lent);

	/**
	 * @param {Project} [project] until `open` gives another: an empty one without a model
	 * @param {ProjectStore|null} [store] null: nothing is kept
	 * @param {import("@preact/signals").Signal<ClassView[]>} [classes]
	 * @example
	 * const replica = new Replica(newProject("mobilenet"), store);
	 * replica.addLabel("cat");
	 * replica.add([{ id, label: "cat", group: null, embedding, thumbnail: null }]);
	 * replica.classes.value; // [{ label: "cat", index: 0, colour: 0, emoji: null, count: 1, examples: […] }]
	 */
	constructor(project = newProject(""), store = null, classes = signal(/** @type {ClassView[]} */ ([]))) {
		super(project, store);
		this.classes = classes;
	}

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
		this.#views.close();
		this.#views = new ClassViews(this.lent);
		this.keep({ project, store, queued, binned });
		// Rows of an older version have no emoji.
		for (const { label, colour, emoji = null } of project.classes) this.#createClass(label, colour, emoji);
		this.#insert(examples);
		this.#publish();
	}

	/** The number of examples. @example replica.count; // 2 */
	get count() {
		return this.knn.getCount();
	}

	/** The labels in class order. @example replica.labels; // ["cat", "dog"] */
	get labels() {
		return this.knn.getLabels();
	}

	/**
	 * @param {string} id
	 * @returns {KeptExample} all of it, for the server or for undo
	 * @throws {ContractError} noSuchExample
	 * @example
	 * const { label, group, embedding } = replica.example(id);
	 */
	example(id) {
		const { label, group, embedding } = this.knn.getExample(id);
		const { source, ...metadata } = this.#views.metadataOf(id);
		return withThumbnail({ id, label, group: group ?? null, embedding, ...metadata }, source);
	}

	/**
	 * Returns all examples in order of arrival, without their embeddings. source: where the picture lies; null: it has none.
	 * @example
	 * replica.outline()[0]; // { id: "a", label: "cat", group: null, source: null }
	 */
	outline() {
		const byId = new Map(this.knn.outline().map((example) => [example.id, example]));
		return this.ids().map((id) => {
			const { label, group } = /** @type {import("../knn/examples.js").ExampleInfo} */ (byId.get(id));
			return { id, label, group: group ?? null, source: this.#views.metadataOf(id).source };
		});
	}

	/** Returns the ids of all examples in order of arrival. @example replica.ids().at(-1); // the newest example */
	ids() {
		return this.#views.ids();
	}

	/** @param {string} label @returns {string[]} ids of its examples in order of arrival @example replica.idsOf("cat").length; // 1 */
	idsOf(label) {
		return this.#views.idsOf(label);
	}

	/** @param {string} id @returns {string|null} id of who added an example; null: it is not known @example replica.contributorOf(id); */
	contributorOf(id) {
		return this.#views.contributorOf(id);
	}

	/** @param {string} label @returns {number|undefined} undefined: no such class @example replica.colourOf("cat"); // 0 */
	colourOf(label) {
		return this.#views.colourOf(label);
	}

	/** The lowest colour that no class has. */
	get freeColour() {
		return this.#views.freeColour;
	}

	/** @param {string} label @returns {string|null} null: no emoji, or no such class @example replica.emojiOf("cat"); // "🐱" */
	emojiOf(label) {
		return this.#views.emojiOf(label);
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
		let nextOrder = Math.max(this.#views.nextOrder, this.bin.nextOrder);
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
		const binned = this.#discard(removed, { id: newId(), label, ...look, actions: this.actions.of(label) });
		this.followClass(label);
		this.others.touch("class", [label]);
		if (this.#views.has(label)) this.knn.clearLabel(label);
		this.#views.clear(label);
		this.removals.note(removed, [label]);
		this.#commit({ removed, binned }, changes);
		this.listener.cleared(label);
	}

	/** Refuses what `rename` would refuse, and changes nothing. @param {string} from @param {string} to */
	checkRename(from, to) {
		if (!this.#views.has(from)) throw new ContractError("noSuchLabel", { came: from });
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
		if (!this.#views.has(from) || from === to) return;
		this.followClass(from, to, this.#views.has(to));
		const relabelled = this.#views.rename(from, to).map((view) => this.#rowOf(view));
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
		const order = [...new Set([...labels.filter((label) => this.#views.has(label)), ...before])];
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
		if (!this.#views.style(label, style)) return;
		this.others.touch("style", [label]);
		this.#commit({}, changes);
	}

	/**
	 * Notes who added examples, as the room says.
	 * @param {ReadonlyMap<string, string|null>} contributors ids of who did, by ids of examples; those without one are passed over
	 * @example
	 * replica.attribute(new Map([[id, "device-1"]]));
	 */
	attribute(contributors) {
		const relabelled = this.#views.attribute(contributors).map((view) => this.#rowOf(view));
		if (relabelled.length > 0) this.#commit({ relabelled }, []);
	}

	/** Revokes the thumbnails' object URLs. */
	close() {
		this.#views.close();
	}

	/** @param {import("../state/state.js").ExampleView} view */
	#rowOf({ id, label, group }) {
		const { source: _, ...metadata } = this.#views.metadataOf(id);
		return { id, label, group, ...metadata };
	}

	/** @param {string} label @param {number} [colour] @param {string|null} [emoji] */
	#createClass(label, colour, emoji) {
		this.knn.addLabel(label);
		this.#views.addClass(label, colour, emoji);
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
			this.#views.insert(inserted);
		}
	}

	/** @param {string[]} ids of existing examples */
	#removeExamples(ids) {
		const removed = new Set(ids);
		this.knn.removeExamples(removed);
		this.#views.remove(removed);
	}

	/**
	 * The classifier has changed: queues, shows and keeps it.
	 * @param {Parameters<ProjectStore["save"]>[1]} stored
	 * @param {Change[]} changes
	 */
	#commit(stored, changes) {
		// Before it is shown: what looks at the classes then must see that the server doesn't know them all.
		const queued = this.outbox.push(changes);
		this.#publish();
		this.save({ ...stored, queued });
	}

	#publish() {
		this.revision += 1;
		this.classes.value = this.#views.list(this.labels, this.classes.value);
		this.project.classes = this.classes.value.map(({ label, colour, emoji }) => ({ label, colour, emoji }));
	}
}
