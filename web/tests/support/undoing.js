// A project that is taught, for tests of undo: its store, what it looks like, and acts that fast-check makes up.

import fc from "fast-check";
import { Replica } from "../../src/project/replica.js";
import { newProject, Store } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { embeddingOf } from "./client.js";

export const LABELS = ["a", "b", "7", "__proto__"];

/**
 * What a person sees of a project, and what is taught.
 * @param {Replica} replica
 */
export async function look(replica) {
	const { project } = replica;
	const thumbnails = await Promise.all(replica.ids().map((id) => replica.example(id).thumbnail?.text() ?? null));
	return {
		name: project.name,
		settings: { ...project.settings },
		classes: replica.classes.value.map(({ label, index, colour, emoji, count, examples }) => ({
			...{ label, index, colour, emoji, count, ids: examples.map(({ id }) => id) },
		})),
		examples: replica.ids().map((id, i) => {
			const { label, group, embedding, mine } = replica.example(id);
			return { id, label, group, embedding: [...embedding], mine, thumbnail: thumbnails[i] };
		}),
	};
}

/** A project in a store of its own, or in none, that can be reloaded. */
export class Project {
	/** Milliseconds: one act after another. */
	nowMs = 1_000_000;
	#name;
	/** @type {import("../../src/project/store.js").ProjectStore|null} */
	#store = null;
	#examples = 0;

	/** @param {string|null} name of the database; null: nothing is kept */
	constructor(name = null) {
		this.#name = name;
		this.replica = new Replica(newProject("m"), null);
		this.teaching = this.#teach();
	}

	async open() {
		if (this.#name === null) return;
		const report = (/** @type {unknown} */ error) => {
			throw new Error(JSON.stringify(error));
		};
		this.#store = await Store.open({ name: this.#name, report });
		const [project = this.replica.project] = await this.#store.projects();
		const { steps, binned } = await this.#store.history(project.id);
		const [examples, queued] = await Promise.all([this.#store.examples(project.id), this.#store.outbox(project.id)]);
		this.replica = new Replica();
		this.replica.open({ project, store: this.#store, examples, queued, binned });
		this.replica.save();
		this.teaching = this.#teach();
		this.teaching.undoStack.open(steps);
	}

	/** Closes the page and opens it again. */
	async reload() {
		await this.#store?.close();
		await this.open();
	}

	async close() {
		await this.#store?.close();
	}

	get undoStack() {
		return this.teaching.undoStack;
	}

	/** @type {(label: string, group: string|null) => void} */
	show = (label, group) => {
		const n = this.#examples++;
		this.teaching.addExample({
			...{ id: `e${n}`, label, group, embedding: embeddingOf(n + 1, 1, 0, 0) },
			thumbnail: new Blob([`picture ${n}`]),
		});
	};

	/** @param {AnyAct} act */
	do(act) {
		this.nowMs += act.number * 400;
		perform(this, act);
	}

	#teach() {
		return new Teaching({ replica: this.replica, undo: { now: () => this.nowMs } });
	}
}

/**
 * @param {{replica: Replica, teaching: Teaching, show: (label: string, group: string|null) => void}} taught
 * @param {AnyAct} act
 */
export function perform({ replica, teaching, show }, { what, label, to, at, number }) {
	const ids = replica.ids();
	const id = ids[at % Math.max(1, ids.length)];
	const has = replica.colourOf(label) !== undefined;
	if (what === "show") show(label, at % 3 ? `recording ${at % 3}` : null);
	else if (what === "import") {
		const file = { group: null, embedding: embeddingOf(at + 1, 1, 0, 0), thumbnail: null };
		teaching.addImported(
			[label, to].map((own, i) => ({ id: `file ${at} ${i}`, label: own, ...file })),
			`run ${number}`,
		);
	} else if (what === "addClass") teaching.addClass(label);
	else if (what === "rename" && has) teaching.renameClass(label, to);
	else if (what === "deleteClass") teaching.deleteClass(label);
	else if (what === "delete" && id) teaching.deleteExamples(ids.slice(at % ids.length).slice(0, number));
	else if (what === "move" && id) teaching.moveExamples(ids.slice(at % ids.length).slice(0, number), to);
	else if (what === "style") teaching.styleClass(label, { colour: number, emoji: at % 2 ? "🐱" : null });
	else if (what === "order") teaching.orderClasses([to, label]);
	else if (what === "configure") teaching.configure({ ...replica.project.settings, k: number });
	else if (what === "weights") teaching.configure({ ...replica.project.settings, weights: "distance" });
	else if (what === "name") teaching.nameProject(to);
	else if (what === "restore") {
		const groups = replica.bin.groups();
		teaching.restore(groups[at % Math.max(1, groups.length)]?.rows.map((row) => row.id) ?? []);
	}
}

const WHATS = /** @type {const} */ ([
	...["show", "show", "show", "show", "show", "addClass", "rename", "deleteClass", "delete", "move", "style", "order"],
	...["configure", "weights", "name", "restore", "import"],
]);

/** @typedef {{what: string, label: string, to: string, at: number, number: number}} AnyAct */

/**
 * @param {string[]} [more] that are not acts of a person on the project: "undo", "redo", "reload"
 * @returns {fc.Arbitrary<AnyAct>}
 */
export const anyAct = (more = []) =>
	fc.record({
		what: fc.constantFrom(...WHATS, ...more),
		label: fc.constantFrom(...LABELS),
		to: fc.constantFrom(...LABELS),
		at: fc.nat(30),
		number: fc.integer({ min: 1, max: 6 }),
	});
