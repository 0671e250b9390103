// Many photos, answered at once and shown nowhere else: files, folders and addresses. Nothing is taught unless a person corrects
// an answer. Everything is in memory only. Loaded when somebody tries photos; app/session.js owns one.

import { effect, signal, untracked } from "@preact/signals";
import { checkAddress, PictureFetcher } from "../capture/picture-fetcher.js";
import { THUMBNAIL_PX } from "../capture/vision.js";
import { asProblem } from "../contract/problem.js";
import { computeHeat } from "../explain/explaining.js";
import { newId } from "../knn/ids.js";

/**
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../contract/errors.js").ErrorObject} ErrorObject
 */

/**
 * @typedef {object} TriedPhoto never changed: another takes its place
 * @property {string} id
 * @property {number} number in the order of adding, from 1 on
 * @property {string} name a file's path from the dropped folder on, or an address's last part
 * @property {string} url an object URL of the square that the model sees
 * @property {Blob} picture the same
 * @property {Float32Array} embedding float32, (d,)
 * @property {Float32Array|null} features float32, (h*w*c,)
 * @property {Answer|null} answer null: there are no examples. Of a photo that was taught it is the answer before that: now it
 *   would find itself
 * @property {string|null} exampleId the example that it was made
 * @property {string|null} taught that example's class now; null: there is none
 */

/** @typedef {{name: string, error: ErrorObject}} FailedPhoto */
/** @typedef {{name: string, read: () => Blob|Promise<Blob>}} Source */

/** More than a person looks through; each keeps about a quarter of a megabyte. */
export const MAX_PHOTOS = 100;
/** The page gets its turn after this. */
const SLICE_MS = 30;
/** So many photos are drawn anew at once. */
const SLICE = 16;
/** While examples keep coming, all are answered again this often. */
const PAUSE_MS = 150;
const SHOWN_PX = 224;
/** What is refused to all photos, not to one of them. */
const ENDS_ALL = new Set(["notReadyYet", "noBackend", "wrongNumbers", "modelMissing"]);

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

export class TryPhotos {
	/** In the order of adding. */
	photos = signal(/** @type {TriedPhoto[]} */ ([]));
	/** What is under way; null: nothing. */
	work = signal(/** @type {{done: number, total: number}|null} */ (null));
	failed = signal(/** @type {FailedPhoto[]} */ ([]));
	/** How many were left out, because more than MAX_PHOTOS came. */
	leftOut = signal(0);
	#options;
	/** @type {Source[]} */
	#queue = [];
	#count = 0;
	/** Counts the times that everything was stopped or cleared: what began before is not added. */
	#round = 0;
	/** Photos that are being taught. @type {Set<string>} */
	#taughtNow = new Set();
	#isAnswering = false;
	#isStale = false;
	#project = "";
	#isWatched = false;

	/**
	 * @param {object} options
	 * @param {Pick<import("../state/state.js").State, "classes"|"settings"|"test"|"project">} options.state
	 * @param {Pick<import("./workspace.js").Workspace, "engine"|"replica"|"teaching"|"addExample"|"finished">} options.workspace
	 * @param {Pick<import("../capture/vision.js").Vision, "embedFile"|"embedder">} options.vision
	 * @param {Pick<PictureFetcher, "fetch"|"stop">} [options.fetcher]
	 * @example
	 * const tried = await session.tryPhotos();
	 * const close = tried.watch();
	 * await tried.addFiles([{ name: "cat.jpg", file }]);
	 * tried.photos.value[0].answer?.label; // "cat"
	 */
	constructor({ fetcher = new PictureFetcher(), ...options }) {
		this.#options = { ...options, fetcher };
	}

