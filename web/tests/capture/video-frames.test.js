// What the model sees of a video or a picture: the middle square, which the stage shows too.

import { afterEach, expect, test, vi } from "vitest";
import { captureFrame, middleSquare, partOf, takeFrame } from "../../src/capture/video-frames.js";

afterEach(() => vi.unstubAllGlobals());

test.each([
	[640, 480, { left: 80, top: 0, side: 480 }],
	[480, 640, { left: 0, top: 80, side: 480 }],
	[1280, 720, { left: 280, top: 0, side: 720 }],
	[300, 300, { left: 0, top: 0, side: 300 }],
	[101, 50, { left: 25, top: 0, side: 50 }],
])("of %i x %i points", (width, height, square) => {
	expect(middleSquare(width, height)).toEqual(square);
});

test("a phone that is turned gives frames of its new shape", async () => {
	const cut = vi.fn(async () => ({}));
	vi.stubGlobal("createImageBitmap", cut);
	vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
	const video = /** @type {any} */ ({ readyState: 4, videoWidth: 640, videoHeight: 480 });
	await captureFrame(video, 224);
	Object.assign(video, { videoWidth: 480, videoHeight: 640 });
	await captureFrame(video, 224);
	expect(cut.mock.calls.map((/** @type {any[]} */ call) => call.slice(1, 5))).toEqual([
		[80, 0, 480, 480],
		[0, 80, 480, 480],
	]);
});

test("a crop is a square part of the middle square, in whole points; without one nothing is worked out", async () => {
	const square = { left: 80, top: 0, side: 480 };
	expect(partOf(square, null)).toBe(square);
	expect(partOf(square, { left: 0.5, top: 0.25, side: 0.25 })).toEqual({ left: 320, top: 120, side: 120 });
	expect(partOf(square, { left: 0.333, top: 0, side: 0.3333 })).toEqual({ left: 240, top: 0, side: 160 });
	const cut = vi.fn(async () => ({}));
	vi.stubGlobal("createImageBitmap", cut);
	vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
	const video = /** @type {any} */ ({ readyState: 4, videoWidth: 640, videoHeight: 480 });
	await captureFrame(video, 224, { left: 0, top: 0.5, side: 0.5 });
	expect(/** @type {any[]} */ (cut.mock.calls[0]).slice(1, 5)).toEqual([80, 240, 240, 240]);
});

test("a frame is taken as it is, with its square; not before the first, nor in another shape than the video shows", () => {
	const close = vi.fn();
	const shape = { displayWidth: 640, displayHeight: 480 };
	vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
	vi.stubGlobal(
		"VideoFrame",
		class {
			displayWidth = shape.displayWidth;
			displayHeight = shape.displayHeight;
			close = close;
		},
	);
	const video = /** @type {any} */ ({ readyState: 1, videoWidth: 640, videoHeight: 480 });
	expect(takeFrame(video, null)).toBeNull();
	video.readyState = 2;
	expect(takeFrame(video, null)?.square).toEqual({ left: 80, top: 0, side: 480 });
	expect(takeFrame(video, { left: 0.5, top: 0, side: 0.5 })?.square).toEqual({ left: 320, top: 0, side: 240 });
	expect(close).not.toHaveBeenCalled();
	// As of a phone on its side whose frames lie.
	Object.assign(shape, { displayWidth: 480, displayHeight: 640 });
	expect(() => takeFrame(video, null)).toThrow("480 x 640");
	expect(close).toHaveBeenCalledOnce();
});
