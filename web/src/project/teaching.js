// What a person teaches: every change of classes, examples, settings and name that is made on this page. Each is one step of
// undo, kept in one transaction with its change. What is changed of classes as a whole is in class-teaching.js.

import { ClassTeaching } from "./class-teaching.js";
import { checkName } from "./editor.js";
import { joinImport, joinRun, joinSettings } from "./undo/joins.js";

/**
 * @typedef {import("./replica.js").Example} Example
 * @typedef {import("./undo/steps.js").Act} Act
 * @typedef {import("../state/state.js").ClassifierSettings} ClassifierSettings
 */

/**
 * @example
 * const teaching = new Teaching({ replica });
 * teaching.addClass("cat");
 * teaching.addExample({ id, label: "cat", group: null, embedding, thumbnail: null });
 * teaching.undoStack.undo();
 */
export class Teaching extends ClassTeaching {
	/** @param {import("./editor.js").ChangeSender|null} sender gets every change from now on; its limits apply; null: no server */
	connect(sender) {
		this.editor.connect(sender);
	}

	/**
	 * Adds an empty class; an existing one is left as it is.
	 * @param {string} label
	 * @throws {import("../contract/errors.js").ContractError} emptyLabel, longLabel, tooManyClasses
	 * @example
	 * teaching.addClass("cat");
	 */
	addClass(label) {
		if (this.editor.appearanceOf(label)) return;
		this.replica.batch(() => {
			const act = this.#createClass(label);
			this.undoStack.push({ what: "classAdded", count: 0, label }, [act]);
		});
	}

	/**
	 * Renames a class. Onto an existing label: merges the two.
	 * @param {string} from
	 * @param {string} to
	 * @throws {import("../contract/errors.js").ContractError} noSuchLabel, emptyLabel, longLabel
	 * @example
	 * teaching.renameClass("cat", "lion");
	 */
	renameClass(from, to) {
		if (from === to) return;
		const isMerge = this.editor.appearanceOf(to) !== null;
		const appearance = this.editor.appearanceOf(from);
		const ids = this.replica.idsOf(from);
		this.replica.batch(() => {
			this.editor.rename(from, to);
			const what = isMerge ? "classesMerged" : "classRenamed";
			/** @type {Act} */
			const act =
				isMerge && appearance ? { kind: "merge", from, to, ids, ...appearance } : { kind: "rename", from, to };
			// A new class is called "Class 1" until a person names it: the first renaming is part of adding it.
			this.undoStack.pushOrJoin(
				{ what, count: ids.length, label: to, from },
				[act],
				({ what, label, acts, isNamed }) =>
					!isMerge && what === "classAdded" && label === from && !isNamed
						? { label: to, isNamed: true, acts: acts.map((added) => ({ ...added, label: to })) }
						: null,
			);
			this.undoStack.announce();
		});
	}

	/**
	 * Deletes a class with its examples; without such a class, nothing happens.
	 * @param {string} label
	 * @example
	 * teaching.deleteClass("cat");
	 */
	deleteClass(label) {
		const appearance = this.editor.appearanceOf(label);
		if (!appearance) return;
		const ids = this.replica.idsOf(label);
		this.replica.batch(() => {
			this.editor.clear(label);
			this.undoStack.push({ what: "classDeleted", count: ids.length, label }, [
				{ kind: "cleared", label, ids, ...appearance },
			]);
		});
	}

	/** @param {string} id of an example to be deleted */
	deleteExample(id) {
		this.deleteExamples([id]);
	}

	/**
	 * Deletes examples; their classes stay. Ids without an example are passed over.
	 * @param {string[]} ids
	 * @example
	 * teaching.deleteExamples([id]);
	 */
	deleteExamples(ids) {
		const idsByLabel = this.#group(ids);
		const present = [...idsByLabel.values()].flat();
		if (present.length === 0) return;
		this.replica.batch(() => {
			this.editor.remove(present);
			const [label] = idsByLabel.keys();
			this.undoStack.push(
				{ what: "exampleDeleted", count: present.length, label },
				Array.from(idsByLabel, ([label, ids]) => ({ kind: "examples", isMade: false, label, ids })),
			);
		});
	}

