// How an act of a step is taken back and made again. It is taken back only where the project still is as the act left it. Where
// another member has gone on since, their work stays, and the clash says so.

import { UNKNOWN_KEY } from "../../contract/actions.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("./steps.js").Style} Style
 * @typedef {import("./steps.js").Act} Act
 * @typedef {import("./steps.js").ClassAct} ClassAct
 * @typedef {import("./steps.js").ClearedAct} ClearedAct
 * @typedef {import("./steps.js").ExamplesAct} ExamplesAct
 * @typedef {import("./steps.js").RenameAct} RenameAct
 * @typedef {import("./steps.js").MergeAct} MergeAct
 * @typedef {import("./steps.js").StyleAct} StyleAct
 * @typedef {import("./steps.js").SwitchAct} SwitchAct
 * @typedef {import("./steps.js").OrderAct} OrderAct
 * @typedef {import("./steps.js").SettingsAct} SettingsAct
 * @typedef {import("./steps.js").NameAct} NameAct
 * @typedef {import("./steps.js").ActionsAct} ActionsAct
 * @typedef {import("../../state/state.js").Clash} Clash
 * @typedef {import("../../state/state.js").ClassifierSettings} ClassifierSettings
 */

/** @typedef {{acts: Act[], clash: Clash|null}} Outcome acts: what was really taken back, or made again, as it was made at first */

/** @type {Outcome} */
const NOTHING = { acts: [], clash: null };

/**
 * Takes one act back.
 * @param {Editor} editor
 * @param {Act} act
 * @returns {Outcome}
 * @throws {import("../../contract/errors.js").ContractError} a limit's; then nothing is changed
 */
export function takeBack(editor, act) {
	switch (act.kind) {
		case "class":
			return act.isMade ? deleteEmpty(editor, act) : create(editor, act);
		case "cleared":
			return bringBackClass(editor, act);
		case "examples":
			return act.isMade ? remove(editor, act) : bringBack(editor, act);
		case "move":
			return move(editor, act, act.to, act.from);
		case "rename":
			return rename(editor, act, act.to, act.from);
		case "merge":
			return part(editor, act);
		case "style":
			return style(editor, act, act.to, act.from);
		case "switch":
			return switchOff(editor, act, !act.isOff);
		case "order":
			return order(editor, act, act.to, act.from);
		case "settings":
			return configure(editor, act, act.to, act.from);
		case "name":
			return name(editor, act, act.to, act.from);
		case "actions":
			return setActions(editor, act, act.to, act.from);
		case "passed":
			return { acts: [], clash: act.clash };
	}
}

/**
 * Makes one act again.
 * @param {Editor} editor
 * @param {Act} act
 * @returns {Outcome}
 * @throws {import("../../contract/errors.js").ContractError} a limit's; then nothing is changed
 */
export function makeAgain(editor, act) {
	switch (act.kind) {
		case "class":
			return act.isMade ? create(editor, act) : deleteEmpty(editor, act);
		case "cleared":
			return clear(editor, act);
		case "examples":
			return act.isMade ? bringBack(editor, act) : remove(editor, act);
		case "move":
			return move(editor, act, act.from, act.to);
		case "rename":
			return rename(editor, act, act.from, act.to);
		case "merge":
			return merge(editor, act);
		case "style":
			return style(editor, act, act.from, act.to);
		case "switch":
			return switchOff(editor, act, act.isOff);
		case "order":
			return order(editor, act, act.from, act.to);
		case "settings":
			return configure(editor, act, act.from, act.to);
		case "name":
			return name(editor, act, act.from, act.to);
		case "actions":
			return setActions(editor, act, act.from, act.to);
		case "passed":
			return { acts: [], clash: act.clash };
	}
}

/**
 * @param {Editor} editor
 * @param {import("../../state/state.js").ClashKey} key
 * @param {"class"|"example"|"style"|"order"|"settings"|"name"} kind of the thing that another member changed
 * @param {string} [thing] its label or id
 * @param {{label?: string, count?: number}} [more]
 * @returns {Clash}
 */
const clashOf = ({ replica }, key, kind, thing = "", { label = thing, count = 0 } = {}) => ({
	...{ key, label, count, who: replica.others.who(kind, thing) },
});

/** @param {Editor} editor @param {string} label */
const exists = ({ replica }, label) => replica.colourOf(label) !== undefined;

/** @param {Editor} editor @param {string} label @returns {Outcome} */
const classGone = (editor, label) => ({ acts: [], clash: clashOf(editor, "classGone", "class", label) });

/** @param {Editor} editor @param {ClassAct} act @returns {Outcome} */
function create(editor, act) {
	if (exists(editor, act.label)) return NOTHING;
	editor.createClass(act.label, act);
	return { acts: [act], clash: null };
}

