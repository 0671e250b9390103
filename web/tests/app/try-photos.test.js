// Many photos at once, through the real workspace and classifier. Only what embeds and fetches is a stand-in.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MAX_PHOTOS, TryPhotos } from "../../src/app/try-photos.js";
import { Workspace } from "../../src/app/workspace.js";
import { problem } from "../../src/contract/problem.js";
import { NO_STORE, newProject } from "../../src/project/store.js";
import { createState } from "../../src/state/state.js";
import { until } from "../support/client.js";

/** By name, what a picture is like. @type {Record<string, number[]>} */
const LIKE = { cat: [1, 0, 0], dog: [0, 1, 0], both: [1, 1, 0] };

/** @type {(() => void)[]} */
let closing = [];
/** @type {Set<string>} */
let urls = new Set();

beforeEach(() => {
	urls = new Set();
	closing = [];
	vi.stubGlobal("location", { protocol: "http:" });
	let count = 0;
	vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
		count += 1;
		urls.add(`blob:${count}`);
		return `blob:${count}`;
	});
	vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void urls.delete(url));
});

afterEach(() => {
	for (const close of closing) close();
	vi.restoreAllMocks();
	vi.unstubAllGlobals();
});

/** @param {{embedFile?: (file: any) => Promise<any>}} [options] */
function setUp({ embedFile } = {}) {
	const state = createState();
	// No evaluation: it would change what "auto" stands for in the middle of a test.
	const makeWorker = () => /** @type {any} */ ({ postMessage: () => {}, terminate: () => {} });
	const workspace = new Workspace({ state, onLearnt: () => {}, makeWorker });
	workspace.open({ project: newProject("p", "model"), store: NO_STORE, examples: [], queued: [] });
	state.project.value = { ...state.project.value, id: "p" };
	for (const label of ["cat", "dog"]) {
		for (let i = 0; i < 3; i += 1) {
			const embedding = Float32Array.from(LIKE[label], (value) => value + 0.01 * i);
			workspace.addExample({ id: `${label}${i}`, label, group: null, embedding, thumbnail: null });
		}
	}
	const embed = async (/** @type {Blob} */ file) => {
		const like = await file.text();
		if (!LIKE[like]) throw problem("notPicture", { came: like });
		return { embedding: Float32Array.from(LIKE[like]), features: null, thumbnail: new Blob([like]), ms: 1 };
	};
	const vision = /** @type {any} */ ({ embedFile: embedFile ?? embed, embedder: { manifest: null } });
	const fetcher = {
		fetch: vi.fn(async (/** @type {URL} */ url) => new File([url.pathname.slice(1)], "x")),
		stop: vi.fn(),
	};
	const tried = new TryPhotos({ state, workspace, vision, fetcher: /** @type {any} */ (fetcher) });
	const stop = tried.watch();
	closing.push(() => {
		stop();
		workspace.close();
	});
	const names = () => tried.photos.value.map(({ name, answer }) => [name, answer?.label]);
	const countExamples = () => state.classes.value.map(({ count }) => count);
	return { tried, workspace, state, fetcher, names, countExamples, stop };
}

/** @param {string[]} kinds */
const files = (kinds) => kinds.map((kind, i) => ({ name: `${kind}${i}.jpg`, file: new Blob([kind]) }));

test("every photo is answered, what can't be read is named, and nothing is taught", async () => {
	const { tried, names, countExamples, state } = setUp();
	const before = state.history.value.undo;
	await tried.addFiles(files(["cat", "broken", "dog", "cat"]));
	expect(names()).toEqual([
		["cat0.jpg", "cat"],
		["dog2.jpg", "dog"],
		["cat3.jpg", "cat"],
	]);
	expect(tried.failed.value).toEqual([
		{ name: "broken1.jpg", error: expect.objectContaining({ code: "notPicture", came: "broken" }) },
	]);
	expect(tried.work.value).toBe(null);
	expect(countExamples()).toEqual([3, 3]);
	expect(state.history.value.undo).toEqual(before);
});

test("a hundred at most, counted over several goes", async () => {
	const { tried } = setUp();
	await tried.addFiles(files(Array(60).fill("cat")));
	expect(tried.leftOut.value).toBe(0);
	const first = tried.addFiles(files(Array(30).fill("dog")));
	void tried.addFiles(files(Array(30).fill("dog")));
	expect(tried.leftOut.value).toBe(20);
	expect(tried.work.value).toEqual({ done: 0, total: 40 });
	await first;
	expect(tried.photos.value.length).toBe(MAX_PHOTOS);
	await tried.addFiles(files(["cat"]));
	expect([tried.photos.value.length, tried.leftOut.value]).toEqual([MAX_PHOTOS, 1]);
});

test("a stop leaves out what is not answered, and more can be added", async () => {
	const { tried } = setUp();
	const adding = tried.addFiles(files(Array(50).fill("cat")));
	await until(() => tried.photos.value.length >= 3);
	tried.stop();
	const { length } = tried.photos.value;
	expect(tried.work.value).toBe(null);
	await adding;
	expect(tried.photos.value.length).toBe(length);
	await tried.addFiles(files(["dog"]));
	expect(tried.photos.value.length).toBe(length + 1);
});

