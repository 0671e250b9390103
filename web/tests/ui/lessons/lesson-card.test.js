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
	showStep,
} from "../../../src/ui/context/lessons-state.js";
import { SessionContext } from "../../../src/ui/context/session-context.js";
import { LessonCard } from "../../../src/ui/lessons/lesson-card.jsx";
import { FakeDocument } from "../../support/fake-document.js";

vi.hoisted(() => vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} })));

const NAME = "1-one";
/** @type {{text: {text: string}[], check: string[]|null}[]} */
const STEPS = ["Add a class.", "Look at it."].map((text) => ({ text: [{ text }], check: null }));
const FOLLOWING = { name: "2-two", title: "Two", steps: 3, language: "en" };

vi.mock("../../../src/ui/lessons/lesson-files.js", () => ({
	useLesson: () => ({
		lesson: { title: "One", steps: STEPS, see: [] },
		entry: { name: NAME, title: "One", steps: STEPS.length, language: "en" },
		next: FOLLOWING,
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
	STEPS[0].check = null;
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

test("what is done is not skipped", async () => {
	const isHidden = () => page.documentElement.find("lesson-skip")?.attributes["data-done"];
	await drawn();
	expect(isHidden()).toBe("false");
	finishStep(NAME, 0);
	await drawn();
	expect(isHidden()).toBe("true");
});

test("a camera that a reload has put out is to be started again", async () => {
	STEPS[0].check = ["camera"];
	finishStep(NAME, 0);
	await drawn();
	const isDone = () => page.documentElement.find("lesson")?.attributes["data-done"];
	expect(isDone()).toBe("false");
	state.camera.value = { ...state.camera.value, state: "on" };
	await drawn();
	expect(isDone()).toBe("true");
});

test("its end offers the next lesson", async () => {
	await drawn();
	expect(page.documentElement.find("primary")?.attributes.title).toBeUndefined();
	showStep(NAME, STEPS.length);
	await drawn();
	expect(page.documentElement.find("primary")?.attributes.title).toBe(FOLLOWING.title);
});
