// When a change is one with the last step of undo, and what the step becomes. teaching.js uses these.

/**
 * @typedef {import("./steps.js").Act} Act
 * @typedef {import("../../state/state.js").ClassifierSettings} ClassifierSettings
 */

/**
 * @param {import("./steps.js").Step} last
 * @param {string} run
 * @param {string} label
 * @param {string} id of the example that comes to it
 * @returns {Partial<import("./steps.js").Step>|null} null: the last step is not of this run, or of another class
 */
export function joinRun({ run: lastRun, acts, count, label: lastLabel }, run, label, id) {
	const last = acts.at(-1);
	if (lastRun !== run || lastLabel !== label || last?.kind !== "examples") return null;
	return { count: count + 1, acts: [...acts.slice(0, -1), { ...last, ids: [...last.ids, id] }] };
}

/**
 * @param {import("./steps.js").Step} last
 * @param {string} run
 * @param {Act[]} more
 * @param {number} added examples
 * @returns {Partial<import("./steps.js").Step>|null} null: the last step is not of this run
 */
export function joinImport({ run: lastRun, acts, count }, run, more, added) {
	if (lastRun !== run) return null;
	const joined = [...acts];
	for (const act of more) {
		const place = joined.findIndex(
			(each) => each.kind === "examples" && act.kind === "examples" && each.label === act.label,
		);
		const same = joined[place];
		if (same?.kind === "examples" && act.kind === "examples")
			joined[place] = { ...same, ids: [...same.ids, ...act.ids] };
		else joined.push(act);
	}
	return { count: count + added, acts: joined };
}

/**
 * @param {import("./steps.js").Step} last
 * @param {(keyof ClassifierSettings)[]} keys that change
 * @param {Partial<ClassifierSettings>} to
 * @returns {Partial<import("./steps.js").Step>|null} null: the last step is another one
 */
export function joinSettings({ acts: [act] }, keys, to) {
	if (act?.kind !== "settings" || Object.keys(act.to).join() !== keys.join()) return null;
	// Back where it began, it is no step.
	const isSame = keys.every((key) => act.from[key] === to[key]);
	return { acts: isSame ? [] : [{ ...act, to }] };
}
