// Files of other tools, read. JSON can only be parsed at once, which takes seconds for a large one, so a worker does it; the
// others are read in pieces. exchange.js uses it.

import { Problem, problem } from "../../contract/problem.js";
import { isJson, openFile, readForeign } from "../../exchange/formats/registry.js";
import { WorkerLost, WorkerOwner } from "../../workers/worker-owner.js";

/** @typedef {Awaited<ReturnType<typeof readForeign>>} Found */

/** The longest time without a word from the worker. */
const SILENCE_MS = 300_000;

const makeReader = () =>
	new Worker(new URL("../../exchange/formats/read.worker.js", import.meta.url), { type: "module", name: "read" });

/**
 * @param {File} file
 * @param {object} options
 * @param {number} options.dimension of the page's network
 * @param {(share: number) => Promise<void>|void} options.onProgress what it throws ends the reading
 * @param {AbortSignal} [options.signal]
 * @param {() => Worker} [makeWorker]
 * @returns {Promise<Found>}
 * @throws {import("../../contract/errors.js").ContractError|Problem} as readForeign; fileNotRead
 */
export async function readFile(file, { dimension, onProgress, signal }, makeWorker = makeReader) {
	if (await isJson(file)) {
		/** @type {WorkerOwner<object, {share: number}>} */
		const owner = new WorkerOwner({
			makeWorker,
			onMessage: ({ share }) => {
				owner.extendTimeouts(SILENCE_MS);
				// It rejects where the person has stopped it, which ends the worker, too.
				Promise.resolve(onProgress(share)).catch(() => {});
			},
			onLost: () => {},
		});
		if (owner.start()) return await ask(owner, { file, dimension }, signal);
	}
	return await readForeign(await openFile(file), { dimension, onProgress });
}

/**
 * @param {WorkerOwner<any, any>} owner with a worker, which is used up
 * @param {{file: File, dimension: number}} request
 * @param {AbortSignal} [signal]
 * @returns {Promise<Found>}
 */
async function ask(owner, request, signal) {
	const stop = () => owner.stop();
	signal?.addEventListener("abort", stop);
	try {
		const { found, error } = await owner.request(request, { timeoutMs: SILENCE_MS });
		if (error) throw new Problem(error);
		return found;
	} catch (error) {
		signal?.throwIfAborted();
		throw error instanceof WorkerLost ? problem("fileNotRead", { came: request.file.name }) : error;
	} finally {
		signal?.removeEventListener("abort", stop);
		owner.stop();
	}
}
