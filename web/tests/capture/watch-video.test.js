// How new frames of a video are noticed; the test turns the clock, the screen and the camera.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchVideo } from "../../src/capture/watch-video.js";

const FRAME_MS = 50;

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
	vi.stubGlobal("document", { hidden: false });
});

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/**
 * A video of a browser.
 * @param {object} [options]
 * @param {(frames: number) => number} [options.count] what the browser counts after so many frames
 * @param {boolean} [options.hasReports]
 */
function setUp({ count = (frames) => frames, hasReports = true } = {}) {
	let frames = 0;
	/** @type {Map<number, Function>} */
	const reports = new Map();
	/** @type {Map<number, Function>} */
	const repaints = new Map();
	let lastHandle = 0;
	/** @param {Map<number, Function>} requests */
	const request = (requests) => (/** @type {Function} */ callback) => {
		lastHandle += 1;
		requests.set(lastHandle, callback);
		return lastHandle;
	};
	/** @param {Map<number, Function>} requests @param {any[]} values */
	const run = (requests, ...values) => {
		const due = [...requests.values()];
		requests.clear();
		for (const callback of due) callback(...values);
	};
	vi.stubGlobal("requestAnimationFrame", request(repaints));
	vi.stubGlobal("cancelAnimationFrame", (/** @type {number} */ handle) => repaints.delete(handle));
	const video = {
		paused: false,
		currentTime: 0,
		getVideoPlaybackQuality: () => ({ totalVideoFrames: count(frames) }),
		...(hasReports && {
			requestVideoFrameCallback: request(reports),
			cancelVideoFrameCallback: (/** @type {number} */ handle) => reports.delete(handle),
		}),
	};
	const onFrame = vi.fn();
	const stop = watchVideo(/** @type {any} */ (video), onFrame);
	return {
		video,
		onFrame,
		stop,
		reports,
		repaints,
		/** So many frames come, one after another; `silent`: the browser reports none. */
		play(/** @type {number} */ times, { silent = false } = {}) {
			for (let i = 0; i < times; i += 1) {
				frames += 1;
				video.currentTime += FRAME_MS / 1000;
				if (!silent) run(reports, performance.now(), { presentedFrames: frames });
				run(repaints, performance.now());
				vi.advanceTimersByTime(FRAME_MS);
			}
		},
	};
}

test("reports are asked for until the count has agreed with them five times; then each frame is noticed once by the count", () => {
	const { onFrame, play, reports } = setUp();
	play(4);
	expect(reports.size).toBe(1);
	play(2);
	expect(reports.size).toBe(0);
	expect(onFrame).toHaveBeenCalledTimes(6);
	play(100, { silent: true });
	expect(onFrame).toHaveBeenCalledTimes(106);
	expect(reports.size).toBe(0);
});

test("a count that stands still, or counts otherwise, is not believed", () => {
	for (const count of [() => 0, () => Number.NaN, (/** @type {number} */ frames) => 2 * frames]) {
		const { onFrame, play, reports, stop } = setUp({ count });
		play(20);
		expect(reports.size).toBe(1);
		expect(onFrame).toHaveBeenCalledTimes(20);
		stop();
	}
});

test("a browser that counts no frames at all is followed by its reports", () => {
	const { video, onFrame, play, reports } = setUp();
	// @ts-expect-error older browsers
	video.getVideoPlaybackQuality = undefined;
	play(20);
	expect(reports.size).toBe(1);
	expect(onFrame).toHaveBeenCalledTimes(20);
});

test("a camera that is slower or faster than before is noticed within a few milliseconds", () => {
	let frames = 0;
	const { onFrame, play } = setUp({ count: (reported) => reported + frames });
	play(8);
	onFrame.mockClear();
	for (const wait of [200, 33, 33, 33, 16, 33, 100]) {
		frames += 1;
		vi.advanceTimersByTime(wait);
	}
	vi.advanceTimersByTime(50);
	// A frame that came while it rested is noticed with the next one.
	expect(onFrame.mock.calls.length).toBeGreaterThanOrEqual(6);
	expect(onFrame.mock.calls.length).toBeLessThanOrEqual(7);
});

test("a count that stops while the video plays gives way to reports, and silent reports to repaints", () => {
	const { onFrame, play, reports, repaints } = setUp({ count: (frames) => Math.min(frames, 20) });
	play(20);
	expect(reports.size).toBe(0);
	onFrame.mockClear();
	play(25, { silent: true });
	expect(reports.size).toBe(1);
	play(25, { silent: true });
	expect(reports.size).toBe(0);
	expect(repaints.size).toBe(1);
	onFrame.mockClear();
	play(10, { silent: true });
	expect(onFrame).toHaveBeenCalledTimes(10);
});

test("a paused video, or a hidden page, is no silent one", () => {
	const { video, play, reports } = setUp();
	play(8);
	video.paused = true;
	vi.advanceTimersByTime(5000);
	expect(reports.size).toBe(0);
	video.paused = false;
	// @ts-expect-error the stub is no whole document
	document.hidden = true;
	vi.advanceTimersByTime(5000);
	expect(reports.size).toBe(0);
});

test("without reports, the clock of the video is looked at with every repaint", () => {
	const { onFrame, play, repaints } = setUp({ hasReports: false });
	play(5);
	expect(onFrame).toHaveBeenCalledTimes(5);
	expect(repaints.size).toBe(1);
});

test("after the stop nothing is noticed, whichever way was in use", () => {
	for (const [options, before, silent] of /** @type {const} */ ([
		[{}, 2, false],
		[{}, 10, false],
		[{ count: () => 0 }, 60, true],
		[{ hasReports: false }, 5, true],
	])) {
		const { onFrame, play, stop, reports, repaints } = setUp(options);
		play(before, { silent });
		stop();
		onFrame.mockClear();
		play(60);
		expect(onFrame).not.toHaveBeenCalled();
		expect([reports.size, repaints.size]).toEqual([0, 0]);
		expect(vi.getTimerCount()).toBe(0);
	}
});
