// Undo and redo of everything that a person does to a project: any sequence of acts, undone, is the start, and made again, the
// end; through reloads, too.

import "fake-indexeddb/auto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyAct, look, Project } from "../support/undoing.js";

let databases = 0;
const freshName = () => `undo-${process.pid}-${databases++}`;

/**
 * Plays acts and checks every undo and redo on the way, then undoes all and makes all again.
 * @param {Project} project
 * @param {import("../support/undoing.js").AnyAct[]} acts
 */
async function check(project, acts) {
	await project.open();
	/** What was seen at each depth of the stack; beyond the present one, what can be made again. */
	let seen = [await look(project.replica)];
	for (const act of acts) {
		const { depth } = project.undoStack;
		if (act.what === "reload") await project.reload();
		else if (act.what === "undo") expect(project.undoStack.undo()).toBe(depth > 0);
		else if (act.what === "redo") expect(project.undoStack.redo()).toBe(seen.length > depth + 1);
		else {
			project.do(act);
			const now = await look(project.replica);
			const hasChanged = JSON.stringify(now) !== JSON.stringify(seen[depth]);
			// A change that is a part of the step before it changes what is seen at that depth.
			if (hasChanged) seen = [...seen.slice(0, project.undoStack.depth), now];
			continue;
		}
		expect(await look(project.replica)).toEqual(seen[project.undoStack.depth]);
		expect(project.undoStack.undoable.value?.clash).toBeUndefined();
	}
	const { depth } = project.undoStack;
	expect(seen.length).toBeGreaterThan(depth);
	await project.reload();
	while (project.undoStack.undo()) {
		expect(await look(project.replica)).toEqual(seen[project.undoStack.depth]);
		if (project.undoStack.depth % 3 === 0) await project.reload();
	}
	expect(project.undoStack.depth).toBe(0);
	while (project.undoStack.redo()) {
		expect(await look(project.replica)).toEqual(seen[project.undoStack.depth]);
		if (project.undoStack.depth % 3 === 0) await project.reload();
	}
	expect(project.undoStack.depth).toBe(seen.length - 1);
	await project.close();
}

test("any acts, undone step by step, are the start; made again, the end", async () => {
	const acts = fc.array(anyAct(["undo", "redo"]), { minLength: 8, maxLength: 40 });
	await fc.assert(
		fc.asyncProperty(acts, (acts) => check(new Project(), acts)),
		{ numRuns: 150 },
	);
}, 120_000);

test("the same with reloads at any point", async () => {
	const acts = fc.array(anyAct(["undo", "redo", "undo", "reload", "reload"]), { minLength: 8, maxLength: 40 });
	await fc.assert(
		fc.asyncProperty(acts, (acts) => check(new Project(freshName()), acts)),
		{ numRuns: 40 },
	);
}, 120_000);

test("examples of several classes that are moved together stand in the order of arrival, there and back", async () => {
	const project = new Project();
	for (const label of ["a", "b", "a", "c"]) project.show(label, null);
	const before = await look(project.replica);
	project.teaching.moveExamples(["e2", "e0", "e1", "e3"], "c");
	expect(project.replica.idsOf("c")).toEqual(["e0", "e1", "e2", "e3"]);
	project.undoStack.undo();
	expect(await look(project.replica)).toEqual(before);
});
