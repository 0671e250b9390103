// Which classes can win, and whether there are enough of them for an answer to say anything.

/** @typedef {Pick<import("./state.js").ClassView, "count"|"isOff">} ClassOfVoters */

/** With fewer, there is nothing to tell apart. */
const CLASSES_NEEDED = 2;

/**
 * @param {ClassOfVoters} view
 * @returns {boolean} whether it has examples, and they have a vote
 */
export const hasVotes = ({ count, isOff }) => count > 0 && !isOff;

/**
 * @param {readonly ClassOfVoters[]} classes
 * @returns {boolean} whether an answer is informative: with one class it would always be that class
 * @example
 * isInformative([{ count: 3, isOff: false }]); // false
 */
export const isInformative = (classes) => classes.filter(hasVotes).length >= CLASSES_NEEDED;
