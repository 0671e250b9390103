// Those of a classifier's examples that vote, while some classes are switched off: a classifier of its own, with the same classes in
// the same order, that follows the first one.

import { KNN } from "./knn.js";

export class Voters {
	#knn;
	/** Null: all vote. @type {KNN|null} */
	#some = null;
	/** What it has followed: the revision of its last look. @type {number|null} */
	#revision = null;

	/** @param {KNN} knn all examples */
	constructor(knn) {
		this.#knn = knn;
	}

	/**
	 * @param {ReadonlySet<string>} off labels of the classes that are switched off
	 * @param {number} revision that changes with every change of examples, classes and `off`
	 * @returns {KNN} the classifier itself where all vote
	 * @example
	 * new Voters(knn).get(new Set(["dog"]), 7).classify(embedding).label; // never "dog"
	 */
	get(off, revision) {
		if (off.size === 0) {
			this.#some = null;
			this.#revision = null;
			return this.#knn;
		}
		this.#some ??= new KNN();
		if (this.#revision !== revision) follow(this.#some, this.#knn, off);
		this.#revision = revision;
		return this.#some;
	}
}

/**
 * Makes the one the same as the other, but for the examples that don't vote. What is the same already stays.
 * @param {KNN} some
 * @param {KNN} knn
 * @param {ReadonlySet<string>} off
 */
function follow(some, knn, off) {
	const serials = knn.serials();
	const wanted = new Map(
		knn
			.outline()
			.flatMap((example, row) => (off.has(example.label) ? [] : [[example.id, { ...example, serial: serials[row] }]])),
	);
	const present = some.serials();
	const gone = some.outline().filter(({ id, label }, row) => {
		const same = wanted.get(id);
		return !same || same.label !== label || same.serial !== present[row];
	});
	some.removeExamples(gone.map(({ id }) => id));
	const labels = new Set(knn.getLabels());
	for (const label of some.getLabels()) if (!labels.has(label)) some.clearLabel(label);
	for (const label of labels) some.addLabel(label);
	for (const [id, { label, group, serial }] of wanted) {
		if (!some.has(id)) some.addExample(knn.getExample(id).embedding, label, { id, group, serial });
	}
	some.orderLabels([...labels]);
}