test("pictures are released when they are cleared, and when another project is opened", async () => {
	const { tried, state } = setUp();
	await tried.addFiles(files(["cat", "dog"]));
	expect(urls.size).toBe(2);
	tried.clear();
	expect([urls.size, tried.photos.value.length]).toEqual([0, 0]);
	await tried.addFiles(files(["cat"]));
	state.project.value = { ...state.project.value, id: "other" };
	expect([urls.size, tried.photos.value.length]).toEqual([0, 0]);
});

test("a correction is one example and one step of undo; all others are answered anew", async () => {
	const { tried, workspace, countExamples } = setUp();
	await tried.addFiles(files(["both", "both"]));
	const [one, other] = tried.photos.value;
	const wrong = /** @type {string} */ (one.answer?.label);
	const right = wrong === "cat" ? "dog" : "cat";
	const distance = other.answer?.neighbours[0].distance ?? 0;
	await tried.teach(one.id, right);
	expect(countExamples().toSorted()).toEqual([3, 4]);
	expect(tried.photos.value[0].taught).toBe(right);
	await until(() => tried.photos.value[1].answer?.neighbours[0].label === right);
	expect(tried.photos.value[1].answer?.neighbours[0].distance).toBeLessThan(distance);
	// It keeps the answer that was corrected: now it would find itself.
	expect(tried.photos.value[0].answer?.label).toBe(wrong);
	workspace.undoStack.undo();
	expect(countExamples()).toEqual([3, 3]);
	expect(tried.photos.value[0].taught).toBe(null);
	await until(() => (tried.photos.value[1].answer?.neighbours[0].distance ?? 0) === distance);
	workspace.undoStack.redo();
	expect(tried.photos.value[0].taught).toBe(right);
});

test("a photo that is taught while all are answered again is not asked, and so never finds itself", async () => {
	const { tried, workspace } = setUp();
	await tried.addFiles(files(["both", "cat"]));
	const [, second] = tried.photos.value;
	const classify = workspace.engine.classify.bind(workspace.engine);
	/** Whether the second photo was an example when it was asked. @type {boolean[]} */
	const askedAsExample = [];
	let isTaught = false;
	vi.spyOn(workspace.engine, "classify").mockImplementation(async (embedding, settings) => {
		if (!isTaught) {
			isTaught = true;
			await tried.teach(second.id, "dog");
		} else if (embedding === second.embedding) askedAsExample.push(tried.photos.value[1].taught !== null);
		return classify(embedding, settings);
	});
	workspace.addExample({
		id: "new",
		label: "dog",
		group: null,
		embedding: Float32Array.of(0, 1, 0.5),
		thumbnail: null,
	});
	await until(() => tried.photos.value[1].taught === "dog");
	// All rounds of answering are over.
	await new Promise((resolve) => setTimeout(resolve, 1000));
	expect(askedAsExample).toEqual([]);
});

test("what was taught is moved, not taught twice", async () => {
	const { tried, countExamples } = setUp();
	await tried.addFiles(files(["both"]));
	const { id } = tried.photos.value[0];
	await Promise.all([tried.teach(id, "cat"), tried.teach(id, "cat")]);
	expect(countExamples()).toEqual([4, 3]);
	await tried.teach(id, "dog");
	expect(countExamples()).toEqual([3, 4]);
	expect(tried.photos.value[0].taught).toBe("dog");
	await tried.teach(id, "gone");
	expect(countExamples()).toEqual([3, 4]);
});

test("a class that is deleted meanwhile does not come back", async () => {
	const { tried, workspace, state } = setUp();
	await tried.addFiles(files(["both"]));
	const teaching = tried.teach(tried.photos.value[0].id, "dog");
	workspace.teaching.deleteClass("dog");
	await teaching;
	expect(state.classes.value.map(({ label }) => label)).toEqual(["cat"]);
	expect(tried.photos.value[0].taught).toBe(null);
});

test("addresses: one a line, each once; bad ones are named and not fetched", async () => {
	const { tried, fetcher, names } = setUp();
	await tried.addAddresses(
		" http://a.example/cat \r\n\n javascript:alert(1)\nhttp://a.example/cat\nhttp://a.example/dog",
	);
	expect(fetcher.fetch.mock.calls.map(([url]) => url.href)).toEqual(["http://a.example/cat", "http://a.example/dog"]);
	expect(names()).toEqual([
		["http://a.example/cat", "cat"],
		["http://a.example/dog", "dog"],
	]);
	expect(tried.failed.value).toMatchObject([{ name: "javascript:alert(1)", error: { code: "badAddress" } }]);
});

test("without a model all is refused once", async () => {
	const embedFile = vi.fn(async () => {
		throw problem("notReadyYet");
	});
	const { tried } = setUp({ embedFile });
	await tried.addFiles(files(["cat", "dog", "cat"]));
	expect(embedFile).toHaveBeenCalledOnce();
	expect(tried.failed.value.length).toBe(1);
});

test("nothing is answered while nobody looks", async () => {
	const { tried, workspace, stop } = setUp();
	await tried.addFiles(files(["cat"]));
	stop();
	const { answer } = tried.photos.value[0];
	const classify = vi.spyOn(workspace.engine, "classify");
	workspace.teaching.deleteClass("dog");
	await new Promise((resolve) => setTimeout(resolve, 400));
	expect(classify).not.toHaveBeenCalled();
	expect(tried.photos.value[0].answer).toBe(answer);
	closing.push(tried.watch());
	await until(() => tried.photos.value[0].answer !== answer);
});
