// What goes off with simple words: what has no switch among them.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SIMPLE_LOADERS } from "../../../src/i18n/simple-words.js";
import { chooseWords } from "../../../src/ui/top/choose-words.js";

/** @type {any} */
let session;

beforeEach(() => {
	session = { setHeatMode: vi.fn(), setCrop: vi.fn() };
});
afterEach(async () => {
	vi.restoreAllMocks();
	await chooseWords(session, false);
});

test("heat map and crop box go off with simple words, and with nothing else", async () => {
	expect(await chooseWords(session, false)).toBe(false);
	expect([session.setHeatMode.mock.calls, session.setCrop.mock.calls]).toEqual([[], []]);
	expect(await chooseWords(session, true)).toBe(true);
	expect([session.setHeatMode.mock.calls, session.setCrop.mock.calls]).toEqual([[["off"]], [[null]]]);
});

test("a page that only answers has no crop box", async () => {
	delete session.setCrop;
	expect(await chooseWords(session, true)).toBe(true);
	expect(session.setHeatMode).toHaveBeenCalledWith("off");
});

test("where simple words can't be loaded, both stay", async () => {
	vi.spyOn(console, "warn").mockImplementation(() => {});
	vi.spyOn(SIMPLE_LOADERS, "en").mockRejectedValue(new Error("gone"));
	expect(await chooseWords(session, true)).toBe(false);
	expect([session.setHeatMode.mock.calls, session.setCrop.mock.calls]).toEqual([[], []]);
});
