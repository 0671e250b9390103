// What the meter found stays on its card while another class is recorded: a note that goes would move that one's button.

import { h, render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";
import { SessionContext } from "../../../src/ui/context/session-context.js";
import { MeterNote } from "../../../src/ui/hands/meter-note.jsx";
import { FakeDocument } from "../../support/fake-document.js";

vi.hoisted(() => vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} })));

const COPIES = { good: 1, copies: 8, blurred: 0, dark: 0 };

/** Until it is drawn again. */
const drawn = () => new Promise((resolve) => setTimeout(resolve, 50));

/** @type {FakeDocument} */
let page;
/** @type {import("../../../src/state/state.js").State} */
let state;

beforeEach(() => {
	page = new FakeDocument();
	vi.stubGlobal("document", page);
	state = createState();
	const session = /** @type {any} */ (state);
	const note = h(SessionContext.Provider, { value: session, children: h(MeterNote, { label: "cup" }) });
	render(note, /** @type {any} */ (page.documentElement));
});
afterEach(async () => {
	render(null, /** @type {any} */ (page.documentElement));
	await drawn();
	vi.unstubAllGlobals();
});

async function isShown() {
	await drawn();
	return page.documentElement.find("meter-note") !== null;
}

/** @param {string} label @param {boolean} isOver */
async function says(label, isOver) {
	state.meter.value = { label, isOver, counts: COPIES };
	return await isShown();
}

test("a note stays until its own class is recorded again", async () => {
	expect(await says("mug", true)).toBe(false);
	expect(await says("cup", true)).toBe(true);
	expect(await says("mug", false)).toBe(true);
	expect(await says("mug", true)).toBe(true);
	expect(await says("cup", false)).toBe(false);
	expect(await says("mug", true)).toBe(false);
});

test("a note goes with the examples that it counted, comes back with them, and is none of another project's", async () => {
	const show = (/** @type {number} */ count) => {
		state.classes.value = /** @type {any} */ ([{ label: "cup", count }]);
	};
	show(9);
	expect(await says("cup", true)).toBe(true);
	show(12);
	expect(await isShown()).toBe(true);
	show(8);
	expect(await isShown()).toBe(false);
	show(9);
	expect(await isShown()).toBe(true);
	state.meter.value = null;
	state.project.value = { ...state.project.value, id: "another" };
	expect(await isShown()).toBe(false);
});
