import { expect, test } from "vitest";
import { Recorder } from "../../src/project/recorder.js";
import { vector } from "../support/client.js";

const seen = { embedding: vector(1), thumbnail: null };

function bench() {
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

test("one example an answered frame, one group a hold, one step when it is over", () => {
	const { recorder, added, done } = bench();
	expect(recorder.claim()).toBeNull();
	for (const label of ["cat", "dog"]) {
		recorder.start(label);
		for (let i = 0; i < 3; i += 1) {
			const hold = recorder.claim();
			if (hold) recorder.record(hold, seen);
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

test("a tap that is shorter than a frame records one, and only one", () => {
	const { recorder, added, done } = bench();
	recorder.start("cat");
	recorder.stop();
	expect(done).toEqual([]);
	const hold = recorder.claim();
	expect(recorder.claim()).toBeNull();
	if (hold) recorder.record(hold, seen);
	expect(added).toHaveLength(1);
	expect(done).toEqual([{ label: "cat", ids: [added[0].id] }]);
	expect(recorder.claim()).toBeNull();
});

test("a frame under way at the end of the hold counts, and the tap is not owed twice", () => {
	const { recorder, added, done } = bench();
	recorder.start("cat");
	const hold = recorder.claim();
	recorder.stop();
	expect(recorder.claim()).toBeNull();
	if (hold) recorder.record(hold, seen);
	expect(added).toHaveLength(1);
	expect(done).toHaveLength(1);
	expect(recorder.claim()).toBeNull();
});

test("a tap whose frame was lost gets the next one", () => {
	const { recorder, added } = bench();
	recorder.start("cat");
	const lost = recorder.claim();
	recorder.stop();
	if (lost) recorder.release(lost);
	const hold = recorder.claim();
	if (hold) recorder.record(hold, seen);
	expect(added).toHaveLength(1);
});

test("a class that is renamed while it is recorded goes on under its new name, also the frame after the release", () => {
	const { recorder, added, done } = bench();
	recorder.start("cat");
	recorder.renamed("cat", "lion");
	expect(recorder.label).toBe("lion");
	const hold = recorder.claim();
	recorder.stop();
	recorder.renamed("lion", "tiger");
	if (hold) recorder.record(hold, seen);
	expect(added[0].label).toBe("tiger");
	expect(done).toEqual([{ label: "tiger", ids: [added[0].id] }]);
});

test("a class that is deleted while it is recorded is not recorded any more, not even by a frame under way or a tap", () => {
	const { recorder, added, done } = bench();
	recorder.start("cat");
	const first = recorder.claim();
	if (first) recorder.record(first, seen);
	const late = recorder.claim();
	recorder.cleared("dog");
	expect(recorder.label).toBe("cat");
	recorder.cleared("cat");
	expect(recorder.label).toBeNull();
	if (late) recorder.record(late, seen);
	expect(added).toHaveLength(1);
	expect(done).toEqual([{ label: "cat", ids: [added[0].id] }]);
	recorder.start("cat");
	recorder.stop();
	recorder.cleared("cat");
	expect(recorder.claim()).toBeNull();
});

test("what is refused ends the hold and is thrown", () => {
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
	if (hold) expect(() => recorder.record(hold, seen)).toThrow("full");
	expect(recorder.label).toBeNull();
	expect(done).toEqual(["cat"]);
});