	/**
	 * From now on answers follow what is taught. Photos of another project go.
	 * @returns {() => void} stops; photos stay until `clear`
	 */
	watch() {
		const { state } = this.#options;
		this.#isWatched = true;
		const stop = effect(() => {
			const { id } = state.project.value;
			void state.classes.value;
			void state.settings.value;
			// What "auto" stands for comes from it.
			void state.test.value.evaluation;
			untracked(() => {
				if (this.#project !== id) this.clear();
				this.#project = id;
				this.#followTaught();
				void this.#answerAll();
			});
		});
		return () => {
			this.#isWatched = false;
			stop();
		};
	}

	/**
	 * @param {{name: string, file: Blob}[]} files
	 * @returns {Promise<void>} when all is done that is under way
	 */
	addFiles(files) {
		return this.#add(files.map(({ name, file }) => ({ name, read: () => file })));
	}

	/**
	 * @param {string} text addresses, one a line
	 * @returns {Promise<void>} when all is done that is under way
	 */
	addAddresses(text) {
		const lines = [...new Set(text.split(/\s*\n\s*/).map((line) => line.trim()))].filter((line) => line !== "");
		const { fetcher } = this.#options;
		return this.#add(lines.map((name) => ({ name, read: async () => fetcher.fetch(checkAddress(name)) })));
	}

	/** Leaves out what is not answered yet. */
	stop() {
		this.#round += 1;
		this.#queue = [];
		this.work.value = null;
		this.#options.fetcher.stop();
	}

	/** Forgets all photos. What was taught stays. */
	clear() {
		this.stop();
		for (const { url } of this.photos.peek()) URL.revokeObjectURL(url);
		this.photos.value = [];
		this.failed.value = [];
		this.leftOut.value = 0;
	}

	/**
	 * Makes a photo an example of a class, as one step of undo; an example that it was made before is moved.
	 * @param {string} id
	 * @param {string} label of an existing class
	 * @throws {import("../contract/errors.js").ContractError} tooManyExamples
	 * @throws {import("../contract/problem.js").Problem} of the model
	 */
	async teach(id, label) {
		const photo = this.photos.peek().find((each) => each.id === id);
		if (!photo || this.#taughtNow.has(id)) return;
		const { workspace, vision } = this.#options;
		if (photo.exampleId !== null && photo.taught !== null) {
			workspace.teaching.moveExample(photo.exampleId, label);
			return;
		}
		this.#taughtNow.add(id);
		const round = this.#round;
		const project = this.#project;
		try {
			const { thumbnail } = await vision.embedFile(photo.picture, { thumbnailSize: THUMBNAIL_PX });
			// Meanwhile the class or the project may have gone.
			if (project !== this.#options.state.project.peek().id || !workspace.replica.labels.includes(label)) return;
			const exampleId = newId();
			// Before the example comes, so that the photo is not asked once more and finds itself.
			if (round === this.#round) this.#change(id, { exampleId, taught: label });
			try {
				const embedding = photo.embedding.slice();
				workspace.addExample({ id: exampleId, label, group: null, embedding, thumbnail });
				workspace.finished([exampleId]);
			} finally {
				this.#followTaught();
			}
		} finally {
			this.#taughtNow.delete(id);
		}
	}

	/**
	 * @param {TriedPhoto} photo
	 * @returns {import("../state/state.js").HeatState|null} null: the model can't tell, or there is no answer
	 */
	heatOf({ embedding, features, answer }) {
		const { vision, workspace, state } = this.#options;
		const shape = vision.embedder.manifest?.outputs.features?.shape;
		if (!features || !shape || !answer) return null;
		const { weights } = state.settings.peek();
		return computeHeat({ embedding, features, shape }, answer, { knn: workspace.replica.voters, weights });
	}

	/** @param {Source[]} sources */
	async #add(sources) {
		const { work, photos } = this;
		const room = MAX_PHOTOS - photos.peek().length - this.#queue.length - (work.peek() ? 1 : 0);
		const taken = sources.slice(0, Math.max(0, room));
		this.leftOut.value = sources.length - taken.length;
		this.#queue.push(...taken);
		const running = work.peek();
		if (running) {
			work.value = { ...running, total: running.total + taken.length };
			return;
		}
		this.failed.value = [];
		if (taken.length === 0) return;
		work.value = { done: 0, total: taken.length };
		const round = this.#round;
		for (let source = this.#queue.shift(); source; source = this.#queue.shift()) {
			await this.#try(source, round);
			if (round !== this.#round) return;
			const { done, total } = /** @type {{done: number, total: number}} */ (work.peek());
			work.value = { done: done + 1, total };
			await pause();
			if (round !== this.#round) return;
		}
		work.value = null;
	}

	/**
	 * @param {Source} source
	 * @param {number} round
	 */
	async #try({ name, read }, round) {
		const { vision, workspace, state } = this.#options;
		try {
			const file = await read();
			if (round !== this.#round) return;
			const shown = { features: true, thumbnailSize: SHOWN_PX };
			const { embedding, features, thumbnail } = await vision.embedFile(file, shown);
			const answer = await workspace.engine.classify(embedding, state.settings.peek());
			if (round !== this.#round) return;
			const picture = thumbnail ?? file;
			this.#count += 1;
			/** @type {TriedPhoto} */
			const photo = {
				...{ id: newId(), number: this.#count, name, url: URL.createObjectURL(picture), picture },
				...{ embedding, features, answer, exampleId: null, taught: null },
			};
			this.photos.value = [...this.photos.peek(), photo];
			// What was taught meanwhile does not count in its answer.
			if (this.#isAnswering) this.#isStale = true;
		} catch (error) {
			if (round !== this.#round) return;
			const refusal = asProblem(error);
			this.failed.value = [...this.failed.peek(), { name, error: refusal }];
			if (ENDS_ALL.has(refusal.code)) this.stop();
		}
	}

	/** Answers all photos again that were not taught. */
	async #answerAll() {
		this.#isStale = true;
		if (this.#isAnswering) return;
		this.#isAnswering = true;
		try {
			while (this.#isStale && this.#isWatched) {
				this.#isStale = false;
				const asked = this.photos.peek().filter(({ taught }) => taught === null);
				for (let i = 0; i < asked.length; i += SLICE) await this.#answerSome(asked.slice(i, i + SLICE));
				await pause(PAUSE_MS);
			}
		} finally {
			this.#isAnswering = false;
		}
	}

	/**
	 * Answers some photos again, and then gives the page its turn.
	 * @param {TriedPhoto[]} asked
	 */
	async #answerSome(asked) {
		const { workspace, state } = this.#options;
		/** @type {Map<string, Answer|null>} */
		const changed = new Map();
		let began = performance.now();
		for (const { id, embedding, answer } of asked) {
			// Taught meanwhile, it would find itself; and what it found would stay if that is undone before it is shown.
			if (this.photos.peek().find((photo) => photo.id === id)?.taught !== null) continue;
			const next = await workspace.engine.classify(embedding, state.settings.peek());
			if (!isSame(answer, next)) changed.set(id, next);
			if (performance.now() - began < SLICE_MS) continue;
			await pause();
			began = performance.now();
		}
		if (changed.size > 0) {
			this.photos.value = this.photos.peek().map((photo) => {
				const answer = photo.taught === null ? changed.get(photo.id) : undefined;
				return answer === undefined ? photo : { ...photo, answer };
			});
		}
		await pause();
	}

	/** What was taught here may have been undone, moved or deleted. */
	#followTaught() {
		const { knn } = this.#options.workspace.replica;
		let isChanged = false;
		const photos = this.photos.peek().map((photo) => {
			const { exampleId } = photo;
			const taught = exampleId !== null && knn.has(exampleId) ? knn.getExample(exampleId).label : null;
			if (taught === photo.taught) return photo;
			isChanged = true;
			return { ...photo, taught };
		});
		if (isChanged) this.photos.value = photos;
	}

	/**
	 * @param {string} id
	 * @param {Partial<TriedPhoto>} patch
	 */
	#change(id, patch) {
		this.photos.value = this.photos.peek().map((photo) => (photo.id === id ? { ...photo, ...patch } : photo));
	}
}

/**
 * Whether an answer looks like another: its photo need not be drawn again.
 * @param {Answer|null} one
 * @param {Answer|null} other
 */
function isSame(one, other) {
	if (!one || !other) return one === other;
	const [first, second] = [one, other].map(({ ms: _, fittedAt: __, where: ___, ...seen }) => JSON.stringify(seen));
	return first === second;
}