	/** @param {string} id of an example to be moved @param {string} label */
	moveExample(id, label) {
		this.moveExamples([id], label);
	}

	/**
	 * Moves examples to another existing class; without such examples or class, nothing happens.
	 * @param {string[]} ids
	 * @param {string} label
	 * @example
	 * teaching.moveExamples([id], "dog");
	 */
	moveExamples(ids, label) {
		if (!this.editor.appearanceOf(label)) return;
		const idsByLabel = this.#group(ids);
		idsByLabel.delete(label);
		const moved = [...idsByLabel.values()].flat();
		if (moved.length === 0) return;
		this.replica.batch(() => {
			this.editor.move(moved, label);
			this.undoStack.push(
				{ what: "exampleMoved", count: moved.length, label },
				Array.from(idsByLabel, ([from, ids]) => ({ kind: "move", ids, from, to: label })),
			);
		});
	}

	/**
	 * Adds an example, and its class where there is none. Examples of one recording or upload that follow one another are one
	 * step of undo; `finished` announces it.
	 * @param {Example} example embedding: float32, (d,)
	 * @param {string} [run] the recording or upload that it belongs to
	 * @throws {import("../contract/errors.js").ContractError} tooManyExamples, and the classifier's
	 * @example
	 * teaching.addExample({ id: newId(), label: "cat", group: null, embedding, thumbnail: null });
	 */
	addExample(example, run = example.group ?? example.id) {
		const { id, label, group } = example;
		this.editor.checkLabel(label);
		const isNewClass = !this.editor.appearanceOf(label);
		this.editor.checkRoom({ classes: isNewClass ? 1 : 0, examples: 1 });
		if (this.replica.knn.has(id)) return;
		this.replica.batch(() => {
			const classAct = isNewClass ? this.#createClass(label) : null;
			this.editor.add([{ mine: true, ...example }]);
			/** @type {Act} */
			const act = { kind: "examples", isMade: true, label, ids: [id] };
			const what = group === null ? "uploaded" : "recorded";
			const undoable = /** @type {const} */ ({ what, count: 1, label });
			if (classAct) this.undoStack.push(undoable, [classAct, act], { run });
			else this.undoStack.pushOrJoin(undoable, [act], (last) => joinRun(last, run, label, id), { run });
		});
	}

