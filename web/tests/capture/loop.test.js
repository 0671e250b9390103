// The newest frame wins, by a clock and a camera that the test turns itself.

import { expect, test } from "vitest";
import { Loop } from "../../src/capture/loop.js";

/** A camera whose frames are numbers, and a model that answers when it is told to. */
function bench() {
	/** @type {() => void} */
	let fresh = () => {};
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
	let underWay = 0;
	let most = 0;
	const loop = new Loop({
		watch: (callback) => {
			fresh = callback;
			return () => {
				fresh = () => {};
			};
		},
		capture: async () => /** @type {any} */ (newest),
		answer: (frame) => {
			answered.push(Number(frame));
			underWay += 1;
			most = Math.max(most, underWay);
			return new Promise((resolve, reject) => {
				finish = (error) => {
					finish = null;
					underWay -= 1;
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
		most: () => most,
		/** @param {number} ms */
		async frame(ms = 0) {
			now += ms;
			newest += 1;
			fresh();
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

test("frames that come while one is under way are dropped, all but the newest", async () => {
	const { loop, frame, done, answered, most } = bench();
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
	expect(most()).toBe(1);
});

test("a frame that fails is told of, and the next one goes on", async () => {
	const { loop, frame, done, answered, errors } = bench();
	loop.start();
	await frame();
	await done(0, new Error("lost"));
	await frame();
	expect(errors).toEqual([new Error("lost")]);
	expect(answered).toEqual([1, 2]);
});

test("a stopped loop takes no frame, and a started one takes no old one", async () => {
	const { loop, frame, done, answered } = bench();
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

test("what a frame costs and how many there are is measured from capture to answer", async () => {
	const { loop, frame, done, measured } = bench();
	loop.start();
	for (let i = 0; i < 60; i += 1) {
		await frame(20);
		await done(30);
	}
	expect(measured.at(-1)?.frameMs).toBeCloseTo(30);
	expect(measured.at(-1)?.fps).toBeCloseTo(20);
});
