// Examples that come one by one from a file, and the content that they make. Every reader of embeddings uses it.
// The twin is rows.py.

import limits from "../../../../contract/limits.json" with { type: "json" };
import { ContractError } from "../../contract/errors.js";
import { newId } from "../../knn/ids.js";
import { badFile } from "../bad-file.js";
import { checkContent, checkRow } from "../content.js";

/** The model of numbers that don't say which network made them. */
export const UNKNOWN_MODEL = "unknown";

/** @typedef {import("../content.js").ProjectContent} ProjectContent */
/** @typedef {import("../content.js").ContentExample} ContentExample */

export class Rows {
	/** @type {ContentExample[]} */
	#examples = [];
	/** In order of appearance. @type {Set<string>} */
	#labels = new Set();
	/** @type {Float32Array[]} */
	#blocks = [];
	#filled = 0;
	#dimension = 0;
	#name;

	/** @param {string} name the project's */
	constructor(name) {
		this.#name = name;
	}

	/** The numbers of each example; 0: there is none yet. */
	get dimension() {
		return this.#dimension;
	}

	/** The examples. */
	get count() {
		return this.#examples.length;
	}

	/**
	 * @param {string} label
	 * @param {ArrayLike<number>} numbers (d,)
	 * @param {object} [rest]
	 * @param {string|null} [rest.id]
	 * @param {string|null} [rest.group]
	 * @param {Blob|null} [rest.thumbnail]
	 * @param {number} [rest.place] its number in the file, for a person; the line where there are lines
	 * @throws {ContractError} unevenRows: another d than before; tooManyExamples; notFinite, zeroVector
	 */
	add(label, numbers, { id, group = null, thumbnail = null, place = this.count + 1 } = {}) {
		if (this.count === 0) this.#dimension = numbers.length;
		const d = this.#dimension;
		if (numbers.length !== d || d === 0 || d > limits.dimension) {
			throw new ContractError("unevenRows", { came: place, expected: d || "≥ 1" });
		}
		if (this.count === limits.examplesPerRoom) {
			throw badFile(`> ${limits.examplesPerRoom}`, `≤ ${limits.examplesPerRoom}`);
		}
		const block = this.#room(d);
		block.set(numbers, this.#filled);
		checkRow(block, this.#filled, d);
		this.#filled += d;
		this.#labels.add(label);
		this.#examples.push({ id: id || newId(), label, group: group || null, thumbnail });
	}

	/**
	 * @returns {ProjectContent} checked
	 * @throws {ContractError} noExamplesInFile; as checkContent
	 */
	content() {
		if (this.count === 0) throw new ContractError("noExamplesInFile", { came: this.#name });
		const d = this.#dimension;
		const embeddings = new Float32Array(this.#examples.length * d);
		let at = 0;
		for (const block of this.#blocks) {
			const used = block.subarray(0, Math.min(block.length, embeddings.length - at));
			embeddings.set(used, at);
			at += used.length;
		}
		return checkContent({
			name: this.#name,
			model: { id: UNKNOWN_MODEL, dimension: d },
			settings: null,
			classes: [...this.#labels].map((label) => ({ label, colour: null, emoji: null, enabled: true })),
			examples: this.#examples,
			embeddings,
		});
	}

	/**
	 * The block that the next row goes into. Blocks grow with what came, so that a short file takes little memory.
	 * @param {number} d
	 */
	#room(d) {
		const last = this.#blocks.at(-1);
		if (last && this.#filled + d <= last.length) return last;
		const block = new Float32Array(d * Math.min(512, Math.max(16, this.#examples.length)));
		this.#blocks.push(block);
		this.#filled = 0;
		return block;
	}
}
