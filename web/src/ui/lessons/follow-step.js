// Follows what a step waits for. A project that opens is not what the pupil did, and neither is what a room brings while the page
// catches up with it: examples and settings come one after another, and the check begins with all of them there.

import { computed, effect } from "@preact/signals";
import { createCheck } from "../../lessons/checks.js";
import { createFacts } from "./lesson-facts.js";

/**
 * @typedef {object} StepMemory what a step has seen: it goes on with it where its card was away, or another step was shown meanwhile
 * @property {import("../../lessons/checks.js").Check} [check]
 * @property {string} [project] the project that the check remembers
 * @property {string|null} [room] the room whose content it has seen
 */

/** Of each step that is not done yet, by lesson and place. @type {Map<string, StepMemory>} */
const memories = new Map();

/**
 * @param {string} name of the lesson
 * @param {number} place of the step
 * @returns {StepMemory}
 */
export function memoryOfStep(name, place) {
	const key = `${name} ${place}`;
	const memory = memories.get(key) ?? {};
	memories.set(key, memory);
	return memory;
}

/** A lesson was begun: its steps ask for what is taught from now on. */
export const forgetSteps = () => memories.clear();

/**
 * @param {import("../../app/session.js").Session} session
 * @param {readonly string[]} words of the step's check
 * @param {() => void} onDone may be called more than once
 * @param {StepMemory} [memory] is filled
 * @returns {() => void} stops
 * @throws {RangeError} there is no such check
 * @example
 * const stop = followStep(session, ["more", "20"], () => finishStep("2-what-is-k", 4));
 */
export function followStep(session, words, onDone, memory = {}) {
	const facts = createFacts(session);
	memory.check ??= createCheck(words);
	memory.project ??= session.project.peek().id;
	// The engine's signal changes with every answer.
	const isCatchingUp = computed(() => session.engine.value.syncing);
	const { connected, syncing } = session.engine.peek();
	if (connected && !syncing && !("room" in memory)) memory.room = session.project.peek().room;
	let isNewRoom = false;
	return effect(() => {
		const { id, room } = session.project.value;
		if (!session.ready.value) return;
		if (isCatchingUp.value) {
			// After a reconnection to the same room, the step goes on: what others taught meanwhile would have counted, too.
			isNewRoom ||= room !== null && room !== memory.room;
			return;
		}
		if (id !== memory.project || isNewRoom) {
			memory.room = isNewRoom ? room : undefined;
			memory.project = id;
			memory.check = createCheck(words);
			isNewRoom = false;
		}
		if (!memory.check?.(facts)) return;
		// Not in the effect itself, which the tick ends. A switch of projects is over by then, and has changed the id.
		queueMicrotask(() => {
			if (session.project.peek().id === id) onDone();
		});
	});
}
