// The browser's copy of the project: the classifier, the outbox, what is shown, and what the store keeps. Every change goes
// through this module, a person's and another member's alike. One call changes the classifier and the outbox, shows both,
// and keeps both in one transaction. Knows neither the server nor the person.

import { signal } from "@preact/signals";
import { ContractError } from "../contract/errors.js";
import { asLabel } from "../knn/checks.js";
import { KNN } from "../knn/knn.js";
import { ClassViews } from "./class-views.js";
import { withThumbnail } from "./lazy-picture.js";
import { Outbox } from "./outbox.js";
import { NO_STORE, newProject } from "./store.js";

/**
 * @typedef {import("./store.js").Project} Project
 * @typedef {import("./store.js").ProjectStore} ProjectStore
 * @typedef {import("./store.js").StoredExample} StoredExample
 * @typedef {import("./store.js").Change} Change
 * @typedef {import("./store.js").OutboxItem} OutboxItem
 * @typedef {import("../state/state.js").ClassView} ClassView
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 */

/**
 * @typedef {object} Example one thing shown, with all that belongs to it
 * @property {string} id
 * @property {string} label
 * @property {string|null} group
 * @property {Float32Array} embedding float32, (d,)
 * @property {Blob|null} thumbnail
 */

/** @typedef {{renamed: (from: string, to: string) => void, cleared: (label: string) => void}} ClassListener */

export class Replica {
	knn = new KNN();
	/** Changes that the server has not confirmed. */
	outbox = new Outbox();
	/** @type {Project} */
	project;
	/** What is shown. */
	classes;
	/** Counts the changes of this visit; `classes` changes with it. */
	revision = 0;
	/**
	 * Told when a class gets another name or is cleared: by a person, by undo, or by another member.
	 * @type {ClassListener}
	 */
	listener = { renamed: () => {}, cleared: () => {} };
	/** @type {ProjectStore} */
	#store;
	#views = new ClassViews();

	/**
	 * @param {Project} [project] until `open` gives another: an empty one without a model
	 * @param {ProjectStore|null} [store] null: nothing is kept
	 * @param {import("@preact/signals").Signal<ClassView[]>} [classes]
	 * @example
	 * const replica = new Replica(newProject("mobilenet"), store);
	 * replica.addLabel("cat");
	 * replica.add([{ id, label: "cat", group: null, embedding, thumbnail: null }]);
	 * replica.classes.value; // [{ label: "cat", index: 0, colour: 0, count: 1, examples: […] }]
	 */
	constructor(project = newProject(""), store = null, classes = signal(/** @type {ClassView[]} */ ([]))) {
		this.project = project;
		this.#store = store ?? NO_STORE;
		this.classes = classes;
	}

	/**
	 * Goes on with a project as the store has it, in place of the one before.
	 * @param {object} kept
	 * @param {Project} kept.project
	 * @param {ProjectStore|null} [kept.store] null: nothing is kept
	 * @param {StoredExample[]} [kept.examples] in order of arrival
	 * @param {OutboxItem[]} [kept.queued] oldest first
	 * @example
	 * replica.open({ project, store, examples: await store.examples(project.id), queued: await store.outbox(project.id) });
	 */
	open({ project, store = null, examples = [], queued = [] }) {
		this.knn.clearAllLabels();
		this.#views.close();
		this.#views = new ClassViews();
		this.project = project;
		this.#store = store ?? NO_STORE;
		this.outbox.load(queued);
		for (const { label, colour } of project.classes) this.#createClass(label, colour);
		this.#insert(examples);
		this.#publish();
	}

	/**
	 * @returns {number} of examples
	 * @example
	 * replica.count; // 2
	 */
	get count() {
		return this.knn.getCount();
	}

	/**
	 * @returns {string[]} in class order
	 * @example
	 * replica.labels; // ["cat", "dog"]
	 */
	get labels() {
		return this.knn.getLabels();
	}

