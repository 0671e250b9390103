// What a step of undo is: plain data, which the store keeps. A step is made of acts, and an act says what was and what is.

/** @typedef {{colour: number, emoji: string|null}} Style */
/** @typedef {import("../../contract/actions.js").Action} Action */
/**
 * @typedef {Style & {place: number, isOff: boolean, actions?: Action[]}} Appearance of a class; place: in class order; isOff: it is
 *   switched off; actions: left out where there are none
 */

/**
 * @typedef {import("../../state/state.js").Clash} Clash
 * @typedef {import("../../state/state.js").ClassifierSettings} ClassifierSettings
 * @typedef {import("../../state/state.js").Undoable} Undoable
 */

/**
 * @typedef {{kind: "class", isMade: boolean, label: string} & Appearance} ClassAct an empty class; isMade: it was added, else deleted
 * @typedef {{kind: "cleared", label: string, ids: string[]} & Appearance} ClearedAct a class was deleted with its examples
 * @typedef {{kind: "examples", isMade: boolean, label: string, ids: string[]}} ExamplesAct of one class; isMade: added, else deleted
 * @typedef {{kind: "move", ids: string[], from: string, to: string}} MoveAct
 * @typedef {{kind: "rename", from: string, to: string}} RenameAct
 * @typedef {{kind: "merge", from: string, to: string, ids: string[]} & Appearance} MergeAct appearance: of the class `from`
 * @typedef {{kind: "style", label: string, from: Style, to: Style}} StyleAct
 * @typedef {{kind: "switch", label: string, isOff: boolean}} SwitchAct a class was switched off, or on
 * @typedef {{kind: "order", from: string[], to: string[]}} OrderAct
 * @typedef {{kind: "settings", from: Partial<ClassifierSettings>, to: Partial<ClassifierSettings>}} SettingsAct
 * @typedef {{kind: "name", from: string, to: string}} NameAct
 * @typedef {{kind: "actions", label: string, from: Action[], to: Action[]}} ActionsAct label: UNKNOWN_KEY for "I don't know"
 * @typedef {{kind: "passed", clash: Clash}} PassedAct another member's change stands instead
 * @typedef {ClassAct|ClearedAct|ExamplesAct|MoveAct|RenameAct|MergeAct|StyleAct|SwitchAct|OrderAct|SettingsAct|NameAct|ActionsAct|
 *   PassedAct} Act
 */

/**
 * @typedef {object} Step what a person did in one go
 * @property {number} n its place: later steps have greater ones
 * @property {import("../../state/state.js").UndoKey} what
 * @property {number} count examples concerned
 * @property {string} label
 * @property {string} [from] the label before
 * @property {Act[]} acts in the order in which they were made
 * @property {string|null} run the recording or upload that it belongs to, and grows with
 * @property {number} at milliseconds since 1970
 * @property {boolean} isUndone it can be made again
 * @property {boolean} [isNamed] the class that it added got its first name from a person
 */

/**
 * @param {Step} step
 * @returns {Undoable}
 */
export function describe({ what, count, label, from }) {
	return { what, count, label, ...(from === undefined ? {} : { from }) };
}

/**
 * @param {Act} act
 * @param {ReadonlySet<string>} gone
 * @returns {Act|null} the same act, where none of its examples is gone; null: nothing is left of it
 */
export function withoutIds(act, gone) {
	if (!("ids" in act) || !act.ids.some((id) => gone.has(id))) return act;
	const ids = act.ids.filter((id) => !gone.has(id));
	return ids.length === 0 && act.kind !== "cleared" && act.kind !== "merge" ? null : { ...act, ids };
}
