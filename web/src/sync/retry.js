// Repeats a request until the server answers it, and no longer than the connection lasts.

import { Problem } from "../contract/problem.js";
import { NoResponseError } from "./connection.js";
import { STORE_ERRORS } from "./store-errors.js";

/** @typedef {import("./connection.js").Ack} Ack */

const WAIT_MS = [500, 1000, 2000, 5000];
/** Refusals that end without any action of the client. */
const TEMPORARY = new Set([
	"tooFast",
	"notReady",
	"internal",
	"tooManyRooms",
	"tooManyNewRooms",
	"tooManyTries",
	"tooManyConnections",
	"stopping",
	...STORE_ERRORS,
]);
/** Of each pause, so much is left to chance: a class that was refused together does not ask again together. */
const CHANCE = 0.3;

/**
 * Repeats a request after a temporary refusal or a time-out, with growing pauses.
 * @param {AbortSignal} abortSignal aborts when the connection ends
 * @param {import("./pacer.js").Pacer} pacer
 * @param {() => Promise<Ack>} request
 * @param {(error: Problem) => void} [onRefused] told of each temporary refusal
 * @returns {Promise<Ack>}
 * @throws {NoResponseError} the connection ended
 * @throws {Problem} refused, and not temporarily
 */
export async function retry(abortSignal, pacer, request, onRefused = () => {}) {
	for (let tryCount = 0; ; tryCount += 1) {
		if (abortSignal.aborted) throw new NoResponseError("disconnected");
		try {
			const ack = await request();
			if (abortSignal.aborted) throw new NoResponseError("disconnected");
			return ack;
		} catch (error) {
			const isTemporary =
				(error instanceof Problem && TEMPORARY.has(error.code)) ||
				(error instanceof NoResponseError && error.reason === "timeout");
			if (!isTemporary) throw error;
			pacer.empty();
			if (error instanceof Problem) onRefused(error);
			const waitMs = WAIT_MS[Math.min(tryCount, WAIT_MS.length - 1)];
			await delay(abortSignal, waitMs * (1 - CHANCE * Math.random()));
		}
	}
}

/**
 * @param {AbortSignal} abortSignal aborts when the connection ends
 * @param {number} ms
 * @throws {NoResponseError} the connection ended meanwhile
 */
export async function delay(abortSignal, ms) {
	await new Promise((resolve) => {
		const wake = () => {
			clearTimeout(timer);
			abortSignal.removeEventListener("abort", wake);
			resolve(undefined);
		};
		const timer = setTimeout(wake, ms);
		abortSignal.addEventListener("abort", wake);
	});
	if (abortSignal.aborted) throw new NoResponseError("disconnected");
}