	/**
	 * @param {string} id
	 * @returns {Example} all of it, for the server or for undo
	 * @throws {ContractError} noSuchExample
	 * @example
	 * const { label, group, embedding } = replica.example(id);
	 */
	example(id) {
		const { label, group, embedding } = this.knn.getExample(id);
		return withThumbnail({ id, label, group: group ?? null, embedding }, this.#views.pictureOf(id));
	}

	/**
	 * @returns {string[]} ids of all examples in order of arrival
	 * @example
	 * replica.ids().at(-1); // the newest example
	 */
	ids() {
		return this.#views.ids();
	}

	/**
	 * @param {string} label
	 * @returns {string[]} ids of the class's examples in order of arrival
	 * @example
	 * replica.idsOf("cat").length; // 1
	 */
	idsOf(label) {
		return this.#views.idsOf(label);
	}

	/**
	 * @param {string} label
	 * @returns {number|undefined} undefined: there is no such class
	 * @example
	 * if (replica.colourOf("cat") === undefined) replica.addLabel("cat");
	 */
	colourOf(label) {
		return this.#views.colourOf(label);
	}

	/**
	 * Adds examples; existing ones are left as they are.
	 * @param {Example[]} examples
	 * @param {Change[]} [changes] to be queued for the server
	 * @throws {ContractError} the classifier's, at the first example that it refuses; then nothing is queued
	 * @example
	 * // A person's change, with what the server has to be told; without `changes`, the server knows it already.
	 * replica.add([example], [{ op: "add", id: example.id, label: example.label }]);
	 */
	add(examples, changes = []) {
		const { nextOrder } = this.#views;
		const added = examples
			.filter(({ id }) => !this.knn.has(id))
			.map((example, i) => ({ ...example, order: nextOrder + i }));
		this.#insert(added);
		this.#commit({ added }, changes);
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
		this.#removeExamples(removed);
		this.#commit({ removed }, changes);
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
			.map(({ id, label }) => ({
				...this.example(id),
				order: this.#views.orderOf(id),
				serial: serialOf.get(id),
				label,
			}))
			.filter(({ id, label }) => label !== this.knn.getExample(id).label);
		this.#removeExamples(relabelled.map(({ id }) => id));
		this.#insert(relabelled);
		this.#commit({ relabelled }, changes);
	}

	/**
	 * Adds an empty class; an existing one stays as it is.
	 * @param {string} label
	 * @param {Change[]} [changes] to be queued for the server
	 * @param {number} [colour] the palette slot that it had before
	 * @example
	 * replica.addLabel("cat", [{ op: "label", label: "cat" }]);
	 */
	addLabel(label, changes = [], colour) {
		this.#createClass(label, colour);
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
		if (this.#views.has(label)) this.knn.clearLabel(label);
		this.#views.clear(label);
		this.#commit({ removed }, changes);
		this.listener.cleared(label);
	}

	/**
	 * Refuses what `rename` would refuse, and changes nothing.
	 * @param {string} from
	 * @param {string} to
	 * @throws {ContractError} noSuchLabel, emptyLabel, longLabel
	 */
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
		const relabelled = this.#views
			.rename(from, to)
			.map(({ id, label, group }) => ({ id, label, group, order: this.#views.orderOf(id) }));
		this.#commit({ relabelled }, changes);
		this.listener.renamed(from, to);
	}

	/**
	 * Takes over the server's class order. Classes that the server doesn't know follow in their own order.
	 * @param {string[]} labels
	 * @example
	 * replica.order(["dog", "cat"]);
	 */
	order(labels) {
		const before = this.labels;
		const first = labels.filter((label) => this.#views.has(label));
		const known = new Set(first);
		const order = [...first, ...before.filter((label) => !known.has(label))];
		if (order.every((label, i) => label === before[i])) return;
		this.knn.orderLabels(order);
		this.#commit({}, []);
	}

	/**
	 * Sets how the project classifies from now on.
	 * @param {ClassifierSettings} settings
	 * @param {Change[]} [changes] to be queued for the server
	 * @example
	 * replica.configure({ ...replica.project.settings, k: 5 }, [{ op: "configure" }]);
	 */
	configure(settings, changes = []) {
		this.project.settings = { ...settings };
		this.queue(changes);
	}

	/** @param {string} name the project's */
	setName(name) {
		this.project.name = name;
		this.save();
	}

	/**
	 * Queues changes that the replica shows already.
	 * @param {Change[]} changes
	 * @param {{emptyFirst?: boolean}} [options] emptyFirst: they replace all that waited
	 * @example
	 * replica.queue([{ op: "configure" }]);
	 */
	queue(changes, { emptyFirst = false } = {}) {
		const sent = emptyFirst ? this.outbox.items.map(({ n }) => n) : [];
		if (emptyFirst) this.outbox.empty();
		this.#store.save(this.project, { sent, queued: this.outbox.push(changes) });
	}

	/** @param {OutboxItem} item replaces the queued change of the same place */
	replaceQueued(item) {
		this.outbox.replace(item);
		this.#store.save(this.project, { queued: [item] });
	}

	/**
	 * @param {number} place of a queued change that the server confirmed
	 * @example
	 * replica.project.revision = ack.revision;
	 * replica.confirm(item.n);
	 */
	confirm(place) {
		this.outbox.remove(place);
		this.#store.save(this.project, { sent: [place] });
	}

	/** Keeps the project's own row: name, room, revision, settings, classes. */
	save() {
		this.#store.save(this.project);
	}

	/** Revokes the thumbnails' object URLs. */
	close() {
		this.#views.close();
	}

	/**
	 * @param {string} label
	 * @param {number} [colour]
	 */
	#createClass(label, colour) {
		this.knn.addLabel(label);
		this.#views.addClass(label, colour);
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
		this.#store.save(this.project, { ...stored, queued });
	}

	#publish() {
		this.revision += 1;
		this.classes.value = this.#views.list(this.labels, this.classes.value);
		this.project.classes = this.classes.value.map(({ label, colour }) => ({ label, colour }));
	}
}
