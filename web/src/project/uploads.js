// Adds pictures from files as examples, one after another.

import { asProblem } from "../contract/problem.js";
import { newId } from "../knn/ids.js";
import { ROLE_REFUSALS } from "./rights.js";

/** @typedef {import("../state/state.js").UploadReport} UploadReport */

/** @typedef {{id: string, label: string, ids: string[], done: number, total: number, isCancelled: boolean}} Job one upload */

/** What is refused to all files, not to one of them. */
const ENDS_UPLOAD = new Set([
	...["tooManyExamples", "tooManyClasses", "notReadyYet", "noBackend", "wrongNumbers", "modelMissing"],
	...ROLE_REFUSALS,
]);

export class Uploads {
	#options;
	/** One upload runs at a time; the next one waits for this. */
	#last = Promise.resolve();
	/** Unfinished uploads, the running one first. @type {Job[]} */
	#jobs = [];

	/**
	 * @param {object} options
	 * @param {(file: Blob) => Promise<{embedding: Float32Array, thumbnail: Blob|null}>} options.embed
	 * @param {(example: import("./replica.js").Example, run: string) => void} options.add run: the same for all of one upload
	 * @param {(state: import("../state/state.js").UploadState|null) => void} options.onState
	 * @param {(label: string, ids: string[]) => void} options.onDone
	 * @param {(file: import("../state/state.js").UnreadFile) => void} [options.onUnread] told of each file that can't be read
	 * @param {(error: import("../state/state.js").ErrorObject) => void} [options.onRefused] told why the rest is not tried
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
		const job = { id: newId(), label, ids: [], done: 0, total: files.length, isCancelled: false };
		this.#jobs.push(job);
		const report = this.#last.then(() => this.#run(job, files));
		this.#last = report.then(() => {});
		return report;
	}

	/** Cancels the running upload. Examples that it added stay. */
	cancel() {
		if (this.#jobs.length > 0) this.#jobs[0].isCancelled = true;
	}

	/**
	 * A class got another name; uploads into it go on under that name.
	 * @param {string} from
	 * @param {string} to
	 */
	renamed(from, to) {
		for (const job of this.#jobs) if (job.label === from) job.label = to;
		if (this.#jobs[0]?.label === to) this.#report(this.#jobs[0]);
	}

	/**
	 * A class was cleared; uploads into it are cancelled.
	 * @param {string} label
	 */
	cleared(label) {
		for (const job of this.#jobs) {
			if (job.label !== label) continue;
			job.isCancelled = true;
			// The upload is a step of undo of its own, before the deletion.
			this.#options.onDone(label, job.ids.splice(0));
		}
	}

	/** @param {Job} job */
	#report({ label, done, total }) {
		this.#options.onState({ label, done, total });
	}

	/**
	 * @param {Job} job
	 * @param {File[]} files
	 */
	async #run(job, files) {
		const { embed, add, onState, onDone, onUnread = () => {}, onRefused = () => {} } = this.#options;
		/** @type {UploadReport} */
		const report = { added: 0, failed: [], cancelled: false };
		for (const [done, file] of files.entries()) {
			if (job.isCancelled) break;
			job.done = done;
			this.#report(job);
			try {
				const { embedding, thumbnail } = await embed(file);
				if (job.isCancelled) break;
				const id = newId();
				// Different pictures are not near-copies of one another, so each is a group of its own.
				add({ id, label: job.label, group: null, embedding, thumbnail }, job.id);
				job.ids.push(id);
				report.added += 1;
			} catch (error) {
				const refusal = asProblem(error);
				report.failed.push({ name: file.name, error: refusal });
				if (ENDS_UPLOAD.has(refusal.code)) {
					onRefused(refusal);
					break;
				}
				onUnread({ label: job.label, name: file.name, error: refusal });
			}
		}
		this.#jobs.shift();
		report.cancelled = job.isCancelled;
		onState(null);
		onDone(job.label, job.ids);
		return report;
	}
}