/** @param {Editor} editor @param {ClassAct} act @returns {Outcome} */
function deleteEmpty(editor, act) {
	const { label } = act;
	const appearance = editor.appearanceOf(label);
	if (!appearance) return classGone(editor, label);
	const count = editor.replica.idsOf(label).length;
	// Examples that came into it since are somebody's work.
	if (count > 0) return { acts: [], clash: clashOf(editor, "classUsed", "class", label, { count }) };
	editor.clear(label);
	return { acts: [{ ...act, ...appearance }], clash: null };
}

/**
 * Examples that come out of the bin again.
 * @param {Editor} editor
 * @param {string} label
 * @param {string[]} ids
 * @returns {{ids: string[], clash: Clash|null}} those that came
 */
function takeOutOfBin(editor, label, ids) {
	const { bin, knn } = editor.replica;
	const rows = ids.flatMap((id) => bin.get(id) ?? []);
	editor.add(
		rows.map(({ id, group, order, embedding, thumbnail, mine, contributor }) => ({
			...{ id, label, group, order, embedding, thumbnail, mine, contributor },
		})),
	);
	const missing = ids.filter((id) => !knn.has(id)).length;
	const clash = missing > 0 ? clashOf(editor, "binEmptied", "class", label, { count: missing }) : null;
	return { ids: rows.map(({ id }) => id), clash };
}

/**
 * Brings examples back, and their class where it is gone.
 * @param {Editor} editor
 * @param {ExamplesAct} act
 * @returns {Outcome}
 */
function bringBack(editor, act) {
	const { label, isMade } = act;
	const isNewClass = !exists(editor, label);
	const count = act.ids.filter((id) => editor.replica.bin.has(id)).length;
	if (count > 0) editor.checkRoom({ classes: isNewClass ? 1 : 0, examples: count });
	const { ids, clash } = takeOutOfBin(editor, label, act.ids);
	if (ids.length === 0) return { acts: [], clash };
	/** @type {Act[]} */
	const acts = [{ ...act, ids }];
	const appearance = isNewClass ? editor.appearanceOf(label) : null;
	if (appearance) acts[isMade ? "unshift" : "push"]({ kind: "class", isMade, label, ...appearance });
	return { acts, clash };
}

/**
 * @param {Editor} editor
 * @param {string} label
 * @param {string[]} ids
 * @returns {{ids: string[], clash: Clash|null}} those that are still there, with this label
 */
function untouched(editor, label, ids) {
	const { knn } = editor.replica;
	const present = ids.filter((id) => knn.has(id));
	const same = present.filter((id) => knn.getExample(id).label === label);
	if (same.length === ids.length) return { ids, clash: null };
	const gone = ids.filter((id) => !knn.has(id));
	if (gone.length > 0) {
		return { ids: same, clash: clashOf(editor, "examplesGone", "example", gone[0], { label, count: gone.length }) };
	}
	const moved = present.find((id) => knn.getExample(id).label !== label);
	const count = present.length - same.length;
	return { ids: same, clash: clashOf(editor, "examplesMoved", "example", moved, { label, count }) };
}

/** @param {Editor} editor @param {ExamplesAct} act @returns {Outcome} */
function remove(editor, act) {
	const { ids, clash } = untouched(editor, act.label, act.ids);
	if (ids.length === 0) return { acts: [], clash };
	editor.remove(ids);
	return { acts: [{ ...act, ids }], clash };
}

/** @param {Editor} editor @param {ClearedAct} act @returns {Outcome} */
function bringBackClass(editor, act) {
	const { label, ids } = act;
	if (exists(editor, label)) return bringBack(editor, { kind: "examples", isMade: false, label, ids });
	editor.checkRoom({ classes: 1, examples: ids.length });
	editor.createClass(label, act);
	const back = takeOutOfBin(editor, label, ids);
	return { acts: [{ ...act, ids: back.ids }], clash: back.clash };
}

/** @param {Editor} editor @param {ClearedAct} act @returns {Outcome} */
function clear(editor, act) {
	const { label } = act;
	const appearance = editor.appearanceOf(label);
	if (!appearance) return classGone(editor, label);
	const own = new Set(act.ids);
	const others = editor.replica.idsOf(label).filter((id) => !own.has(id));
	if (others.length > 0) {
		const { acts } = remove(editor, { kind: "examples", isMade: false, label, ids: act.ids });
		return { acts, clash: clashOf(editor, "classUsed", "class", label, { count: others.length }) };
	}
	const ids = editor.replica.idsOf(label);
	editor.clear(label);
	return { acts: [{ ...act, ...appearance, ids }], clash: null };
}

/**
 * @param {Editor} editor
 * @param {{ids: string[], from: string, to: string}} act as it was made at first
 * @param {string} source
 * @param {string} target
 * @returns {Outcome}
 */
function move(editor, act, source, target) {
	if (!exists(editor, target)) return classGone(editor, target);
	const { ids, clash } = untouched(editor, source, act.ids);
	if (ids.length === 0) return { acts: [], clash };
	editor.move(ids, target);
	return { acts: [{ kind: "move", ids, from: act.from, to: act.to }], clash };
}

