// What is shown of the classes and examples: colours, thumbnails, and the examples of each class, newest first. Holds no
// embeddings. Only replica.js imports it, and keeps it the same as the classifier.

import { sourceOf, withThumbnail } from "./lazy-picture.js";

/**
 * @typedef {import("../state/state.js").ClassView} ClassView
 * @typedef {import("../state/state.js").ExampleView} ExampleView
 */

/** @typedef {{order: number, picture: Picture, mine: boolean, view: ExampleView}} ExampleMetadata what the classifier doesn't hold */
/** @typedef {{id: string, label: string, group: string|null, thumbnail: Blob|null, order: number, mine?: boolean, contributor?: string|null}} NewExample */
/** @typedef {{key: number, colour: number, emoji: string|null, examples: ExampleView[], isOff: boolean}} ClassMetadata examples: newest first */

export class ClassViews {
	/** @type {Map<string, ExampleMetadata>} */
	#examples = new Map();
	/** @type {Map<string, ClassMetadata>} */
	#classes = new Map();
	#nextOrder = 0;
	#nextKey = 0;
	#lent;

	/** @param {import("./room/lent-pictures.js").LentPictures} lent pictures of others' examples */
	constructor(lent) {
		this.#lent = lent;
	}

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

	/** The lowest colour that no class has. */
	get freeColour() {
		const used = new Set(Array.from(this.#classes.values(), ({ colour }) => colour));
		let lowest = 0;
		while (used.has(lowest)) lowest += 1;
		return lowest;
	}

	/** @param {string} label */
	emojiOf(label) {
		return this.#classes.get(label)?.emoji ?? null;
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

	/**
	 * @param {string} id of an existing example
	 * @returns {{order: number, mine: boolean, contributor: string|null, source: import("./lazy-picture.js").PictureSource|null}}
	 *   source: null: it has no picture
	 */
	metadataOf(id) {
		const { picture, order, mine, view } = /** @type {ExampleMetadata} */ (this.#examples.get(id));
		return { order, mine, contributor: view.contributor ?? null, source: picture.source };
	}

	/** @param {string} id @returns {string|null} id of who added it; null: it is not known, or there is no such example */
	contributorOf(id) {
		return this.#examples.get(id)?.view.contributor ?? null;
	}

	/** @param {string} id */
	orderOf(id) {
		return this.#examples.get(id)?.order ?? 0;
	}

	/**
	 * Adds an empty class; an existing one stays as it is.
	 * @param {string} label
	 * @param {number} [colour] without it, the lowest that no class uses
	 * @param {string|null} [emoji]
	 */
	addClass(label, colour, emoji = null) {
		if (this.#classes.has(label)) return;
		this.#classes.set(label, {
			key: this.#nextKey++,
			colour: colour ?? this.freeColour,
			emoji,
			examples: [],
			isOff: false,
		});
	}

	/**
	 * @param {string} label
	 * @param {{colour?: number, emoji?: string|null}} style what is left out stays
	 * @returns {boolean} whether there is such a class, and it looks different now
	 */
	style(label, { colour, emoji }) {
		const entry = this.#classes.get(label);
		if (!entry) return false;
		const styled = { ...entry, colour: colour ?? entry.colour, emoji: emoji === undefined ? entry.emoji : emoji };
		if (styled.colour === entry.colour && styled.emoji === entry.emoji) return false;
		this.#classes.set(label, styled);
		return true;
	}

	/** The labels of the classes that are switched off. @returns {ReadonlySet<string>} */
	get off() {
		return new Set([...this.#classes].filter(([, { isOff }]) => isOff).map(([label]) => label));
	}

	/** @param {string} label */
	isOff(label) {
		return this.#classes.get(label)?.isOff ?? false;
	}

	/**
	 * @param {string} label
	 * @param {boolean} isOff
	 * @returns {boolean} whether there is such a class, and it was not so before
	 */
	switchOff(label, isOff) {
		const entry = this.#classes.get(label);
		if (!entry || this.isOff(label) === isOff) return false;
		this.#classes.set(label, { ...entry, isOff });
		return true;
	}

	/** @param {NewExample[]} examples in order of arrival */
	insert(examples) {
		/** @type {Map<string, ExampleView[]>} */
		const viewsByLabel = new Map();
		for (const example of examples) {
			const { id, label, group, order } = example;
			const picture = new Picture(example);
			// Rows of an older version don't say whose they are: only this browser's own have pictures.
			const { mine = picture.source !== null, contributor = null } = example;
			const view = this.#makeView({ id, label, group, contributor }, picture);
			this.#examples.set(id, { order, picture, mine, view });
			this.#nextOrder = Math.max(this.#nextOrder, order + 1);
			const views = viewsByLabel.get(label);
			if (views) views.push(view);
			else viewsByLabel.set(label, [view]);
		}
		for (const [label, views] of viewsByLabel) {
			this.addClass(label);
			const entry = /** @type {ClassMetadata} */ (this.#classes.get(label));
			const merged = [...views.reverse(), ...entry.examples];
			// An example that came back has its old place, which is not in front.
			const isOldest = this.orderOf(views[views.length - 1].id) < this.orderOf(entry.examples[0]?.id);
			if (isOldest) merged.sort((a, b) => this.orderOf(b.id) - this.orderOf(a.id));
			this.#classes.set(label, { ...entry, examples: merged });
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
	 * Onto an existing class: merges, and its colour and emoji stay.
	 * @param {string} from an existing class
	 * @param {string} to another label
	 * @returns {ExampleView[]} the examples that got another label
	 */
	rename(from, to) {
		const source = /** @type {ClassMetadata} */ (this.#classes.get(from));
		const { examples } = source;
		const renamed = examples.map((view) => this.#change(view, { label: to }));
		const target = this.#classes.get(to);
		this.#classes.delete(from);
		this.#classes.set(to, {
			...(target ?? source),
			examples: target
				? [...renamed, ...target.examples].sort((a, b) => this.orderOf(b.id) - this.orderOf(a.id))
				: renamed,
		});
		return renamed;
	}

	/**
	 * Notes who added examples.
	 * @param {ReadonlyMap<string, string|null>} contributors ids of who did, by ids of existing examples
	 * @returns {ExampleView[]} the examples of which that is news
	 */
	attribute(contributors) {
		/** @type {ExampleView[]} */
		const changed = [];
		for (const [id, contributor] of contributors) {
			const view = this.#examples.get(id)?.view;
			if (view && view.contributor !== contributor) changed.push(this.#change(view, { contributor }));
		}
		for (const label of new Set(changed.map((view) => view.label))) {
			const entry = /** @type {ClassMetadata} */ (this.#classes.get(label));
			const examples = entry.examples.map(({ id }) => /** @type {ExampleMetadata} */ (this.#examples.get(id)).view);
			this.#classes.set(label, { ...entry, examples });
		}
		return changed;
	}

	/**
	 * @param {readonly string[]} labels all, in class order
	 * @param {readonly ClassView[]} before what was shown; a class that did not change keeps its object
	 * @returns {ClassView[]}
	 */
	list(labels, before) {
		const byLabel = new Map(before.map((view) => [view.label, view]));
		return labels.map((label, index) => {
			const entry = /** @type {ClassMetadata} */ (this.#classes.get(label));
			const { key, colour, emoji, examples, isOff } = entry;
			const old = byLabel.get(label);
			const isSame = old && old.key === key && old.index === index && old.colour === colour && old.emoji === emoji;
			if (isSame && old.examples === examples && old.isOff === isOff) return old;
			return { key, label, index, colour, emoji, count: examples.length, examples, isOff };
		});
	}

	/** Revokes the thumbnails' object URLs. */
	close() {
		for (const id of this.#examples.keys()) this.#closePictures(id);
	}

	/** @param {string} id */
	#forget(id) {
		this.#closePictures(id);
		this.#examples.delete(id);
	}

	/** @param {string} id */
	#closePictures(id) {
		this.#examples.get(id)?.picture.close();
		this.#lent.forget(id);
	}

	/**
	 * @param {Omit<ExampleView, "thumbnailUrl">} example
	 * @param {Picture} picture
	 * @returns {ExampleView}
	 */
	#makeView(example, picture) {
		const lent = this.#lent;
		return {
			...example,
			get thumbnailUrl() {
				return picture.url ?? lent.urlOf(example.id);
			},
		};
	}

	/**
	 * @param {ExampleView} view
	 * @param {{label?: string, contributor?: string|null}} patch
	 */
	#change({ id, label, group, contributor }, patch) {
		const metadata = /** @type {ExampleMetadata} */ (this.#examples.get(id));
		metadata.view = this.#makeView({ id, label, group, contributor, ...patch }, metadata.picture);
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
		// Not the example itself: its embedding would stay in memory with it.
		this.#example = withThumbnail({}, sourceOf(example));
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
