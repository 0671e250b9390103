// What is shown of the classes and examples: colours, thumbnails, and the examples of each class, newest first. Holds no
// embeddings. Only replica.js imports it, and keeps it the same as the classifier.

import { PALETTE_SIZE } from "../state/state.js";
import { sourceOf } from "./lazy-picture.js";

/**
 * @typedef {import("../state/state.js").ClassView} ClassView
 * @typedef {import("../state/state.js").ExampleView} ExampleView
 */

/** @typedef {{order: number, picture: Picture, view: ExampleView}} ExampleMetadata what the classifier doesn't hold */
/** @typedef {{id: string, label: string, group: string|null, thumbnail: Blob|null, order: number}} NewExample */
/** @typedef {{colour: number, examples: ExampleView[]}} ClassMetadata examples: newest first */

export class ClassViews {
	/** @type {Map<string, ExampleMetadata>} */
	#examples = new Map();
	/** @type {Map<string, ClassMetadata>} */
	#classes = new Map();
	#nextOrder = 0;

	/** The place in the order of arrival that the next example gets. */
	get nextOrder() {
		return this.#nextOrder;
	}

	/** @param {string} label */
	has(label) {
		return this.#classes.has(label);
	}

	/**
	 * @param {string} label
	 * @returns {number|undefined} undefined: there is no such class
	 */
	colourOf(label) {
		return this.#classes.get(label)?.colour;
	}

	/** @returns {string[]} ids of all examples in order of arrival */
	ids() {
		return [...this.#examples].sort(([, a], [, b]) => a.order - b.order).map(([id]) => id);
	}

	/**
	 * @param {string} label
	 * @returns {string[]} ids of the class's examples in order of arrival
	 */
	idsOf(label) {
		return (this.#classes.get(label)?.examples ?? []).map(({ id }) => id).reverse();
	}

	/** @param {string} id */
	thumbnailOf(id) {
		return this.#examples.get(id)?.picture.blob ?? null;
	}

	/**
	 * @param {string} id
	 * @returns {import("./lazy-picture.js").PictureSource|null}
	 */
	pictureOf(id) {
		return this.#examples.get(id)?.picture.source ?? null;
	}

	/** @param {string} id */
	orderOf(id) {
		return this.#examples.get(id)?.order ?? 0;
	}

	/**
	 * Adds an empty class; an existing one stays as it is.
	 * @param {string} label
	 * @param {number} [colour] without it, the lowest palette slot that no class uses
	 */
	addClass(label, colour) {
		if (this.#classes.has(label)) return;
		const used = new Set(Array.from(this.#classes.values(), (entry) => entry.colour));
		let slot = colour ?? 0;
		if (colour === undefined) while (used.has(slot)) slot += 1;
		// More classes than colours: begin again.
		this.#classes.set(label, { colour: slot % PALETTE_SIZE, examples: [] });
	}

	/** @param {NewExample[]} examples in order of arrival */
	insert(examples) {
		/** @type {Map<string, ExampleView[]>} */
		const viewsByLabel = new Map();
		for (const example of examples) {
			const { id, label, group, order } = example;
			const picture = new Picture(example);
			const view = makeView(id, label, group, picture);
			this.#examples.set(id, { order, picture, view });
			this.#nextOrder = Math.max(this.#nextOrder, order + 1);
			const views = viewsByLabel.get(label);
			if (views) views.push(view);
			else viewsByLabel.set(label, [view]);
		}
		for (const [label, views] of viewsByLabel) {
			this.addClass(label);
			const entry = /** @type {ClassMetadata} */ (this.#classes.get(label));
			this.#classes.set(label, { ...entry, examples: [...views.reverse(), ...entry.examples] });
		}
	}

	/** @param {ReadonlySet<string>} ids of existing examples; their classes stay */
	remove(ids) {
		const labels = new Set(Array.from(ids, (id) => this.#examples.get(id)?.view.label));
		for (const id of ids) this.#forget(id);
		for (const label of labels) {
			const entry = label === undefined ? undefined : this.#classes.get(label);
			if (label === undefined || !entry) continue;
			this.#classes.set(label, { ...entry, examples: entry.examples.filter((view) => !ids.has(view.id)) });
		}
	}

	/**
	 * Removes a class and its examples.
	 * @param {string} label
	 */
	clear(label) {
		for (const id of this.idsOf(label)) this.#forget(id);
		this.#classes.delete(label);
	}

	/**
	 * Onto an existing class: merges, and its colour stays.
	 * @param {string} from an existing class
	 * @param {string} to another label
	 * @returns {ExampleView[]} the examples that got another label
	 */
	rename(from, to) {
		const { colour, examples } = /** @type {ClassMetadata} */ (this.#classes.get(from));
		const renamed = examples.map((view) => this.#relabel(view, to));
		const target = this.#classes.get(to);
		this.#classes.delete(from);
		this.#classes.set(to, {
			colour: target ? target.colour : colour,
			examples: target
				? [...renamed, ...target.examples].sort((a, b) => this.orderOf(b.id) - this.orderOf(a.id))
				: renamed,
		});
		return renamed;
	}

	/**
	 * @param {readonly string[]} labels all, in class order
	 * @param {readonly ClassView[]} before what was shown; a class that did not change keeps its object
	 * @returns {ClassView[]}
	 */
	list(labels, before) {
		const byLabel = new Map(before.map((view) => [view.label, view]));
		return labels.map((label, index) => {
			const { colour, examples } = /** @type {ClassMetadata} */ (this.#classes.get(label));
			const old = byLabel.get(label);
			if (old && old.index === index && old.colour === colour && old.examples === examples) return old;
			return { label, index, colour, count: examples.length, examples };
		});
	}

	/** Revokes the thumbnails' object URLs. */
	close() {
		for (const { picture } of this.#examples.values()) picture.close();
	}

	/** @param {string} id */
	#forget(id) {
		this.#examples.get(id)?.picture.close();
		this.#examples.delete(id);
	}

	/**
	 * @param {ExampleView} view
	 * @param {string} label
	 */
	#relabel(view, label) {
		const metadata = /** @type {ExampleMetadata} */ (this.#examples.get(view.id));
		metadata.view = makeView(view.id, label, view.group, metadata.picture);
		return metadata.view;
	}
}

/** An example's thumbnail. Blob and address are made when they are first asked for: most examples are never looked at. */
class Picture {
	#example;
	/** @type {string|null} */
	#url = null;

	/** @param {{thumbnail: Blob|null}} example */
	constructor(example) {
		this.#example = example;
	}

	get blob() {
		return this.#example.thumbnail;
	}

	get source() {
		return sourceOf(this.#example);
	}

	get url() {
		const { blob } = this;
		if (blob) this.#url ??= URL.createObjectURL(blob);
		return this.#url;
	}

	close() {
		if (this.#url) URL.revokeObjectURL(this.#url);
		this.#url = null;
	}
}

/**
 * @param {string} id
 * @param {string} label
 * @param {string|null} group
 * @param {Picture} picture
 * @returns {ExampleView}
 */
function makeView(id, label, group, picture) {
	return {
		id,
		label,
		group,
		get thumbnailUrl() {
			return picture.url;
		},
	};
}
