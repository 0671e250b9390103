// Code that is loaded with its first use. Where it can't be, the page says so, and the next use tries again.

import { problem } from "../contract/problem.js";

/**
 * @template T
 * @param {() => Promise<T>} load
 * @param {(error: import("../contract/problem.js").Problem) => void} onFailure
 * @returns {{get: () => Promise<T>, forget: () => void}} get: rejects with the Problem partMissing; forget: the next use makes
 *   another one
 * @example
 * const sample = loadOnce(async () => new (await import("./projects/sample.js")).Sample(parts), show);
 * await sample.get();
 */
export function loadOnce(load, onFailure) {
	/** @type {Promise<T>|null} */
	let loading = null;
	const forget = () => {
		loading = null;
	};
	const get = () => {
		loading ??= load().catch(() => {
			forget();
			const failure = problem("partMissing");
			onFailure(failure);
			throw failure;
		});
		return loading;
	};
	return { get, forget };
}
