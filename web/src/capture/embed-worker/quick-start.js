// Which backends a first visit tries, while a person waits: the first that works will do where nothing clearly faster is left.
// Part of embed.worker.js.

/** @typedef {import("../embed-messages.js").Backend} Backend */

/**
 * @param {Backend} backend that would be tried next
 * @param {Partial<Record<Backend, number>>} measured ms a frame of those that worked
 * @returns {boolean} false: it would load another WASM, on a machine whose threads work
 */
export const isWorthTrying = (backend, measured) => !(backend === "wasm" && measured["wasm-threads"] !== undefined);

/**
 * @param {number|undefined} ms of the backend that was just tried; undefined: it did not work
 * @param {number} quickMs so quick is quick enough
 * @param {boolean} hasGpu whether a backend on a GPU is left
 * @returns {{isEnough: boolean, isFinal: boolean}} isFinal: no other could be clearly faster, so later visits need not try any
 * @example
 * judge(300, 120, false); // { isEnough: true, isFinal: false }: the machine may be busy just now
 */
export function judge(ms, quickMs, hasGpu) {
	const isQuick = ms !== undefined && ms <= quickMs;
	return { isEnough: isQuick || (ms !== undefined && !hasGpu), isFinal: isQuick && !hasGpu };
}
