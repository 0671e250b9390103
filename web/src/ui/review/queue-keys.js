// One key each: what a key means while examples or photos are reviewed one by one.

/** @typedef {"keep"|"delete"|"back"} Way */
/** @typedef {{kind: "class", index: number} | {kind: Way}} Choice */

/** A digit's key by its place, since layouts differ: the French one types digits only with Shift. */
const DIGIT = /^(?:Digit|Numpad)([1-9])$/;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = 9;

/** @type {Record<string, Way | undefined>} */
const NAMED = { ArrowRight: "keep", ArrowLeft: "back", Delete: "delete", Backspace: "delete" };

/**
 * @param {number} index of a class
 * @returns {string|null} the key that chooses it: 1 to 9, then A to Z; null: none is left
 */
export const keyOfClass = (index) => (index < DIGITS ? String(index + 1) : (LETTERS[index - DIGITS] ?? null));

/**
 * @param {Pick<KeyboardEvent, "key"|"code"|"ctrlKey"|"metaKey"|"altKey"|"repeat">} event
 * @param {number} count how many classes there are
 * @returns {Choice|null} null: it means nothing here
 * @example
 * chooseByKey({ key: "2", code: "Digit2", ... }, 3); // { kind: "class", index: 1 }
 */
export function chooseByKey({ key, code, ctrlKey, metaKey, altKey, repeat }, count) {
	// A key that is held down must not decide about all that come after.
	if (ctrlKey || metaKey || altKey || repeat) return null;
	const kind = NAMED[key];
	if (kind) return { kind };
	// Without Num Lock, the keypad's digits are arrows.
	const digit = key.length === 1 ? DIGIT.exec(code)?.[1] : undefined;
	const letter = key.length === 1 ? LETTERS.indexOf(key.toUpperCase()) : -1;
	const index = digit ? Number(digit) - 1 : letter >= 0 ? DIGITS + letter : -1;
	return index >= 0 && index < count ? { kind: "class", index } : null;
}
