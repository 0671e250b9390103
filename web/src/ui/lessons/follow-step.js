// Follows what a step waits for. A project that opens is not what the pupil did, and neither is what a room brings while the page
// catches up with it: examples and settings come one after another, and the check begins with all of them there.

import { computed, effect } from "@preact/signals";
import { createCheck } from "../../lessons/checks.js";
import { createFacts } from "./lesson-facts.js";

/**
 * @param {import("../../app/session.js").Session} session
 * @param {readonly string[]} words of the step's check
 * @param {() => void} onDone may be called more than once
 * @returns {() => void} stops
 * @throws {RangeError} there is no such check
 * @example
 * const stop = followStep(session, ["more", "20"], () => finishStep("2-what-is-k", 4));
 */
export function followStep(session, words, onDone) {
	const facts = createFacts(session);
	let check = createCheck(words);
	/** The project that the check remembers. */
	let project = session.project.peek().id;
	// The engine's signal changes with every answer.
	const isCatchingUp = computed(() => session.engine.value.syncing);
	let hasCaughtUp = true;
	return effect(() => {
		const { id } = session.project.value;
		if (!session.ready.value) return;
		if (isCatchingUp.value) {
			hasCaughtUp = false;
			return;
		}
		if (id !== project || !hasCaughtUp) {
			hasCaughtUp = true;
			project = id;
			check = createCheck(words);
		}
		if (!check(facts)) return;
		// Not in the effect itself, which the tick ends. A switch of projects is over by then, and has changed the id.
		queueMicrotask(() => {
			if (session.project.peek().id === id) onDone();
		});
	});
}
