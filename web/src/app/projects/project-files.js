// Saves the open project to a file, and opens files as new projects. One file at a time, and a second one is told so; work that
// takes longer than a second shows how far it is, and can be stopped. Loaded with the first file; app/session.js owns one.

import { ContractError } from "../../contract/errors.js";
import { asProblem, problem } from "../../contract/problem.js";
import { BlobSink } from "../../exchange/blob-sink.js";
import { readShowandtell, writeShowandtell } from "../../exchange/showandtell.js";
import { download } from "../browser/download.js";

/** @typedef {import("./projects.js").Projects} Projects */
/** @typedef {import("../../exchange/content.js").ProjectContent} ProjectContent */

const TYPE = "application/x-showandtell+zip";
const EXTENSION = ".showandtell";
const FILE_TYPES = [{ description: "Show & Tell", accept: { [TYPE]: [EXTENSION] } }];
/** As server/exchange/formats/rows.py writes it. */
const UNKNOWN_MODEL = "unknown";
/** Work that takes longer is shown. */
const SHOWN_AFTER_MS = 1000;
/** The share of opening that is reading; the rest is keeping it, and embedding pictures anew. */
const READING = 0.5;

export class ProjectFiles {
	#state;
	#workspace;
	#projects;
	#isBusy = false;
	/** What was shown of the last file. @type {import("../../state/state.js").ErrorObject|null} */
	#problem = null;

	/**
	 * @param {object} options
	 * @param {import("../../state/state.js").State} options.state
	 * @param {import("../workspace.js").Workspace} options.workspace with a project open
	 * @param {() => Promise<Projects>} options.projects
	 */
	constructor({ state, workspace, projects }) {
		this.#state = state;
		this.#workspace = workspace;
		this.#projects = projects;
	}

	/**
	 * Saves the open project: into the file that it was saved to or opened from, else where the person chooses. A browser that
	 * can't write files downloads it. What is refused is shown, not thrown.
	 */
	save() {
		const { id, name } = this.#state.project.value;
		return this.#run("saving", async (work) => {
			const handle = await this.#chooseTarget(id, name);
			if (handle === null) return;
			const content = await (await this.#projects()).content();
			const title = this.#state.model.value.title ?? undefined;
			work.name = handle?.name ?? fileName(name);
			if (handle) await writeTo(handle, content, { ...work.options(0, 1), title });
			else {
				const sink = new BlobSink();
				await writeShowandtell(content, sink, { ...work.options(0, 1), title });
				download(sink.blob(TYPE), work.name);
			}
			if (handle) this.#workspace.store.setPreference(fileKey(id), handle);
			this.#state.notice.value = { key: handle ? "saved" : "downloaded", name: work.name };
		});
	}

	/** Lets the person choose a file, and opens it. */
	async choose() {
		if (!window.showOpenFilePicker) {
			const file = await chooseFile();
			if (file) await this.open(file);
			return;
		}
		/** @type {FileSystemFileHandle} */
		let handle;
		try {
			[handle] = await window.showOpenFilePicker({ types: FILE_TYPES, id: "showandtell" });
		} catch (error) {
			if (!isAbort(error)) this.#state.problem.value = asProblem(error);
			return;
		}
		await this.openHandle(handle);
	}

	/** @param {FileSystemFileHandle} handle saving goes to the same file */
	async openHandle(handle) {
		/** @type {File} */
		let file;
		try {
			file = await handle.getFile();
		} catch {
			this.#state.problem.value = problem("fileNotRead", { came: handle.name }).toJSON();
			return;
		}
		await this.open(file, handle);
	}

	/**
	 * Opens a file as a new project. What is refused is shown, not thrown; then nothing has changed.
	 * @param {File} file untrusted
	 * @param {FileSystemFileHandle|null} [handle] saving goes to the same file
	 */
	open(file, handle = null) {
		return this.#run("opening", async (work) => {
			work.name = file.name;
			const read = await readShowandtell(file, work.options(0, READING));
			const projects = await this.#projects();
			const { content, key } = matched(read, projects.model);
			const { signal, onProgress } = work.options(READING, 1);
			const id = await projects.create(content, (done, total) => {
				signal.throwIfAborted();
				onProgress(done / total);
			});
			if (handle) this.#workspace.store.setPreference(fileKey(id), handle);
			const { name } = this.#state.project.value;
			this.#state.notice.value = { key, name };
		});
	}

	/**
	 * @param {string} id of the project
	 * @param {string} name the project's
	 * @returns {Promise<FileSystemFileHandle|null|undefined>} null: the person chose none; undefined: a download
	 */
	async #chooseTarget(id, name) {
		if (!window.showSaveFilePicker) return undefined;
		const kept = /** @type {FileSystemFileHandle|undefined} */ (await this.#workspace.store.preference(fileKey(id)));
		if (kept && (await isThere(kept)) && (await mayWrite(kept))) return kept;
		try {
			return await window.showSaveFilePicker({ suggestedName: fileName(name), types: FILE_TYPES, id: "showandtell" });
		} catch (error) {
			if (isAbort(error)) return null;
			throw error;
		}
	}

	/**
	 * @param {"saving"|"opening"} what
	 * @param {(work: Work) => Promise<void>} action
	 */
	async #run(what, action) {
		const { problem: shown } = this.#state;
		if (this.#isBusy) {
			shown.value = problem("fileBusy").toJSON();
			return;
		}
		this.#isBusy = true;
		const work = new Work(what, this.#state);
		// This file is another one, or another attempt.
		if (shown.value === this.#problem) shown.value = null;
		try {
			await action(work);
		} catch (error) {
			if (work.isCancelled) return;
			this.#problem = describe(error, work).toJSON();
			shown.value = this.#problem;
		} finally {
			this.#isBusy = false;
			work.end();
			// Its cause is over.
			if (shown.value?.code === "fileBusy") shown.value = null;
		}
	}
}