	/**
	 * Adds examples of a file: all of the same import are one step of undo, which `finished` announces. Nothing is added where one
	 * is refused.
	 * @param {import("./replica.js").Example[]} examples those that are there already are passed over
	 * @param {string} run the import that they belong to
	 * @throws {import("../contract/errors.js").ContractError} as addExample
	 * @example
	 * teaching.addImported([{ id: newId(), label: "cat", group: null, embedding, thumbnail: null }], run);
	 */
	addImported(examples, run) {
		const added = examples.filter(({ id }) => !this.replica.knn.has(id));
		const labels = [...new Set(added.map(({ label }) => label))];
		for (const label of labels) this.editor.checkLabel(label);
		const newLabels = labels.filter((label) => !this.editor.appearanceOf(label));
		this.editor.checkRoom({ classes: newLabels.length, examples: added.length });
		if (added.length === 0) return;
		this.replica.batch(() => {
			/** @type {Act[]} */
			const acts = newLabels.map((label) => this.#createClass(label));
			this.editor.add(added.map((example) => ({ mine: true, ...example })));
			for (const label of labels) {
				const ids = added.flatMap((example) => (example.label === label ? [example.id] : []));
				acts.push({ kind: "examples", isMade: true, label, ids });
			}
			const undoable = /** @type {const} */ ({ what: "imported", count: added.length, label: added[0].label });
			this.undoStack.pushOrJoin(undoable, acts, (last) => joinImport(last, run, acts, added.length), { run });
		});
	}

	/**
	 * One recording or one upload is finished: what it added is announced.
	 * @param {string[]} ids of the examples
	 * @example
	 * teaching.finished([first.id, second.id]);
	 */
	finished(ids) {
		if (ids.length > 0) this.undoStack.announce(ids[ids.length - 1]);
	}

	/**
	 * Brings deleted examples back, and their classes where those are gone.
	 * @param {string[]} ids those that are not in the bin are passed over
	 * @throws {import("../contract/errors.js").ContractError} tooManyClasses, tooManyExamples
	 * @example
	 * teaching.restore(replica.bin.groups()[0].rows.map(({ id }) => id));
	 */
	restore(ids) {
		const { bin } = this.replica;
		const rows = ids.flatMap((id) => bin.get(id) ?? []);
		if (rows.length === 0) return;
		const deleted = new Map(rows.map((row) => [row.label, row.ofClass]));
		const missing = [...deleted].filter(([label]) => !this.editor.appearanceOf(label));
		this.editor.checkRoom({ classes: missing.length, examples: rows.length });
		this.replica.batch(() => {
			/** @type {Act[]} */
			const acts = missing.map(([label, ofClass]) => this.#createClass(label, ofClass ?? undefined));
			this.editor.add(rows.map(({ deletedAt, by, byOther, ofClass, ...example }) => example));
			for (const [label, ids] of this.#group(rows.map(({ id }) => id))) {
				acts.push({ kind: "examples", isMade: true, label, ids });
			}
			this.undoStack.push({ what: "restored", count: rows.length, label: rows[0].label }, acts);
		});
	}

	/**
	 * Sets how the project classifies from now on. The same setting, changed quickly again and again, is one step.
	 * @param {ClassifierSettings} settings
	 * @example
	 * teaching.configure({ k: 5, metric: "auto", weights: "uniform", unknownDistance: null });
	 */
	configure(settings) {
		const before = this.replica.project.settings;
		const keys = /** @type {(keyof ClassifierSettings)[]} */ (Object.keys(settings)).filter(
			(key) => settings[key] !== before[key],
		);
		if (keys.length === 0) return;
		const from = pick(before, keys);
		const to = pick(settings, keys);
		this.replica.batch(() => {
			this.editor.configure(settings);
			this.undoStack.pushOrJoin(
				{ what: "configured", count: 0, label: "" },
				[{ kind: "settings", from, to }],
				(last) => (this.undoStack.isSameDrag(last) ? joinSettings(last, keys, to) : null),
			);
		});
	}

	/**
	 * Gives the project a name.
	 * @param {string} name "" takes it away
	 * @throws {import("../contract/errors.js").ContractError} badName
	 * @example
	 * teaching.nameProject("Fruit");
	 */
	nameProject(name) {
		checkName(name);
		const from = this.replica.project.name;
		if (name === from) return;
		this.replica.batch(() => {
			this.editor.setName(name);
			this.undoStack.push({ what: "projectNamed", count: 0, label: name, from }, [{ kind: "name", from, to: name }]);
		});
	}

	/**
	 * @param {string} label
	 * @param {import("./undo/steps.js").Appearance} [appearance]
	 * @returns {Act}
	 */
	#createClass(label, appearance) {
		this.editor.createClass(label, appearance);
		const made = /** @type {import("./undo/steps.js").Appearance} */ (this.editor.appearanceOf(label));
		return { kind: "class", isMade: true, label, ...made };
	}

	/**
	 * @param {string[]} ids
	 * @returns {Map<string, string[]>} those of existing examples, by their labels
	 */
	#group(ids) {
		/** @type {Map<string, string[]>} */
		const idsByLabel = new Map();
		for (const id of new Set(ids)) {
			if (!this.replica.knn.has(id)) continue;
			const { label } = this.replica.knn.getExample(id);
			const same = idsByLabel.get(label);
			if (same) same.push(id);
			else idsByLabel.set(label, [id]);
		}
		return idsByLabel;
	}
}

/**
 * @param {ClassifierSettings} settings
 * @param {(keyof ClassifierSettings)[]} keys
 * @returns {Partial<ClassifierSettings>}
 */
const pick = (settings, keys) => Object.fromEntries(keys.map((key) => [key, settings[key]]));
