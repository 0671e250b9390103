// When the open lesson is shown, and when it waits.

import { h, render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useSimpleWords } from "../../../src/i18n/language.js";
import { SIMPLE_LOADERS } from "../../../src/i18n/simple-words.js";
import { createState } from "../../../src/state/state.js";
import { beginLesson, closeLesson, lessonsProgress } from "../../../src/ui/context/lessons-state.js";
import { isPresenting } from "../../../src/ui/context/presenting.js";
import { SessionContext } from "../../../src/ui/context/session-context.js";
import { LessonPlace } from "../../../src/ui/lessons/lesson-place.jsx";
import { until } from "../../support/client.js";
import { FakeDocument } from "../../support/fake-document.js";

vi.hoisted(() => vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} })));

vi.mock("../../../src/ui/lessons/lesson-card.jsx", () => ({
	LessonCard: (/** @type {{name: string}} */ { name }) => name,
}));

const NAME = "1-one";
/** @type {FakeDocument} */
let page;
const shown = () => page.documentElement.textContent;

beforeEach(() => {
	page = new FakeDocument();
	vi.stubGlobal("document", page);
	vi.stubGlobal("HTMLElement", class {});
	beginLesson(NAME, true);
	const session = /** @type {any} */ (createState());
	const place = h(SessionContext.Provider, { value: session, children: h(LessonPlace, {}) });
	render(place, /** @type {any} */ (page.documentElement));
});
afterEach(async () => {
	isPresenting.value = false;
	await useSimpleWords(null);
	closeLesson();
	render(null, /** @type {any} */ (page.documentElement));
	vi.unstubAllGlobals();
});

test("a lesson waits while the words are simple, and is there again with the others", async () => {
	await until(() => shown() === NAME, "the lesson is shown");
	await useSimpleWords(SIMPLE_LOADERS);
	await until(() => shown() === "", "the lesson is away");
	expect(lessonsProgress.peek().open).toBe(NAME);
	await useSimpleWords(null);
	await until(() => shown() === NAME, "the lesson is shown again");
});

test("a lesson waits while the page is presented", async () => {
	await until(() => shown() === NAME, "the lesson is shown");
	isPresenting.value = true;
	await until(() => shown() === "", "the lesson is away");
});
