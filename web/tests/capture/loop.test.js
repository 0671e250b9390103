// The newest frame wins; the test turns the clock and the camera.

import { expect, test } from "vitest";
import { Loop } from "../../src/capture/loop.js";

/** A camera whose frames are numbers, and a model that answers when the test says so. */
function setUp() {
	/** @type {() => void} */
	let onFrame = () => {};
	let newest = 0;
	let now = 0;
	/** @type {number[]} */
	const answered = [];
	/** @type {unknown[]} */
	const errors = [];
	/** @type {{fps: number, frameMs: number}[]} */
	const measured = [];
	/** @type {((error?: unknown) => void)|null} */
	let finish = null;
	let activeCount = 0;
	let maxActiveCount = 0;
	const loop = new Loop({
		watch: (callback) => {
			onFrame = callback;
			return () => {
				onFrame = () => {};
			};
		},
		capture: async () => /** @type {any} */ (newest),
		answer: (frame) => {
			answered.push(Number(frame));
			activeCount += 1;
			maxActiveCount = Math.max(maxActiveCount, activeCount);
			return new Promise((resolve, reject) => {
				finish = (error) => {
					finish = null;
					activeCount -= 1;
					if (error) reject(error);
					else resolve();
				};
			});
		},
		onMeasured: (values) => measured.push(values),
		onError: (error) => errors.push(error),
		now: () => now,
	});
	const settle = () => new Promise((resolve) => setImmediate(resolve));
	return {
		loop,
		answered,
		errors,
		measured,
		maxActiveCount: () => maxActiveCount,
		/** @param {number} ms */
		async frame(ms = 0) {
			now += ms;
			newest += 1;
			onFrame();
			await settle();
		},
		/** @param {number} ms @param {unknown} [error] */
		async done(ms = 0, error) {
			now += ms;
			finish?.(error);
			await settle();
		},
	};
}

test("of the frames that come while one is on its way, only the newest is answered", async () => {
	const { loop, frame, done, answered, maxActiveCount } = setUp();
	loop.start();
	await frame();
	for (let i = 0; i < 8; i += 1) await frame();
	expect(answered).toEqual([1]);
	await done();
	expect(answered).toEqual([1, 9]);
	await done();
	expect(answered).toEqual([1, 9]);
	await frame();
	expect(answered).toEqual([1, 9, 10]);
	expect(maxActiveCount()).toBe(1);
});

test("the error of a failed frame is reported, and the next frame is answered", async () => {
	const { loop, frame, done, answered, errors } = setUp();
	loop.start();
	await frame();
	await done(0, new Error("lost"));
	await frame();
	expect(errors).toEqual([new Error("lost")]);
	expect(answered).toEqual([1, 2]);
});

test("a stopped loop takes no frame, and a started one takes no frame from before", async () => {
	const { loop, frame, done, answered } = setUp();
	loop.start();
	await frame();
	await frame();
	loop.stop();
	await done();
	await frame();
	expect(answered).toEqual([1]);
	loop.start();
	await done();
	expect(answered).toEqual([1]);
	await frame();
	expect(answered).toEqual([1, 4]);
});

test("frame time and frame rate are measured from capture to answer", async () => {
	const { loop, frame, done, measured } = setUp();
	loop.start();
	for (let i = 0; i < 60; i += 1) {
		await frame(20);
		await done(30);
	}
	expect(measured.at(-1)?.frameMs).toBeCloseTo(30);
	expect(measured.at(-1)?.fps).toBeCloseTo(20);
	// The first two of 60 frames in 3 seconds, and one of each half second after them.
	expect(measured).toHaveLength(7);
});
