// A page that slept: it is told, and its connection is looked at.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followAwakening } from "../../src/sync/awakening.js";

/** @type {EventTarget & {hidden: boolean}} */
let page;
/** @type {EventTarget} */
let view;

beforeEach(() => {
	vi.useFakeTimers();
	page = Object.assign(new EventTarget(), { hidden: false });
	view = new EventTarget();
	vi.stubGlobal("document", page);
	vi.stubGlobal("window", view);
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

test("is told when it is seen, thawed, shown again or online, and no more once it is stopped", () => {
	const onAwake = vi.fn();
	const stop = followAwakening(onAwake);
	page.hidden = true;
	page.dispatchEvent(new Event("visibilitychange"));
	expect(onAwake).not.toHaveBeenCalled();
	page.hidden = false;
	page.dispatchEvent(new Event("visibilitychange"));
	page.dispatchEvent(new Event("resume"));
	view.dispatchEvent(new Event("online"));
	view.dispatchEvent(new Event("pageshow"));
	expect(onAwake).toHaveBeenCalledTimes(4);
	stop();
	view.dispatchEvent(new Event("online"));
	vi.setSystemTime(Date.now() + 3_600_000);
	vi.advanceTimersByTime(10_000);
	expect(onAwake).toHaveBeenCalledTimes(4);
});

test("is told once after a sleep that no event tells of, and not of timers that are a little late", () => {
	const onAwake = vi.fn();
	followAwakening(onAwake);
	vi.advanceTimersByTime(60_000);
	vi.setSystemTime(Date.now() + 20_000);
	vi.advanceTimersByTime(5000);
	expect(onAwake).not.toHaveBeenCalled();
	vi.setSystemTime(Date.now() + 3_600_000);
	vi.advanceTimersByTime(20_000);
	expect(onAwake).toHaveBeenCalledTimes(1);
});
