// The last of the characters that a person sees in a text.

/**
 * @param {string} text
 * @returns {string} "" where there is none
 * @example
 * lastCharacter("🐱👩‍🚀"); // "👩‍🚀"
 */
export function lastCharacter(text) {
	const trimmed = text.trim();
	// Firefox before 125 has no Segmenter: there, an emoji of several code points has to be pasted alone.
	if (!("Segmenter" in Intl)) return trimmed;
	return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(trimmed)].at(-1)?.segment ?? "";
}
