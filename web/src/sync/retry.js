// Asking a server until it answers, and no longer than its connection lasts.

import { Problem } from "../contract/problem.js";
import { Unanswered } from "./connection.js";

/** @typedef {import("./connection.js").Ack} Ack */

const WAIT_MS = [500, 1000, 2000, 5000];
/** Refusals that pass by themselves. */
const PASSING = new Set(["tooFast", "notReady", "internal", "tooManyRooms"]);

/**
 * Asks until there is an answer: what passes by itself is waited for.
 * @param {AbortSignal} life of the connection
 * @param {import("./pacer.js").Pacer} pacer
 * @param {() => Promise<Ack>} request
 * @returns {Promise<Ack>}
 * @throws {Unanswered} the connection went
 * @throws {Problem} refused for good
 */
export async function retry(life, pacer, request) {
	for (let tries = 0; ; tries += 1) {
		if (life.aborted) throw new Unanswered("disconnected");
		try {
			const ack = await request();
			if (life.aborted) throw new Unanswered("disconnected");
			return ack;
		} catch (error) {
			const passes =
				(error instanceof Problem && PASSING.has(error.code)) ||
				(error instanceof Unanswered && error.reason === "timeout");
			if (!passes) throw error;
			pacer.empty();
			await delay(life, WAIT_MS[Math.min(tries, WAIT_MS.length - 1)]);
		}
	}
}

/**
 * @param {AbortSignal} life
 * @param {number} ms
 * @throws {Unanswered} the connection went meanwhile
 */
export async function delay(life, ms) {
	await new Promise((resolve) => {
		const wake = () => {
			clearTimeout(timer);
			life.removeEventListener("abort", wake);
			resolve(undefined);
		};
		const timer = setTimeout(wake, ms);
		life.addEventListener("abort", wake);
	});
	if (life.aborted) throw new Unanswered("disconnected");
}
