// Steps of undo and redo name classes as they were called then. When another member renames a class, the steps follow, so that
// they still mean the same class.

/**
 * @typedef {import("./steps.js").Act} Act
 * @typedef {import("./steps.js").Step} Step
 */

/** @typedef {{from: string, to: string, by: import("../../state/state.js").Member|null}} Renaming by another member */

/**
 * @param {Step[]} done oldest first; changed in place
 * @param {Step[]} undone the one to be made again next is the last; changed in place
 * @param {Renaming} renaming
 * @returns {Step[]} the steps that changed
 */
export function followRename(done, undone, renaming) {
	return [...follow(done, renaming, backwards), ...follow(undone, renaming, forwards)];
}

/**
 * Goes from the present to the far end of a list of steps, with the name that the class has there.
 * @param {Step[]} steps the nearest is the last
 * @param {Renaming} renaming
 * @param {(act: Act, renaming: Renaming) => {act: Act, next: string|null}} followOne next: the name further on; null: the class
 *   doesn't exist there
 * @returns {Step[]}
 */
function follow(steps, renaming, followOne) {
	const changed = [];
	/** @type {string|null} */
	let name = renaming.from;
	for (let i = steps.length - 1; i >= 0 && name !== null; i -= 1) {
		const isBackwards = followOne === backwards;
		const nearName = name;
		const acts = isBackwards ? [...steps[i].acts].reverse() : steps[i].acts;
		/** @type {Act[]} */
		const followed = [];
		for (const act of acts) {
			if (name === null) followed.push(act);
			else {
				/** @type {{act: Act, next: string|null}} */
				const outcome = followOne(act, { ...renaming, from: name });
				followed.push(outcome.act);
				name = outcome.next;
			}
		}
		if (followed.every((act, j) => act === acts[j])) continue;
		const { label } = steps[i];
		steps[i] = { ...steps[i], acts: isBackwards ? followed.reverse() : followed };
		if (label === nearName) steps[i].label = renaming.to;
		changed.push(steps[i]);
	}
	return changed;
}

/**
 * @param {Act} act that was made
 * @param {Renaming} renaming
 * @returns {{act: Act, next: string|null}} next: the name before the act
 */
function backwards(act, renaming) {
	const { from, to, by } = renaming;
	/** @type {Act} */
	const passed = { kind: "passed", clash: { key: "renamed", label: to, count: 0, who: by?.name || null } };
	// Before this the class had another name, or was not there. The other member's name stays.
	if (act.kind === "rename" && act.to === from) return { act: passed, next: act.from };
	if (act.kind === "class" && act.isMade && act.label === from) return { act: passed, next: null };
	// A class of this name that was deleted was another one.
	if ((act.kind === "cleared" || act.kind === "class") && act.label === from) return { act, next: null };
	if ((act.kind === "merge" || act.kind === "rename") && act.from === from) return { act, next: null };
	return { act: withName(act, from, to), next: from };
}

/**
 * @param {Act} act that was taken back
 * @param {Renaming} renaming
 * @returns {{act: Act, next: string|null}} next: the name after the act, if it is made again
 */
function forwards(act, { from, to }) {
	const named = withName(act, from, to);
	const ends =
		(act.kind === "rename" && act.from === from) ||
		(act.kind === "merge" && act.from === from) ||
		((act.kind === "cleared" || (act.kind === "class" && !act.isMade)) && act.label === from);
	return { act: named, next: ends ? null : from };
}

/**
 * @param {Act} act
 * @param {string} from
 * @param {string} to
 * @returns {Act} the same act, where it doesn't name the class
 */
function withName(act, from, to) {
	/** @param {string} label */
	const name = (label) => (label === from ? to : label);
	switch (act.kind) {
		case "class":
		case "cleared":
		case "examples":
		case "style":
		case "switch":
		case "actions":
			return act.label === from ? { ...act, label: to } : act;
		case "move":
		case "merge":
		case "rename":
			return act.from === from || act.to === from ? { ...act, from: name(act.from), to: name(act.to) } : act;
		case "order":
			return act.to.includes(from) ? { ...act, from: act.from.map(name), to: act.to.map(name) } : act;
		default:
			return act;
	}
}
