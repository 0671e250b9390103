// The mean of the answers to the last frames of a video: one odd frame does not change what the page shows. The rule of the
// three answers is the contract's ("Three answers"), applied to the mean. No clock and no signals of its own; frame-path.js
// owns it.

import { SMOOTHED_FRAMES, TIE } from "../contract/constants.js";
import { certaintyOf } from "../knn/certainty.js";

/**
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../state/state.js").ShownAnswer} ShownAnswer
 */

/** After a longer pause the frames before it say nothing of what is seen now. */
const MAX_GAP_MS = 1000;

/** @param {number[]} values */
const computeMean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export class AnswerSmoother {
	/** The last answers, oldest first. @type {Answer[]} */
	#answers = [];
	#newestMs = Number.NEGATIVE_INFINITY;
	/** The label that was shown last: of equal means it stays. @type {string|null} */
	#shownLabel = null;

	/** Forgets all frames: what comes next has nothing to do with them. */
	reset() {
		this.#answers = [];
		this.#shownLabel = null;
	}

	/**
	 * Adds a frame's answer.
	 * @param {Answer} answer
	 * @param {number} nowMs milliseconds, of any clock that never goes back
	 * @returns {ShownAnswer} the mean of this and the frames before, at most SMOOTHED_FRAMES in all
	 * @example
	 * const smoother = new AnswerSmoother();
	 * smoother.add(apple, 0).meanOf; // 1
	 * smoother.add(banana, 100).meanOf; // 2
	 */
	add(answer, nowMs) {
		const before = this.#answers.at(-1);
		if (nowMs - this.#newestMs > MAX_GAP_MS || (before && !hasSameClasses(before, answer))) this.reset();
		this.#newestMs = nowMs;
		this.#answers = [...this.#answers.slice(1 - SMOOTHED_FRAMES), answer];
		const shown = this.#answers.length === 1 ? showAlone(answer) : this.#showMean(answer);
		this.#shownLabel = shown.label;
		return shown;
	}

	/**
	 * @param {Answer} newest
	 * @returns {ShownAnswer}
	 */
	#showMean(newest) {
		const labels = Object.keys(newest.confidences);
		const unknownShare = computeMean(this.#answers.map((answer) => answer.unknownShare));
		const shares = labels.map((label) =>
			computeMean(this.#answers.map((answer) => answer.confidences[label] * (1 - answer.unknownShare))),
		);
		const winner = this.#chooseWinner(newest, labels, shares);
		const isUnknown = unknownShare > 1 / 2 + TIE;
		const known = shares.reduce((sum, share) => sum + share, 0);
		// The shares of the classes among themselves, as in a result. Where nothing is left for them: those of the newest frame.
		const confidences =
			known === 0
				? newest.confidences
				: Object.fromEntries(labels.map((label, index) => [label, shares[index] / known]));
		return {
			...newest,
			label: labels[winner],
			confidences,
			unknownShare,
			isUnknown,
			certainty: certaintyOf(confidences[labels[winner]], unknownShare, isUnknown),
			meanOf: this.#answers.length,
		};
	}

	/**
	 * @param {Answer} newest
	 * @param {string[]} labels
	 * @param {number[]} shares
	 * @returns {number} the place of the largest share; of equal ones the label shown so far, then the newest frame's
	 */
	#chooseWinner(newest, labels, shares) {
		const largest = Math.max(...shares);
		const tied = labels.map((_, index) => index).filter((index) => shares[index] >= largest - TIE);
		const places = [this.#shownLabel, newest.label].map((label) => tied.find((index) => labels[index] === label));
		return places.find((index) => index !== undefined) ?? tied[0];
	}
}

/**
 * A picture that is answered by itself.
 * @param {Answer} answer
 * @returns {ShownAnswer}
 * @example
 * showAlone(answer).meanOf; // 1
 */
export function showAlone(answer) {
	return { ...answer, meanOf: 1 };
}

/**
 * @param {Answer} one
 * @param {Answer} other
 */
function hasSameClasses(one, other) {
	const [labels, otherLabels] = [one, other].map(({ confidences }) => Object.keys(confidences));
	return labels.length === otherLabels.length && labels.every((label) => Object.hasOwn(other.confidences, label));
}
