// A problem goes when its cause is over, and not before.

import { beforeEach, expect, test } from "vitest";
import { followProblems } from "../../src/app/problem-causes.js";
import { ContractError } from "../../src/contract/errors.js";
import { asProblem, problem } from "../../src/contract/problem.js";
import { createState } from "../../src/state/state.js";

/** @type {import("../../src/state/state.js").State} */
let state;
beforeEach(() => {
	state = createState();
	followProblems(state);
});

/** @param {number} count @returns {any} */
const classOf = (count) => ({ label: "cat", index: 0, colour: 0, count, examples: [] });

/** @type {[string, () => import("../../src/state/state.js").ErrorObject, () => void, () => void][]} */
const CASES = [
	["notReadyYet", () => problem("notReadyYet").toJSON(), () => setModel("loading"), () => setModel("ready")],
	["modelMissing", () => problem("modelMissing").toJSON(), () => setModel("failed"), () => setModel("ready")],
	["cameraOff", () => problem("cameraOff").toJSON(), () => setCamera("off"), () => setCamera("on")],
	["cameraRefused", () => problem("cameraRefused").toJSON(), () => setCamera("refused"), () => setCamera("asking")],
	["cameraMissing", () => problem("cameraMissing").toJSON(), () => setCamera("missing"), () => setCamera("off")],
	[
		"otherCamera",
		() => problem("otherCamera", { came: "Desk", expected: "Built-in" }).toJSON(),
		() => setDevices("Built-in"),
		() => setDevices("Built-in", "Desk"),
	],
	[
		"noExamples",
		() => asProblem(new ContractError("noExamples")),
		() => setClasses(classOf(0)),
		() => setClasses(classOf(1)),
	],
	[
		"tooManyExamples",
		() => asProblem(new ContractError("tooManyExamples", { came: 20, expected: 20 })),
		() => setClasses(classOf(20)),
		() => setClasses(classOf(19)),
	],
	[
		"tooManyClasses",
		() => asProblem(new ContractError("tooManyClasses", { came: 2, expected: 2 })),
		() => setClasses(classOf(1), classOf(1)),
		() => setClasses(classOf(1)),
	],
	[
		"roomRefused",
		() => problem("roomRefused").toJSON(),
		() => setEngine({ connected: true, pending: 3 }),
		() => setEngine({ connected: true, pending: 0 }),
	],
];

/** @param {any} phase */
const setModel = (phase) => {
	state.model.value = { ...state.model.value, state: phase };
};
/** @param {any} phase */
const setCamera = (phase) => {
	state.camera.value = { ...state.camera.value, state: phase };
};
/** @param {string[]} labels */
const setDevices = (...labels) => {
	state.camera.value = { ...state.camera.value, devices: labels.map((label) => ({ id: label, label })) };
};
/** @param {any[]} classes */
const setClasses = (...classes) => {
	state.classes.value = classes;
};
/** @param {Partial<import("../../src/state/state.js").EngineState>} patch */
const setEngine = (patch) => {
	state.engine.value = { ...state.engine.value, ...patch };
};

test.each(CASES)("%s stays while its cause lasts, and goes with it", (code, make, begin, end) => {
	begin();
	state.problem.value = make();
	expect(state.problem.value?.code).toBe(code);
	// Whatever else happens.
	state.recording.value = "cat";
	begin();
	expect(state.problem.value?.code).toBe(code);
	end();
	expect(state.problem.value).toBeNull();
});

test("a problem without such a cause stays", () => {
	state.problem.value = problem("modelChanged", { came: "other" }).toJSON();
	setModel("ready");
	setCamera("on");
	setClasses(classOf(3));
	expect(state.problem.value?.code).toBe("modelChanged");
});
