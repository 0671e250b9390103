// The browser's own copy of the project: the classifier, the thumbnails and the colours, what is
// shown of them, and what is kept of them. Every change, whether made here or by others, goes
// through this module; it knows neither the server nor the person.

import { signal } from "@preact/signals";
import { ContractError } from "../contract/errors.js";
import { asLabel } from "../knn/checks.js";
import { KNN } from "../knn/knn.js";
import { PALETTE_SIZE } from "../state/state.js";

/**
 * @typedef {import("./store.js").Project} Project
 * @typedef {import("./store.js").StoredExample} StoredExample
 * @typedef {import("./store.js").OutboxItem} OutboxItem
 * @typedef {import("../state/state.js").ClassView} ClassView
 * @typedef {import("../state/state.js").ExampleView} ExampleView
 */

/**
 * @typedef {object} Example one thing shown, with all that belongs to it
 * @property {string} id
 * @property {string} label
 * @property {string|null} group
 * @property {Float32Array} embedding float32, (d,)
 * @property {Blob|null} thumbnail
 */

/** @typedef {{order: number, thumbnail: Blob|null, view: ExampleView}} ExampleMetadata what the classifier doesn't hold */
/** @typedef {{colour: number, examples: ExampleView[]}} Shown */

export class Replica {
	knn = new KNN();
	/** @type {Project} */
	project;
	/** What is shown. */
	classes;
	/** Counts the changes here, of this visit; `classes` changes with it. */
	revision = 0;
	/**
	 * Told when a class gets another name or goes, whoever did it: a person, undo, or another member.
	 * @type {{renamed: (from: string, to: string) => void, cleared: (label: string) => void}|null}
	 */
	listener = null;
	#store;
	/** @type {Map<string, ExampleMetadata>} */
	#metadata = new Map();
	/** @type {Map<string, Shown>} */
	#shown = new Map();
	#nextOrder = 0;

	/**
	 * @param {Project} project
	 * @param {import("./store.js").Store|null} store null: keeps nothing
	 * @param {import("@preact/signals").Signal<ClassView[]>} [classes]
	 */
	constructor(project, store, classes = signal(/** @type {ClassView[]} */ ([]))) {
		this.project = project;
		this.#store = store;
		this.classes = classes;
	}

	/**
	 * Takes in what the store holds of the project.
	 * @param {StoredExample[]} examples in order of arrival
	 */
	load(examples) {
		for (const { label, colour } of this.project.classes) this.#open(label, colour);
		this.#insert(examples);
		this.#publish();
	}

	/** @returns {number} */
	get count() {
		return this.knn.getCount();
	}

	/** @returns {string[]} in class order */
	get labels() {
		return this.knn.getLabels();
	}

