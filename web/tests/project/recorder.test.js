import { expect, test } from "vitest";
import { Recorder } from "../../src/project/recorder.js";
import { embeddingOf } from "../support/client.js";

const frame = { embedding: embeddingOf(1), thumbnail: null };

function setUp() {
	/** @type {import("../../src/project/replica.js").Example[]} */
	const added = [];
	/** @type {{label: string, ids: string[]}[]} */
	const done = [];
	const recorder = new Recorder({
		add: (example) => added.push(example),
		onDone: ({ label, ids }) => done.push({ label, ids: [...ids] }),
	});
	return { recorder, added, done };
}

test("every answered frame is an example, every hold a group and a step of undo", () => {
	const { recorder, added, done } = setUp();
	expect(recorder.claim()).toBeNull();
	for (const label of ["cat", "dog"]) {
		recorder.start(label);
		for (let i = 0; i < 3; i += 1) {
			const hold = recorder.claim();
			if (hold) recorder.record(hold, frame);
		}
		recorder.stop();
		expect(recorder.claim()).toBeNull();
	}
	expect(added.map(({ label }) => label)).toEqual(["cat", "cat", "cat", "dog", "dog", "dog"]);
	expect(new Set(added.map(({ group }) => group)).size).toBe(2);
	expect(new Set(added.map(({ id }) => id)).size).toBe(6);
	expect(done.map(({ label, ids }) => [label, ids.length])).toEqual([
		["cat", 3],
		["dog", 3],
	]);
});

test("a tap that is shorter than a frame records one example, and only one", () => {
	const { recorder, added, done } = setUp();
	recorder.start("cat");
	recorder.stop();
	expect(done).toEqual([]);
	const hold = recorder.claim();
	expect(recorder.claim()).toBeNull();
	if (hold) recorder.record(hold, frame);
	expect(added).toHaveLength(1);
	expect(done).toEqual([{ label: "cat", ids: [added[0].id] }]);
	expect(recorder.claim()).toBeNull();
});

test("a frame on its way at the end of a hold counts, and no second one is recorded", () => {
	const { recorder, added, done } = setUp();
	recorder.start("cat");
	const hold = recorder.claim();
	recorder.stop();
	expect(recorder.claim()).toBeNull();
	if (hold) recorder.record(hold, frame);
	expect(added).toHaveLength(1);
	expect(done).toHaveLength(1);
	expect(recorder.claim()).toBeNull();
});

test("a tap whose frame is lost gets the next frame", () => {
	const { recorder, added } = setUp();
	recorder.start("cat");
	const lost = recorder.claim();
	recorder.stop();
	if (lost) recorder.release(lost);
	const hold = recorder.claim();
	if (hold) recorder.record(hold, frame);
	expect(added).toHaveLength(1);
});

test("a recording of a renamed class goes on under the new name, even for a frame after the release", () => {
	const { recorder, added, done } = setUp();
	recorder.start("cat");
	recorder.renamed("cat", "lion");
	expect(recorder.label).toBe("lion");
	const hold = recorder.claim();
	recorder.stop();
	recorder.renamed("lion", "tiger");
	if (hold) recorder.record(hold, frame);
	expect(added[0].label).toBe("tiger");
	expect(done).toEqual([{ label: "tiger", ids: [added[0].id] }]);
});

test("a recording of a deleted class ends, even for a frame on its way or a tap", () => {
	const { recorder, added, done } = setUp();
	recorder.start("cat");
	const first = recorder.claim();
	if (first) recorder.record(first, frame);
	const late = recorder.claim();
	recorder.cleared("dog");
	expect(recorder.label).toBe("cat");
	recorder.cleared("cat");
	expect(recorder.label).toBeNull();
	if (late) recorder.record(late, frame);
	expect(added).toHaveLength(1);
	expect(done).toEqual([{ label: "cat", ids: [added[0].id] }]);
	recorder.start("cat");
	recorder.stop();
	recorder.cleared("cat");
	expect(recorder.claim()).toBeNull();
});

test("a refused example ends the hold, and the error is thrown", () => {
	/** @type {string[]} */
	const done = [];
	const recorder = new Recorder({
		add: () => {
			throw new Error("full");
		},
		onDone: ({ label }) => done.push(label),
	});
	recorder.start("cat");
	const hold = recorder.claim();
	if (hold) expect(() => recorder.record(hold, frame)).toThrow("full");
	expect(recorder.label).toBeNull();
	expect(done).toEqual(["cat"]);
});

test("a burst takes so many pictures, evenly, as one group and one step, and ends by itself", () => {
	let now = 0;
	/** @type {import("../../src/project/replica.js").Example[]} */
	const added = [];
	const ended = /** @type {number[]} */ ([]);
	const recorder = new Recorder({
		add: (example) => added.push(example),
		onDone: ({ ids }) => ended.push(ids.length),
		now: () => now,
	});
	recorder.start("cat", { pictures: 4, everyMs: 100 });
	const takenAt = [];
	for (; now < 1000; now += 40) {
		const hold = recorder.claim();
		if (!hold) continue;
		takenAt.push(now);
		recorder.record(hold, frame);
	}
	expect(takenAt).toEqual([0, 120, 200, 320]);
	expect([recorder.label, recorder.recording.value]).toEqual([null, null]);
	expect(new Set(added.map(({ group }) => group)).size).toBe(1);
	expect(ended).toEqual([4]);
});

