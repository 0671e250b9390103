// An "Undo" is about one step, and not about what came later.

import "fake-indexeddb/auto";
import { afterEach, expect, test } from "vitest";
import { followLastStep } from "../../../../src/ui/projects/people/last-step.js";
import { closeProjects, openProjects } from "../../../support/projects.js";

afterEach(closeProjects);

test("a step is the last until another one is made, or it is undone", async () => {
	const { state, workspace, show } = await openProjects();
	const { teaching } = workspace;
	expect(followLastStep(state.history)()).toBe(false);
	show("cat");
	show("cat");
	const [one, two] = workspace.replica.ids();
	teaching.deleteExamples([one]);
	const isLast = followLastStep(state.history);
	expect(isLast()).toBe(true);
	// The same in words, and another step.
	teaching.deleteExamples([two]);
	expect(isLast()).toBe(false);
	const isSecondLast = followLastStep(state.history);
	teaching.undoStack.undo();
	expect([isLast(), isSecondLast()]).toEqual([false, false]);
	const isFirstLast = followLastStep(state.history);
	teaching.addClass("dog");
	expect(isFirstLast()).toBe(false);
});