	/**
	 * @param {string} id
	 * @returns {Example} all of it, for the server or for undo
	 * @throws {import("../contract/errors.js").ContractError} noSuchExample
	 */
	example(id) {
		const { label, group, embedding } = this.knn.getExample(id);
		return { id, label, group: group ?? null, embedding, thumbnail: this.#metadata.get(id)?.thumbnail ?? null };
	}

	/** @returns {string[]} all examples' ids in order of arrival */
	ids() {
		return [...this.#metadata].sort(([, a], [, b]) => a.order - b.order).map(([id]) => id);
	}

	/**
	 * @param {string} label
	 * @returns {string[]} its examples' ids in order of arrival
	 */
	idsOf(label) {
		return (this.#shown.get(label)?.examples ?? []).map(({ id }) => id).reverse();
	}

	/**
	 * @param {string} label
	 * @returns {number|undefined}
	 */
	colourOf(label) {
		return this.#shown.get(label)?.colour;
	}

	/**
	 * Adds examples; those that are there already are left as they are.
	 * @param {Example[]} examples
	 * @param {OutboxItem[]} [queued] what the server has to be told of it
	 * @throws {import("../contract/errors.js").ContractError} the classifier's, at the first example that it refuses
	 */
	add(examples, queued = []) {
		const added = examples
			.filter(({ id }) => !this.knn.has(id))
			.map((example, i) => ({ ...example, order: this.#nextOrder + i }));
		this.#insert(added);
		this.#publish();
		this.#save({ added, queued });
	}

	/**
	 * Removes the examples of these ids that are there; their classes stay.
	 * @param {string[]} ids
	 * @param {OutboxItem[]} [queued]
	 */
	remove(ids, queued = []) {
		const removed = ids.filter((id) => this.knn.has(id));
		this.#take(removed);
		this.#publish();
		this.#save({ removed, queued });
	}

	/**
	 * Gives examples another label.
	 * @param {{id: string, label: string}[]} examples that are there
	 * @param {OutboxItem[]} [queued]
	 */
	relabel(examples, queued = []) {
		const relabelled = examples
			.map(({ id, label }) => ({ ...this.example(id), order: this.#orderOf(id), from: this.example(id).label, label }))
			.filter(({ from, label }) => from !== label);
		this.#take(relabelled.map(({ id }) => id));
		this.#insert(relabelled);
		this.#publish();
		this.#save({ relabelled, queued });
	}

	/**
	 * An empty class; one that is there stays as it is.
	 * @param {string} label
	 * @param {OutboxItem[]} [queued]
	 * @param {number} [colour] the palette slot it had before
	 */
	addLabel(label, queued = [], colour) {
		this.knn.addLabel(label);
		this.#open(label, colour);
		this.#publish();
		this.#save({ queued });
	}

	/**
	 * Removes a class and its examples.
	 * @param {string} label
	 * @param {OutboxItem[]} [queued]
	 */
	clear(label, queued = []) {
		const removed = this.idsOf(label);
		if (this.#shown.delete(label)) this.knn.clearLabel(label);
		for (const id of removed) this.#forget(id);
		this.#publish();
		this.#save({ removed, queued });
		this.listener?.cleared(label);
	}

	/**
	 * Refuses what `rename` would, and changes nothing.
	 * @param {string} from
	 * @param {string} to
	 * @throws {import("../contract/errors.js").ContractError} noSuchLabel, emptyLabel, longLabel
	 */
	checkRename(from, to) {
		if (!this.#shown.has(from)) throw new ContractError("noSuchLabel", { came: from });
		asLabel(to);
	}

	/**
	 * Onto an existing label: merges.
	 * @param {string} from
	 * @param {string} to
	 * @param {OutboxItem[]} [queued]
	 * @throws {import("../contract/errors.js").ContractError} noSuchLabel, emptyLabel, longLabel
	 */
	rename(from, to, queued = []) {
		this.knn.renameLabel(from, to);
		const old = this.#shown.get(from);
		if (!old || from === to) return;
		const moved = old.examples.map((view) => this.#relabelled(view, to));
		const into = this.#shown.get(to);
		this.#shown.delete(from);
		this.#shown.set(to, {
			colour: into ? into.colour : old.colour,
			examples: into ? [...moved, ...into.examples].sort((a, b) => this.#orderOf(b.id) - this.#orderOf(a.id)) : moved,
		});
		const relabelled = moved.map(({ id, label, group }) => ({ id, label, group, order: this.#orderOf(id) }));
		this.#publish();
		this.#save({ relabelled, queued });
		this.listener?.renamed(from, to);
	}

	/**
	 * The server's class order; classes it doesn't know follow in their own.
	 * @param {string[]} labels
	 */
	order(labels) {
		const here = this.labels;
		const first = labels.filter((label) => this.#shown.has(label));
		const known = new Set(first);
		const order = [...first, ...here.filter((label) => !known.has(label))];
		if (order.every((label, i) => label === here[i])) return;
		this.knn.orderLabels(order);
		this.#publish();
		this.#save({});
	}

	/**
	 * Keeps the project as it is now, and what became of the queue.
	 * @param {{queued?: OutboxItem[], sent?: number[], emptyOutbox?: boolean}} change
	 */
	keep(change) {
		this.#save(change);
	}

	/** Lets go of the thumbnails' addresses. */
	close() {
		for (const { view } of this.#metadata.values()) if (view.thumbnailUrl) URL.revokeObjectURL(view.thumbnailUrl);
	}

	/**
	 * @param {string} label
	 * @param {number} [colour]
	 */
	#open(label, colour) {
		this.knn.addLabel(label);
		if (this.#shown.has(label)) return;
		const used = new Set(Array.from(this.#shown.values(), (shown) => shown.colour));
		let slot = colour ?? 0;
		if (colour === undefined) while (used.has(slot)) slot += 1;
		// More classes than colours: begin again.
		this.#shown.set(label, { colour: slot % PALETTE_SIZE, examples: [] });
	}

	/** @param {(Example & {order: number})[]} examples in order of arrival */
	#insert(examples) {
		/** @type {Map<string, ExampleView[]>} */
		const fresh = new Map();
		try {
			for (const { id, label, group, embedding, thumbnail, order } of examples) {
				this.knn.addExample(embedding, label, { id, group });
				const view = { id, label, group, thumbnailUrl: thumbnail ? URL.createObjectURL(thumbnail) : null };
				this.#metadata.set(id, { order, thumbnail, view });
				this.#nextOrder = Math.max(this.#nextOrder, order + 1);
				const views = fresh.get(label);
				if (views) views.push(view);
				else fresh.set(label, [view]);
			}
		} finally {
			for (const [label, views] of fresh) {
				this.#open(label);
				const shown = /** @type {Shown} */ (this.#shown.get(label));
				this.#shown.set(label, { ...shown, examples: [...views.reverse(), ...shown.examples] });
			}
		}
	}

	/** @param {string[]} ids of examples that are there */
	#take(ids) {
		const labels = new Set(ids.map((id) => this.knn.getExample(id).label));
		const gone = new Set(ids);
		this.knn.removeExamples(gone);
		for (const id of gone) this.#forget(id);
		for (const label of labels) {
			const shown = /** @type {Shown} */ (this.#shown.get(label));
			this.#shown.set(label, { ...shown, examples: shown.examples.filter((view) => !gone.has(view.id)) });
		}
	}

	/** @param {string} id of an example that the classifier no longer has */
	#forget(id) {
		const url = this.#metadata.get(id)?.view.thumbnailUrl;
		if (url) URL.revokeObjectURL(url);
		this.#metadata.delete(id);
	}

	/**
	 * @param {ExampleView} view
	 * @param {string} label
	 */
	#relabelled(view, label) {
		const beside = /** @type {ExampleMetadata} */ (this.#metadata.get(view.id));
		beside.view = { ...view, label };
		return beside.view;
	}

	/** @param {string} id */
	#orderOf(id) {
		return this.#metadata.get(id)?.order ?? 0;
	}

	/** Shows the classes as they are now; a class that did not change keeps its object. */
	#publish() {
		this.revision += 1;
		const before = new Map(this.classes.value.map((view) => [view.label, view]));
		this.classes.value = this.labels.map((label, index) => {
			const { colour, examples } = /** @type {Shown} */ (this.#shown.get(label));
			const old = before.get(label);
			if (old && old.index === index && old.colour === colour && old.examples === examples) return old;
			return { label, index, colour, count: examples.length, examples };
		});
		this.project.classes = this.classes.value.map(({ label, colour }) => ({ label, colour }));
	}

	/** @param {Parameters<import("./store.js").Store["save"]>[1]} change */
	#save(change) {
		this.#store?.save(this.project, change);
	}
}
