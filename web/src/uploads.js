// Pictures from files, one after another, each an example of its class.

import { newId } from "./ids.js";
import { asProblem } from "./problem.js";

/** @typedef {import("./session.js").UploadReport} UploadReport */

export class Uploads {
	#options;
	/** Uploads wait for one another. */
	#last = Promise.resolve();
	#isCancelled = false;

	/**
	 * @param {object} options
	 * @param {(file: Blob) => Promise<{embedding: Float32Array, thumbnail: Blob|null}>} options.embed
	 * @param {(example: import("./mirror.js").Example) => void} options.add
	 * @param {(state: import("./state.js").UploadState|null) => void} options.onState
	 * @param {(label: string, ids: string[]) => void} options.onDone
	 */
	constructor(options) {
		this.#options = options;
	}

	/**
	 * @param {string} label
	 * @param {File[]} files
	 * @returns {Promise<UploadReport>}
	 */
	add(label, files) {
		const report = this.#last.then(() => this.#run(label, files));
		this.#last = report.then(() => {});
		return report;
	}

	/** What was added stays. */
	cancel() {
		this.#isCancelled = true;
	}

	/**
	 * @param {string} label
	 * @param {File[]} files
	 */
	async #run(label, files) {
		const { embed, add, onState, onDone } = this.#options;
		/** @type {UploadReport} */
		const report = { added: 0, failed: [], cancelled: false };
		/** @type {string[]} */
		const ids = [];
		this.#isCancelled = false;
		for (const [done, file] of files.entries()) {
			onState({ label, done, total: files.length });
			if (this.#isCancelled) {
				report.cancelled = true;
				break;
			}
			try {
				const { embedding, thumbnail } = await embed(file);
				const id = newId();
				// Different pictures are no near-copies of one another: each is a group of its own.
				add({ id, label, group: null, embedding, thumbnail });
				ids.push(id);
			} catch (error) {
				const refusal = asProblem(error);
				report.failed.push({ name: file.name, error: refusal });
				if (refusal.code === "tooManyExamples") break;
			}
		}
		report.added = ids.length;
		onState(null);
		onDone(label, ids);
		return report;
	}
}
