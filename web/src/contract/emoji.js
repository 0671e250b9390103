// Whether text is one emoji, or any other single character that a person sees. Anything may import this module. The twin is
// server/contract/emoji.py.

import limits from "../../../contract/limits.json" with { type: "json" };

const BASE = "(?![\\p{Cc}\\p{Cf}\\p{Cs}\\p{Z}\\p{M}])";
const ONE = new RegExp(
	// A flag is two letters; to anything, marks, skin tones and tags belong, and what a joiner joins to it.
	`^${BASE}(?:[\\u{1F1E6}-\\u{1F1FF}]{2}|.)(?:[\\p{M}\\u{1F3FB}-\\u{1F3FF}\\u{E0020}-\\u{E007F}]|\\u200D${BASE}.)*$`,
	"su",
);

/**
 * @param {string} text
 * @returns {boolean} whether it is one visible character of at most `emojiCharacters` code points
 * @example
 * isEmoji("🐱"); // true
 * isEmoji("🐱🐶"); // false
 */
export function isEmoji(text) {
	return ONE.test(text) && [...text].length <= limits.emojiCharacters;
}
