// What a project holds, to be read: the classifier, its classes and examples, and which of them vote. Only replica.js changes it,
// and is one of these.

import { signal } from "@preact/signals";
import { KNN } from "../knn/knn.js";
import { Voters } from "../knn/voters.js";
import { ClassViews } from "./class-views.js";
import { KeptProject } from "./kept-project.js";
import { withThumbnail } from "./lazy-picture.js";
import { newProject } from "./store.js";

/**
 * @typedef {import("./store.js").Project} Project
 * @typedef {import("./store.js").ProjectStore} ProjectStore
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

export class ProjectContents extends KeptProject {
	knn = new KNN();
	/** What is shown. */
	classes;
	/** Counts the changes of this visit; `classes` changes with it. */
	revision = 0;
	/** For replica.js, which keeps it the same as the classifier. */
	views = new ClassViews(this.lent);
	#voters = new Voters(this.knn);
	/** Of which revision the labels are. @type {{revision: number, labels: ReadonlySet<string>}} */
	#off = { revision: -1, labels: new Set() };

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
		const { source, ...metadata } = this.views.metadataOf(id);
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
			return { id, label, group: group ?? null, source: this.views.metadataOf(id).source };
		});
	}

	/** Returns the ids of all examples in order of arrival. @example replica.ids().at(-1); // the newest example */
	ids() {
		return this.views.ids();
	}

	/** @param {string} label @returns {string[]} ids of its examples in order of arrival @example replica.idsOf("cat").length; // 1 */
	idsOf(label) {
		return this.views.idsOf(label);
	}

	/** @param {string} id @returns {string|null} id of who added an example; null: it is not known @example replica.contributorOf(id); */
	contributorOf(id) {
		return this.views.contributorOf(id);
	}

	/** @param {string} label @returns {number|undefined} undefined: no such class @example replica.colourOf("cat"); // 0 */
	colourOf(label) {
		return this.views.colourOf(label);
	}

	/** The lowest colour that no class has. */
	get freeColour() {
		return this.views.freeColour;
	}

	/** @param {string} label @returns {string|null} null: no emoji, or no such class @example replica.emojiOf("cat"); // "🐱" */
	emojiOf(label) {
		return this.views.emojiOf(label);
	}

	/** @param {string} label @returns {boolean} whether the class is switched off @example replica.isOff("cat"); // false */
	isOff(label) {
		return this.views.isOff(label);
	}

	/** The classifier that answers: all examples but those of classes that are switched off. @example replica.voters.classify(embedding); */
	get voters() {
		return this.#voters.get(this.#offLabels, this.revision);
	}

	/** Whether all examples vote. */
	get allVote() {
		return this.#offLabels.size === 0;
	}

	/** The labels of the classes that are switched off; gathered once a revision, since every frame asks. */
	get #offLabels() {
		if (this.#off.revision !== this.revision) this.#off = { revision: this.revision, labels: this.views.off };
		return this.#off.labels;
	}

	/** Forgets what was shown: another project is opened. */
	forgetViews() {
		this.views.close();
		this.views = new ClassViews(this.lent);
	}

	/** Revokes the thumbnails' object URLs. */
	close() {
		this.views.close();
	}
}
