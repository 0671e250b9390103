// Which adapted metric a classifier answers with: one that was fitted elsewhere and installed, or else one that it fits itself.
// knn.js owns one. It also fills the column of |z|² in the examples. The twin is server/knn/adaptation.py.

import { ContractError } from "../contract/errors.js";
import { fitExamples } from "./adapted.js";

/** @typedef {import("./adapted.js").Fitted} Fitted */

export class Adaptation {
	#examples;
	/** @type {{fitted: Fitted | null, changes: number} | null} its own fit, and the examples' `changes` at that time */
	#own = null;
	/** @type {{fitted: Fitted, known: Set<string>, revision: number | null} | null} known: the examples that it was fitted with */
	#installed = null;

	/** @param {import("./examples.js").Examples} examples */
	constructor(examples) {
		this.#examples = examples;
	}

	/**
	 * Installs a metric that was fitted elsewhere.
	 * @param {Fitted | null} fitted null: fits by itself again
	 * @param {number | null} revision when it was fitted, as the caller counts
	 * @throws {ContractError} dimension
	 */
	install(fitted, revision) {
		const { dimension } = this.#examples;
		if (fitted && dimension !== null && fitted.mean.length !== dimension) {
			throw new ContractError("dimension", { came: fitted.mean.length, expected: dimension });
		}
		this.#own = null;
		const known = fitted && this.#copySquares(fitted);
		// If all examples that it was fitted on are gone by now, nothing is installed.
		this.#installed = fitted && known && known.size > 0 ? { fitted, known, revision } : null;
	}

	/** How many examples have been added since the installed metric was fitted; null: none is installed. */
	get missing() {
		return this.#installed && this.#examples.count - this.#installed.known.size;
	}

	/** The revision that the installed metric was installed with. */
	get revision() {
		return this.#installed?.revision ?? null;
	}

	/** @param {Iterable<string>} ids of examples that were removed */
	forget(ids) {
		for (const id of ids) this.#installed?.known.delete(id);
	}

	/** The metric to answer with; null: it is the cosine. There must be an example. */
	get metric() {
		const examples = this.#examples;
		if (this.#installed?.fitted.mean.length === examples.dimension) return this.#installed.fitted;
		if (this.#own?.changes !== examples.changes) {
			const { matrix, norms, count, ids } = examples;
			const embeddings = ids.map((_, row) => matrix.values.subarray(row * matrix.d, (row + 1) * matrix.d));
			const classIndices = Int32Array.from({ length: count }, (_, row) => examples.classIndexAt(row));
			const steps = fitExamples({ ids, embeddings, norms, classIndices });
			let step = steps.next();
			while (!step.done) step = steps.next();
			this.#own = { fitted: step.value, changes: examples.changes };
			if (step.value) this.#copySquares(step.value);
		}
		return this.#own.fitted;
	}

	/**
	 * Copies |z|² of the examples that were measured at the fit; of all others it is unknown.
	 * @param {Fitted} fitted
	 * @returns {Set<string>} the ids of those examples that are still there
	 */
	#copySquares({ ids, squares, serials }) {
		const examples = this.#examples;
		/** @type {Set<string>} */
		const known = new Set();
		const current = examples.serials;
		examples.squares.fill(Number.NaN);
		for (const [i, id] of ids.entries()) {
			if (!examples.has(id)) continue;
			const row = examples.rowOf(id);
			// Another example, which was added with the id since.
			if (serials && serials[i] !== current[row]) continue;
			examples.squares[row] = squares[i];
			known.add(id);
		}
		return known;
	}
}