/** One file that is saved or opened. */
class Work {
	name = "";
	what;
	#state;
	#controller = new AbortController();
	#began = performance.now();

	/**
	 * @param {"saving"|"opening"} what
	 * @param {import("../../state/state.js").State} state
	 */
	constructor(what, state) {
		this.what = what;
		this.#state = state;
	}

	get isCancelled() {
		return this.#controller.signal.aborted;
	}

	/**
	 * @param {number} from share of the whole work at this part's beginning
	 * @param {number} to share at its end
	 */
	options(from, to) {
		/** @param {number} share */
		const onProgress = (share) => {
			if (performance.now() - this.#began < SHOWN_AFTER_MS || this.isCancelled) return;
			const { what, name } = this;
			this.#state.fileWork.value = { what, name, share: from + (to - from) * share, cancel: () => this.#cancel() };
		};
		return { signal: this.#controller.signal, onProgress };
	}

	#cancel() {
		this.#controller.abort();
		this.end();
	}

	end() {
		this.#state.fileWork.value = null;
	}
}

/**
 * @param {ProjectContent} content of a file
 * @param {{id: string, dimension: number}} model this page's
 * @returns {{content: ProjectContent, key: "opened"|"openedAnew"|"openedNumbers"}} content: what can be opened here; its pictures
 *   are embedded where it has no numbers, or another model's; key: what the person is told
 * @throws {ContractError} otherModelFile: some have no picture
 */
function matched(content, model) {
	const { embeddings, examples } = content;
	const hasDimension = content.model?.dimension === model.dimension;
	if (embeddings && hasDimension && content.model?.id === model.id) return { content, key: "opened" };
	// A table's numbers: nobody knows whose they are, as in an import.
	if (embeddings && hasDimension && content.model?.id === UNKNOWN_MODEL) {
		return { content: { ...content, model }, key: "openedNumbers" };
	}
	if (examples.some(({ thumbnail }) => !thumbnail)) {
		throw new ContractError("otherModelFile", { came: content.model?.id ?? "", expected: model.id });
	}
	return { content, key: embeddings && examples.length > 0 ? "openedAnew" : "opened" };
}

/**
 * Writes into a file: it is changed only when all is written.
 * @param {FileSystemFileHandle} handle
 * @param {ProjectContent} content
 * @param {Parameters<typeof writeShowandtell>[2]} options
 */
async function writeTo(handle, content, options) {
	const stream = await handle.createWritable();
	try {
		await writeShowandtell(
			content,
			{ write: (bytes) => stream.write(/** @type {Uint8Array<ArrayBuffer>} */ (bytes)) },
			options,
		);
		await stream.close();
	} catch (error) {
		await stream.abort().catch(() => {});
		throw error;
	}
}

/** @param {FileSystemFileHandle} handle of a file that may have been moved or deleted since */
async function isThere(handle) {
	try {
		await handle.getFile();
		return true;
	} catch (error) {
		// Without permission, it can't be told yet.
		return !(error instanceof DOMException && error.name === "NotFoundError");
	}
}

/** @param {FileSystemFileHandle} handle */
async function mayWrite(handle) {
	try {
		return (await handle.requestPermission?.({ mode: "readwrite" })) === "granted";
	} catch {
		return false;
	}
}

/**
 * @param {unknown} error
 * @param {Work} work
 */
function describe(error, { what, name }) {
	if (error instanceof DOMException) return problem(what === "saving" ? "fileNotSaved" : "fileNotRead", { came: name });
	const { code, message, hint, came, expected } = asProblem(error);
	return { toJSON: () => ({ code, message, hint, came, expected }) };
}

/** @param {unknown} error */
const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";

/** @param {string} id of a project */
const fileKey = (id) => `file:${id}`;

/**
 * @param {string} name a project's
 * @returns {string} one that every file system takes
 */
function fileName(name) {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: a name may hold anything
	const plain = name.replace(/[\\/:*?"<>|\u0000-\u001f\u007f]+/g, " ").trim();
	return `${plain.replace(/^\.+|\.+$/g, "").slice(0, 60) || "show-and-tell"}${EXTENSION}`;
}

/** @returns {Promise<File|null>} null: none was chosen */
function chooseFile() {
	return new Promise((resolve) => {
		const input = document.createElement("input");
		input.type = "file";
		// No `accept`: a phone would grey the file out, whose type it does not know.
		input.hidden = true;
		const finish = () => {
			resolve(input.files?.[0] ?? null);
			input.remove();
		};
		input.addEventListener("change", finish);
		input.addEventListener("cancel", finish);
		// In the page, since the browser may collect one that is nowhere while the person still chooses.
		document.body.append(input);
		input.click();
	});
}
