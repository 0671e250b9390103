// Which adapted metric a classifier answers with: one that it fits by itself, or one that was fitted elsewhere and installed.
// knn.js owns one, and the column of squared lengths in its examples is filled here.

import { ContractError } from "../contract/errors.js";
import { fitting } from "./adapted.js";

/** @typedef {import("./adapted.js").Fitted} Fitted */

export class Adaptation {
	#examples;
	/** @type {{fitted: Fitted | null, changes: number} | null} its own fit; made for so many changes */
	#own = null;
	/** @type {{fitted: Fitted, known: Set<string>, revision: number | null} | null} known: the examples that it measured */
	#installed = null;

	/** @param {import("./examples.js").Examples} examples */
	constructor(examples) {
		this.#examples = examples;
	}

	/**
	 * @param {Fitted | null} fitted null: goes back to fitting by itself
	 * @param {number | null} revision
	 * @throws {ContractError} dimension
	 */
	install(fitted, revision) {
		const { dimension } = this.#examples;
		if (fitted && dimension !== null && fitted.mean.length !== dimension) {
			throw new ContractError("dimension", { came: fitted.mean.length, expected: dimension });
		}
		this.#own = null;
		const known = fitted && this.#measure(fitted);
		// Nothing is installed where all that it was fitted on went meanwhile.
		this.#installed = fitted && known && known.size > 0 ? { fitted, known, revision } : null;
	}

	/** How many examples came since the installed metric was fitted; null where none is installed. */
	get missing() {
		return this.#installed && this.#examples.count - this.#installed.known.size;
	}

	/** What the installed metric came with. */
	get revision() {
		return this.#installed?.revision ?? null;
	}

	/** @param {Iterable<string>} ids of examples that are gone */
	forget(ids) {
		for (const id of ids) this.#installed?.known.delete(id);
	}

	/** The metric to answer with; null where it is the cosine. There is an example. */
	get metric() {
		const examples = this.#examples;
		if (this.#installed?.fitted.mean.length === examples.dimension) return this.#installed.fitted;
		if (this.#own?.changes !== examples.changes) {
			const { matrix, norms, count, ids } = examples;
			const vectors = ids.map((_, row) => matrix.values.subarray(row * matrix.d, (row + 1) * matrix.d));
			const classIndices = Int32Array.from({ length: count }, (_, row) => examples.classIndexAt(row));
			const steps = fitting({ ids, vectors, norms, classIndices });
			let step = steps.next();
			while (!step.done) step = steps.next();
			this.#own = { fitted: step.value, changes: examples.changes };
			if (step.value) this.#measure(step.value);
		}
		return this.#own.fitted;
	}

	/**
	 * Takes over how long the examples are in a metric.
	 * @param {Fitted} fitted
	 * @returns {Set<string>} those of its examples that are here
	 */
	#measure({ ids, squares }) {
		const examples = this.#examples;
		/** @type {Set<string>} */
		const known = new Set();
		examples.squares.fill(Number.NaN);
		for (const [i, id] of ids.entries()) {
			if (!examples.has(id)) continue;
			examples.squares[examples.rowOf(id)] = squares[i];
			known.add(id);
		}
		return known;
	}
}
