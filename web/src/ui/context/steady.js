// What of an answer is read, not watched: figures, words, the neighbours' pictures. While a video runs, each of them is shown
// anew five times a second: nobody reads twenty figures a second, and each costs a layout of the page. They take turns, so
// that no frame pays for all of them. Verdict and bars follow every frame. What changes the answer itself is shown at once.

import { effect, signal } from "@preact/signals";
import { selectAnswer } from "./page-state.js";

/**
 * @typedef {import("../../app/session.js").Session} Session
 * @typedef {import("../../state/state.js").ShownAnswer} ShownAnswer
 */

export const STEADY_MS = 200;

/** Two within so many milliseconds belong to one frame. */
const SAME_FRAME_MS = 10;

/**
 * Things that are shown in turns.
 * @param {() => number} [now] milliseconds
 */
export function createTurns(now = () => performance.now()) {
	let lastShownAt = Number.NEGATIVE_INFINITY;
	/**
	 * @template T
	 * @param {() => T} select reads signals
	 * @param {(next: T, shown: T) => boolean} isUrgent whether it may not wait
	 * @returns {import("@preact/signals").ReadonlySignal<T>} what is shown of it
	 */
	function add(select, isUrgent) {
		/** @type {import("@preact/signals").Signal<T>|undefined} */
		let shown;
		let shownAt = 0;
		/** @type {ReturnType<typeof setTimeout>|undefined} */
		let waiting;

		/** @param {T} next @param {number} at */
		function show(next, at) {
			clearTimeout(waiting);
			waiting = undefined;
			lastShownAt = shownAt = at;
			if (shown) shown.value = next;
			else shown = signal(next);
		}

		effect(() => {
			const next = select();
			const at = now();
			const age = at - shownAt;
			const isFree = at - lastShownAt > SAME_FRAME_MS;
			const isDue = age >= 2 * STEADY_MS || (age >= STEADY_MS && isFree);
			if (!shown || isDue || isUrgent(next, shown.peek())) show(next, at);
			// The last of a video, too, is shown.
			else waiting ??= setTimeout(() => show(select(), now()), 2 * STEADY_MS);
		});
		return /** @type {import("@preact/signals").Signal<T>} */ (/** @type {unknown} */ (shown));
	}
	return { add };
}

/** @param {ShownAnswer|null} answer */
const isOfVideo = (answer) => answer !== null && answer.meanOf > 1;

/**
 * @param {ShownAnswer} answer
 * @returns {string|null} the class that an answer that is not sure names second; null: something else has a larger share
 */
function findSecond({ label, confidences, unknownShare }) {
	let [second, largest] = [/** @type {string|null} */ (null), unknownShare];
	for (const [each, confidence] of Object.entries(confidences)) {
		const share = confidence * (1 - unknownShare);
		if (each !== label && share > largest) [second, largest] = [each, share];
	}
	return second;
}

/**
 * @param {ShownAnswer|null} next
 * @param {ShownAnswer|null} shown
 */
function isAnotherAnswer(next, shown) {
	if (next === null || shown === null) return next !== shown;
	if (!isOfVideo(next) || !isOfVideo(shown)) return true;
	const isSame =
		next.isUnknown === shown.isUnknown &&
		next.certainty === shown.certainty &&
		// "I don't know" names no class.
		(next.isUnknown || next.label === shown.label) &&
		(next.certainty !== "notSure" || findSecond(next) === findSecond(shown)) &&
		next.metric === shown.metric &&
		(next.unknownDistance === null) === (shown.unknownDistance === null) &&
		next.neighbours.length === shown.neighbours.length;
	return !isSame;
}

/**
 * @typedef {object} Steady
 * @property {ReturnType<typeof createTurns>} turns
 * @property {Map<string, import("@preact/signals").ReadonlySignal<any>>} shown by what is shown
 */

/** @type {WeakMap<Session, Steady>} */
const ofSessions = new WeakMap();

/**
 * @template T
 * @param {Session} session
 * @param {string} what
 * @param {() => T} select
 * @param {(next: T, shown: T) => boolean} isUrgent
 * @returns {T}
 */
function selectShown(session, what, select, isUrgent) {
	let steady = ofSessions.get(session);
	if (!steady) {
		steady = { turns: createTurns(), shown: new Map() };
		ofSessions.set(session, steady);
	}
	let shown = steady.shown.get(what);
	if (!shown) {
		shown = steady.turns.add(select, isUrgent);
		steady.shown.set(what, shown);
	}
	return shown.value;
}

/**
 * The answer as it is read in one place of the page.
 * @param {Session} session
 * @param {"strip"|"words"|"panel"} place
 */
export const selectSteadyAnswer = (session, place) =>
	selectShown(session, place, () => selectAnswer(session), isAnotherAnswer);

/** @param {Session} session */
export const selectSteadyHeat = (session) =>
	selectShown(
		session,
		"heat",
		() => session.heat.value,
		(next, shown) => next === null || shown === null || !isOfVideo(session.answer.peek()),
	);