test("a burst at fewer frames a second than it wants takes each, until it has so many", () => {
	let now = 0;
	const recorder = new Recorder({ add: () => {}, onDone: () => {}, now: () => now });
	recorder.start("cat", { pictures: 3, everyMs: 100 });
	for (; now < 1500; now += 500) expect(recorder.claim()).not.toBeNull();
	expect(recorder.claim()).toBeNull();
});

test.each([0, 2, 4])("a burst whose frame number %i is lost takes another in its place", (lost) => {
	/** @type {string[]} */
	const added = [];
	/** @type {number[]} */
	const ended = [];
	const recorder = new Recorder({ add: ({ id }) => added.push(id), onDone: ({ ids }) => ended.push(ids.length) });
	recorder.start("cat", { pictures: 5 });
	for (let i = 0; i < 10; i += 1) {
		const hold = recorder.claim();
		if (hold && i === lost) recorder.release(hold);
		else if (hold) recorder.record(hold, frame);
	}
	expect([added.length, ended, recorder.label]).toEqual([5, [5], null]);
});

test("a burst all of whose frames are lost ends by itself, and takes no other frame", () => {
	const { recorder, done } = setUp();
	recorder.start("cat", { pictures: 3 });
	for (let i = 0; i < 3; i += 1) {
		expect(recorder.label).toBe("cat");
		const hold = recorder.claim();
		if (hold) recorder.release(hold);
	}
	expect([recorder.label, recorder.recording.value, recorder.claim(), done]).toEqual([null, null, null, []]);
});

test("a hold without limits goes on, however many frames are lost", () => {
	const { recorder, added } = setUp();
	recorder.start("cat");
	for (let i = 0; i < 300; i += 1) {
		const hold = recorder.claim();
		if (hold) recorder.release(hold);
	}
	const hold = recorder.claim();
	if (hold) recorder.record(hold, frame);
	expect(added).toHaveLength(1);
});

test("a recording that is cancelled takes no other frame, also where the one on its way is lost", () => {
	const { recorder, added, done } = setUp();
	recorder.start("cat");
	recorder.cancel();
	expect(recorder.claim()).toBeNull();
	recorder.start("cat");
	const lost = recorder.claim();
	recorder.cancel();
	if (lost) recorder.release(lost);
	expect(recorder.claim()).toBeNull();
	recorder.start("cat");
	const answered = recorder.claim();
	recorder.cancel();
	if (answered) recorder.record(answered, frame);
	expect([recorder.claim(), added.length, done.length]).toEqual([null, 1, 1]);
});

test("a burst claims no more frames than it wants while some are on their way", () => {
	const { recorder, added, done } = setUp();
	recorder.start("cat", { pictures: 2 });
	const holds = [recorder.claim(), recorder.claim(), recorder.claim()];
	expect(holds[2]).toBeNull();
	if (holds[0]) recorder.record(holds[0], frame);
	expect([recorder.claim(), done]).toEqual([null, []]);
	if (holds[1]) recorder.record(holds[1], frame);
	expect([recorder.label, added.length, done.length]).toEqual([null, 2, 1]);
});

test("a burst that is stopped while a frame is on its way takes none in the place of one that is lost", () => {
	const { recorder, added, done } = setUp();
	recorder.start("cat", { pictures: 5 });
	const first = recorder.claim();
	if (first) recorder.record(first, frame);
	const lost = recorder.claim();
	recorder.stop();
	if (lost) recorder.release(lost);
	expect([recorder.claim(), added.length, done.length]).toEqual([null, 1, 1]);
});

test("a locked recording ends when its time is over, counted from its first frame", () => {
	let now = 5000;
	const done = /** @type {number[]} */ ([]);
	const recorder = new Recorder({ add: () => {}, onDone: ({ ids }) => done.push(ids.length), now: () => now });
	recorder.start("cat", { ms: 1000 });
	now = 9000;
	for (const at of [9000, 9900]) {
		now = at;
		const hold = recorder.claim();
		if (hold) recorder.record(hold, frame);
	}
	expect(recorder.label).toBe("cat");
	now = 10_000;
	expect(recorder.claim()).toBeNull();
	expect([recorder.label, done]).toEqual([null, [2]]);
});

test("the meter counts what each picture is; near-copies are kept, unless they are to be left out", () => {
	for (const skipsCopies of [false, true]) {
		/** @type {string[]} */
		const added = [];
		/** @type {import("../../src/state/state.js").MeterState[]} */
		const shown = [];
		const recorder = new Recorder({
			add: ({ id }) => added.push(id),
			onDone: () => {},
			onMeter: (meter) => shown.push(meter),
			copyDistance: () => 0.0001,
		});
		recorder.start("cat", { skipsCopies });
		const sharp = { blur: 0.3, brightness: 120 };
		for (const [seed, quality] of /** @type {const} */ ([
			[1, sharp],
			[1, sharp],
			[2, { blur: 0.9, brightness: 120 }],
			[3, { blur: 0.9, brightness: 5 }],
			[4, null],
		])) {
			const hold = recorder.claim();
			if (hold)
				recorder.record(hold, { embedding: Float32Array.of(Math.cos(seed), Math.sin(seed)), thumbnail: null, quality });
		}
		recorder.stop();
		const counts = { good: 2, copies: 1, blurred: 1, dark: 1 };
		expect(shown.at(-2)).toEqual({ label: "cat", counts, isOver: false });
		expect(shown.at(-1)).toEqual({ label: "cat", counts, isOver: true });
		expect(added).toHaveLength(skipsCopies ? 4 : 5);
	}
});
