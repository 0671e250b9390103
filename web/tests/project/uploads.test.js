import { expect, test } from "vitest";
import { problem } from "../../src/contract/problem.js";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Uploads } from "../../src/project/uploads.js";
import { embeddingOf } from "../support/client.js";

/** Uploads into a replica; the test decides when a picture is embedded. */
function setUp() {
	const replica = new Replica(newProject("m"), null);
	/** @type {(() => void)[]} */
	const pending = [];
	/** @type {(import("../../src/state/state.js").UploadState|null)[]} */
	const states = [];
	/** @type {[string, number][]} */
	const done = [];
	const uploads = new Uploads({
		embed: () =>
			new Promise((resolve) => pending.push(() => resolve({ embedding: embeddingOf(1, 2), thumbnail: null }))),
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
	const finishEmbedding = async () => {
		while (pending.length === 0) await Promise.resolve();
		pending.shift()?.();
		// Everything that follows is done before the next task.
		await new Promise((resolve) => setImmediate(resolve));
	};
	return { replica, uploads, upload, finishEmbedding, states, done };
}

const counts = (/** @type {Replica} */ { classes }) => classes.value.map(({ label, count }) => [label, count]);

test("pictures are added one after another, and a cancelled upload keeps what it added", async () => {
	const { replica, uploads, upload, finishEmbedding, states, done } = setUp();
	const first = upload("cat", 3);
	const second = upload("dog", 1);
	await finishEmbedding();
	uploads.cancel();
	await finishEmbedding();
	expect(await first).toEqual({ added: 1, failed: [], cancelled: true });
	await finishEmbedding();
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

test("a class that is renamed during an upload does not come back under its old name", async () => {
	const { replica, upload, finishEmbedding, states, done } = setUp();
	replica.addLabel("cat");
	const report = upload("cat", 2);
	const later = upload("cat", 1);
	await finishEmbedding();
	replica.rename("cat", "lion");
	expect(states.at(-1)).toEqual({ label: "lion", done: 1, total: 2 });
	await finishEmbedding();
	expect(await report).toEqual({ added: 2, failed: [], cancelled: false });
	await finishEmbedding();
	await later;
	expect(counts(replica)).toEqual([["lion", 3]]);
	expect(done).toEqual([
		["lion", 2],
		["lion", 1],
	]);
});

test("a class that is deleted during an upload does not come back", async () => {
	const { replica, upload, finishEmbedding, done } = setUp();
	replica.addLabel("cat");
	const report = upload("cat", 3);
	const later = upload("cat", 1);
	await finishEmbedding();
	replica.clear("cat");
	expect(done[0]).toEqual(["cat", 1]);
	await finishEmbedding();
	expect(await report).toEqual({ added: 1, failed: [], cancelled: true });
	expect(await later).toEqual({ added: 0, failed: [], cancelled: true });
	expect(counts(replica)).toEqual([]);
});

/** Uploads whose files fail with the code in their name. @param {string[]} names */
async function uploadAll(names) {
	/** @type {string[]} */
	const unread = [];
	/** @type {string[]} */
	const refused = [];
	/** @type {string[]} */
	const added = [];
	const uploads = new Uploads({
		embed: async (file) => {
			const code = /** @type {File} */ (file).name.split(".")[0];
			if (code !== "good") throw code === "crash" ? new TypeError("boom") : problem(/** @type {any} */ (code));
			return { embedding: embeddingOf(1, 2), thumbnail: null };
		},
		add: ({ id }) => added.push(id),
		onState: () => {},
		onDone: () => {},
		onUnread: ({ label, name, error }) => unread.push(`${label} ${name} ${error.code}`),
		onRefused: ({ code }) => refused.push(code),
	});
	const report = await uploads.add(
		"cat",
		names.map((name) => new File([], name)),
	);
	return { unread, refused, added, report };
}

test("every file that can't be read is named once, with its reason, and the good ones are added", async () => {
	const names = [
		"good.1",
		"emptyFile.jpg",
		"good.2",
		"notPicture.jpg",
		"heicPicture.heic",
		"hugePicture.png",
		"crash.jpg",
		"good.3",
	];
	const { unread, refused, added, report } = await uploadAll(names);
	expect(unread).toEqual([
		"cat emptyFile.jpg emptyFile",
		"cat notPicture.jpg notPicture",
		"cat heicPicture.heic heicPicture",
		"cat hugePicture.png hugePicture",
		"cat crash.jpg unexpected",
	]);
	expect([added.length, report.added, report.failed.length, refused]).toEqual([3, 3, 5, []]);
});

test.each(["notReadyYet", "noBackend"])(
	"what is refused to all files is said once, and blamed on none: %s",
	async (code) => {
		const { unread, refused, added } = await uploadAll(["good.1", `${code}.jpg`, "good.2"]);
		expect([unread, refused, added.length]).toEqual([[], [code], 1]);
	},
);
