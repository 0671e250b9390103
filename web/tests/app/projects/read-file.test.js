// JSON is read by a worker: its answer, its refusal, its end, and what happens without one.

import { expect, test, vi } from "vitest";
import { readFile } from "../../../src/app/projects/read-file.js";
import { ContractError } from "../../../src/contract/errors.js";
import { FakeWorker } from "../../support/fake-worker.js";

const JSON_FILE = new File(['[["cat",[1,2,3,4],[2,2]]]'], "knn.json");

/** @param {File} file @param {AbortSignal} [signal] */
function setUp(file, signal) {
	const worker = new FakeWorker();
	const onProgress = vi.fn();
	const makeWorker = vi.fn(() => worker.asWorker);
	const reading = readFile(file, { dimension: 2, onProgress, signal }, makeWorker);
	const asked = () => vi.waitFor(() => expect(worker.messages.length).toBe(1));
	return { worker, onProgress, makeWorker, reading, asked };
}

test("a worker reads JSON, and tells how far it is", async () => {
	const { worker, onProgress, reading, asked } = setUp(JSON_FILE);
	await asked();
	expect(worker.messages).toEqual([{ file: JSON_FILE, dimension: 2, requestId: 1 }]);
	worker.reply({ share: 0.5 });
	const found = { format: "knnClassifier" };
	worker.reply({ requestId: 1, found });
	expect(await reading).toBe(found);
	expect(onProgress.mock.calls).toEqual([[0.5]]);
	expect(worker.isTerminated).toBe(true);
});

test.each([
	["a refusal", { code: "noExamplesInFile" }],
	["a crash", { code: "fileNotRead", came: "knn.json" }],
])("%s is told in words", async (how, expected) => {
	const { worker, reading, asked } = setUp(JSON_FILE);
	await asked();
	if (how === "a crash") worker.crash("out of memory");
	else worker.reply({ requestId: 1, error: new ContractError("noExamplesInFile", { came: "knn" }).toJSON() });
	await expect(reading).rejects.toMatchObject(expected);
	expect(worker.isTerminated).toBe(true);
});

test("who stops it ends the worker", async () => {
	const controller = new AbortController();
	const { worker, reading, asked } = setUp(JSON_FILE, controller.signal);
	await asked();
	controller.abort();
	await expect(reading).rejects.toMatchObject({ name: "AbortError" });
	expect(worker.isTerminated).toBe(true);
});

test("without a worker the page reads it, and other files always", async () => {
	const onProgress = () => {};
	const makeWorker = vi.fn(() => {
		throw new Error("no workers");
	});
	const { content } = await readFile(JSON_FILE, { dimension: 2, onProgress }, makeWorker);
	expect(content.examples.length).toBe(2);
	const csv = new File(["label,0,1\ncat,1,2\ndog,3,4\n"], "table.csv");
	expect((await readFile(csv, { dimension: 2, onProgress }, makeWorker)).content.examples.length).toBeGreaterThan(0);
	expect(makeWorker).toHaveBeenCalledTimes(1);
});