/**
 * @param {Editor} editor
 * @param {RenameAct} act
 * @param {string} source
 * @param {string} target
 * @returns {Outcome}
 */
function rename(editor, act, source, target) {
	if (!exists(editor, source)) return classGone(editor, source);
	if (exists(editor, target)) return { acts: [], clash: clashOf(editor, "nameTaken", "class", target) };
	editor.rename(source, target);
	return { acts: [act], clash: null };
}

/**
 * Two classes that were merged become two again.
 * @param {Editor} editor
 * @param {MergeAct} act
 * @returns {Outcome}
 */
function part(editor, act) {
	const { from, to } = act;
	if (exists(editor, from)) return move(editor, act, to, from);
	const { ids, clash } = untouched(editor, to, act.ids);
	if (ids.length === 0 && act.ids.length > 0) return { acts: [], clash };
	editor.createClass(from, act);
	if (ids.length > 0) editor.move(ids, from);
	return { acts: [{ ...act, ids }], clash };
}

/** @param {Editor} editor @param {MergeAct} act @returns {Outcome} */
function merge(editor, act) {
	const { from, to } = act;
	const appearance = editor.appearanceOf(from);
	if (!appearance) return classGone(editor, from);
	if (!exists(editor, to)) return classGone(editor, to);
	const own = new Set(act.ids);
	const ids = editor.replica.idsOf(from);
	const others = ids.filter((id) => !own.has(id));
	if (others.length > 0) {
		const { acts } = move(editor, act, from, to);
		return { acts, clash: clashOf(editor, "classUsed", "class", from, { count: others.length }) };
	}
	editor.rename(from, to);
	return { acts: [{ ...act, ...appearance, ids }], clash: null };
}

/**
 * @param {Editor} editor
 * @param {StyleAct} act
 * @param {Style} expected
 * @param {Style} wanted
 * @returns {Outcome}
 */
function style(editor, act, expected, wanted) {
	const now = editor.appearanceOf(act.label);
	if (!now) return classGone(editor, act.label);
	if (now.colour !== expected.colour || now.emoji !== expected.emoji) {
		return { acts: [], clash: clashOf(editor, "changed", "style", act.label) };
	}
	editor.style(act.label, wanted);
	return { acts: [act], clash: null };
}

/** @param {Editor} editor @param {SwitchAct} act @param {boolean} isOff @returns {Outcome} */
function switchOff(editor, act, isOff) {
	const { label } = act;
	if (!exists(editor, label)) return classGone(editor, label);
	editor.switchOff(label, isOff);
	return { acts: [act], clash: null };
}

/**
 * @param {Editor} editor
 * @param {OrderAct} act
 * @param {string[]} expected
 * @param {string[]} wanted
 * @returns {Outcome}
 */
function order(editor, act, expected, wanted) {
	const { labels } = editor.replica;
	const now = labels.filter((label) => expected.includes(label));
	const then = expected.filter((label) => labels.includes(label));
	if (now.some((label, i) => label !== then[i])) return { acts: [], clash: clashOf(editor, "changed", "order") };
	// Classes that were added since keep their places.
	const next = wanted.filter((label) => labels.includes(label));
	editor.order(labels.map((label) => (expected.includes(label) ? /** @type {string} */ (next.shift()) : label)));
	return { acts: [act], clash: null };
}

/**
 * @param {Editor} editor
 * @param {SettingsAct} act
 * @param {Partial<ClassifierSettings>} expected
 * @param {Partial<ClassifierSettings>} wanted
 * @returns {Outcome}
 */
function configure(editor, act, expected, wanted) {
	const { settings } = editor.replica.project;
	const keys = /** @type {(keyof ClassifierSettings)[]} */ (Object.keys(expected));
	if (keys.some((key) => settings[key] !== expected[key])) {
		return { acts: [], clash: clashOf(editor, "changed", "settings") };
	}
	editor.configure({ ...settings, ...wanted });
	return { acts: [act], clash: null };
}

/**
 * @param {Editor} editor
 * @param {NameAct} act
 * @param {string} expected
 * @param {string} wanted
 * @returns {Outcome}
 */
function name(editor, act, expected, wanted) {
	if (editor.replica.project.name !== expected) return { acts: [], clash: clashOf(editor, "changed", "name") };
	editor.setName(wanted);
	return { acts: [act], clash: null };
}

/**
 * @param {Editor} editor
 * @param {ActionsAct} act
 * @param {ActionsAct["to"]} expected
 * @param {ActionsAct["to"]} wanted
 * @returns {Outcome}
 */
function setActions(editor, act, expected, wanted) {
	const { label } = act;
	if (label !== UNKNOWN_KEY && !exists(editor, label)) return classGone(editor, label);
	const now = editor.replica.actions.of(label);
	if (JSON.stringify(now) !== JSON.stringify(expected)) {
		return { acts: [], clash: clashOf(editor, "changed", "class", label) };
	}
	editor.setActions(label, wanted);
	return { acts: [act], clash: null };
}
