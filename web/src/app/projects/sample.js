// The sample: a small project that was made with the model, and a picture to ask it about. Loaded with the first click;
// app/session.js owns one.

import { asProblem, problem } from "../../contract/problem.js";
import { readShowandtell } from "../../exchange/showandtell.js";

/** @typedef {import("../../exchange/content.js").ProjectContent} ProjectContent */

/**
 * @typedef {object} SampleWords the sample's own are English
 * @property {string} name the project's
 * @property {Record<string, string>} labels by the file's; a label that is missing stays as it is
 */

export class Sample {
	#base;
	#state;
	#workspace;
	#projects;

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {import("../../state/state.js").State} options.state
	 * @param {import("../workspace.js").Workspace} options.workspace with a project open
	 * @param {() => Promise<import("./projects.js").Projects>} options.projects
	 * @example
	 * const picture = await (await session.sample()).open({ name: "Example", labels: { cat: "Cat" } });
	 * if (picture) await session.classifyFile(picture);
	 */
	constructor({ base, state, workspace, projects }) {
		this.#base = base;
		this.#state = state;
		this.#workspace = workspace;
		this.#projects = projects;
	}

	/**
	 * Opens the sample project: the one that was made of it before, unless that is in the bin or gone; else a new one. What is
	 * refused is shown, not thrown.
	 * @param {SampleWords} words
	 * @returns {Promise<File|null>} the picture to ask about; null: it was refused
	 */
	async open(words) {
		const { sample } = this.#state.model.value;
		if (sample === null) return null;
		try {
			const projects = await this.#projects();
			const key = `sample:${projects.model.id}`;
			// First, so that nothing is opened where it can't be asked about.
			const picture = await this.#fetch(sample.picture, "image/jpeg");
			const notice = /** @type {const} */ ({ key: "sample" });
			const kept = /** @type {string} */ (await this.#workspace.store.preference(key));
			const isKept = (await projects.list()).some(({ id, deletedAt }) => id === kept && deletedAt === null);
			if (isKept) await projects.open(kept, { isVisit: true, notice });
			else {
				const content = await readShowandtell(await this.#fetch(sample.project));
				const id = await projects.create(inWords(content, words), undefined, { isVisit: true, notice });
				this.#workspace.store.setPreference(key, id);
			}
			return picture;
		} catch (error) {
			this.#state.problem.value = asProblem(error);
			return null;
		}
	}

	/**
	 * @param {string} name of a file beside the model
	 * @param {string} [type]
	 * @returns {Promise<File>}
	 * @throws {import("../../contract/problem.js").Problem} fileNotRead
	 */
	async #fetch(name, type) {
		try {
			const response = await fetch(new URL(`model/${encodeURIComponent(name)}`, this.#base));
			if (!response.ok) throw new Error(response.statusText);
			return new File([await response.blob()], name, { type });
		} catch {
			throw problem("fileNotRead", { came: name });
		}
	}
}

/**
 * @param {ProjectContent} content
 * @param {SampleWords} words
 * @returns {ProjectContent} with these words
 */
function inWords(content, { name, labels }) {
	/** @param {string} label */
	const inWord = (label) => (Object.hasOwn(labels, label) ? labels[label] : label);
	return {
		...content,
		name,
		classes: content.classes.map((each) => ({ ...each, label: inWord(each.label) })),
		examples: content.examples.map((each) => ({ ...each, label: inWord(each.label) })),
	};
}
