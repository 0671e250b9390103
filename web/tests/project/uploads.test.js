import { expect, test } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Uploads } from "../../src/project/uploads.js";
import { vector } from "../support/client.js";

/** Uploads into a replica; the test says when a picture is embedded. */
function bench() {
	const replica = new Replica(newProject("m"), null);
	/** @type {(() => void)[]} */
	const waiting = [];
	/** @type {(import("../../src/state/state.js").UploadState|null)[]} */
	const states = [];
	/** @type {[string, number][]} */
	const done = [];
	const uploads = new Uploads({
		embed: () => new Promise((resolve) => waiting.push(() => resolve({ embedding: vector(1, 2), thumbnail: null }))),
		add: (example) => replica.add([example]),
		onState: (state) => states.push(state),
		onDone: (label, ids) => done.push([label, ids.length]),
	});
	replica.listener = uploads;
	/** @param {string} label @param {number} count */
	const upload = (label, count) =>
		uploads.add(
			label,
			Array.from({ length: count }, (_, i) => new File([], `${i}.jpg`)),
		);
	const embedded = async () => {
		while (waiting.length === 0) await Promise.resolve();
		waiting.shift()?.();
		// What follows the answer is done before the next task.
		await new Promise((resolve) => setImmediate(resolve));
	};
	return { replica, uploads, upload, embedded, states, done };
}

const counts = (/** @type {Replica} */ { classes }) => classes.value.map(({ label, count }) => [label, count]);

test("pictures are added one after another, and a cancelled upload keeps what it added", async () => {
	const { replica, uploads, upload, embedded, states, done } = bench();
	const first = upload("cat", 3);
	const second = upload("dog", 1);
	await embedded();
	uploads.cancel();
	await embedded();
	expect(await first).toEqual({ added: 1, failed: [], cancelled: true });
	await embedded();
	expect(await second).toEqual({ added: 1, failed: [], cancelled: false });
	expect(counts(replica)).toEqual([
		["cat", 1],
		["dog", 1],
	]);
	expect(states.map((state) => state && `${state.label} ${state.done}/${state.total}`)).toEqual([
		"cat 0/3",
		"cat 1/3",
		null,
		"dog 0/1",
		null,
	]);
	expect(done).toEqual([
		["cat", 1],
		["dog", 1],
	]);
});

test("a class that is renamed while it is uploaded into does not come back under its old name", async () => {
	const { replica, upload, embedded, states, done } = bench();
	replica.addLabel("cat");
	const report = upload("cat", 2);
	const later = upload("cat", 1);
	await embedded();
	replica.rename("cat", "lion");
	expect(states.at(-1)).toEqual({ label: "lion", done: 1, total: 2 });
	await embedded();
	expect(await report).toEqual({ added: 2, failed: [], cancelled: false });
	await embedded();
	await later;
	expect(counts(replica)).toEqual([["lion", 3]]);
	expect(done).toEqual([
		["lion", 2],
		["lion", 1],
	]);
});

test("a class that is deleted while it is uploaded into does not come back", async () => {
	const { replica, upload, embedded, done } = bench();
	replica.addLabel("cat");
	const report = upload("cat", 3);
	const later = upload("cat", 1);
	await embedded();
	replica.clear("cat");
	expect(done[0]).toEqual(["cat", 1]);
	await embedded();
	expect(await report).toEqual({ added: 1, failed: [], cancelled: true });
	expect(await later).toEqual({ added: 0, failed: [], cancelled: true });
	expect(counts(replica)).toEqual([]);
});
