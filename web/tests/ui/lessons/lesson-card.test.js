// The open lesson: what it offers, and when its step takes the focus.

import { h, render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";
import {
	beginLesson,
	closeLesson,
	finishStep,
	foldLesson,
	isJustBegun,
} from "../../../src/ui/context/lessons-state.js";
import { SessionContext } from "../../../src/ui/context/session-context.js";
import { LessonCard } from "../../../src/ui/lessons/lesson-card.jsx";
import { FakeDocument } from "../../support/fake-document.js";

vi.hoisted(() => vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} })));

const NAME = "1-one";
const STEPS = ["Add a class.", "Look at it."].map((text) => ({ text: [{ text }], check: null }));

vi.mock("../../../src/ui/lessons/lesson-files.js", () => ({
	useLesson: () => ({
		lesson: { title: "One", steps: STEPS, see: [] },
		entry: { name: NAME, title: "One", steps: STEPS.length, language: "en" },
	}),
}));

/** Until it is drawn again. */
const drawn = () => new Promise((resolve) => setTimeout(resolve, 50));

/** @type {FakeDocument} */
let page;
/** @type {import("../../../src/state/state.js").State} */
let state;

beforeEach(() => {
	page = new FakeDocument();
	vi.stubGlobal("document", page);
	vi.stubGlobal("HTMLElement", class {});
	state = createState();
	state.ready.value = true;
	beginLesson(NAME, true);
	const session = /** @type {any} */ (state);
	const card = h(SessionContext.Provider, { value: session, children: h(LessonCard, { name: NAME }) });
	render(card, /** @type {any} */ (page.documentElement));
});
afterEach(async () => {
	render(null, /** @type {any} */ (page.documentElement));
	await drawn();
	closeLesson();
	vi.unstubAllGlobals();
});

test("the example is offered where there is no camera: neither this device's nor a phone", async () => {
	const isOffered = () => page.documentElement.find("sample-button") !== null;
	state.model.value = { ...state.model.value, sample: /** @type {any} */ ({}) };
	await drawn();
	expect(isOffered()).toBe(true);
	state.camera.value = { ...state.camera.value, state: "on" };
	await drawn();
	expect(isOffered()).toBe(false);
	state.camera.value = { ...state.camera.value, state: "off" };
	state.phone.value = { state: "on", key: "key", pictureUrl: null };
	await drawn();
	expect(isOffered()).toBe(false);
});

test("beginning the lesson takes the focus to its step, also where it is open already", async () => {
	await drawn();
	const step = page.documentElement.find("lesson-text");
	expect(page.activeElement).toBe(step);
	for (const anew of [false, true]) {
		page.activeElement = null;
		beginLesson(NAME, anew);
		await drawn();
		expect(page.activeElement).toBe(step);
		expect(isJustBegun.peek()).toBe(false);
	}
});

test("no other change takes the focus", async () => {
	await drawn();
	page.activeElement = null;
	finishStep(NAME, 0);
	foldLesson(true);
	await drawn();
	foldLesson(false);
	await drawn();
	expect(page.activeElement).toBeNull();
});
