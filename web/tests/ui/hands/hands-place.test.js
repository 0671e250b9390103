// What happens where the code of what goes on without hands can't be loaded. The place draws nothing then, so it needs no document.

import { h, render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";
import { isListening } from "../../../src/ui/context/hands-free.js";
import { SessionContext } from "../../../src/ui/context/session-context.js";
import { HandsPlace } from "../../../src/ui/hands/hands-place.jsx";
import { until } from "../../support/client.js";

/** How often the code was asked for. */
const loads = vi.hoisted(() => ({ count: 0 }));

vi.mock("../../../src/ui/hands/hands-work.jsx", () => ({
	get HandsWork() {
		loads.count += 1;
		throw new TypeError("Failed to fetch dynamically imported module");
	},
}));

/** @type {any} */
const root = { childNodes: [], firstChild: null };
/** @type {import("../../../src/state/state.js").State} */
let state;

beforeEach(() => {
	loads.count = 0;
	state = createState();
	const session = /** @type {any} */ (state);
	render(h(SessionContext.Provider, { value: session, children: h(HandsPlace, {}) }), root);
});
afterEach(() => {
	render(null, root);
	isListening.value = false;
});

test("listening ends where its code can't be loaded, which is said, and the next time tries again", async () => {
	for (const time of [1, 2]) {
		isListening.value = true;
		await until(() => state.problem.value !== null, "it is said");
		expect([state.problem.value?.code, isListening.value, loads.count]).toEqual(["partMissing", false, time]);
		state.problem.value = null;
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	expect([state.problem.value, loads.count]).toEqual([null, 2]);
});

test("a recording goes on without it, and the next one tries again", async () => {
	for (const time of [1, 2]) {
		state.recordingWay.value = "hold";
		await until(() => state.problem.value !== null, "it is said");
		state.problem.value = null;
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect([state.recordingWay.value, state.problem.value, loads.count]).toEqual(["hold", null, time]);
		state.recordingWay.value = null;
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
});
