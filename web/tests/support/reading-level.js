// How hard English is to read, as a school grade: the formula of Flesch and Kincaid (J. P. Kincaid and others, "Derivation of new
// readability formulas", 1975). Grade 7 is read at the age of twelve.

/** What is filled in, a name or a number, is read as a word of one syllable. */
const PLACEHOLDER = /\{\w+\}/g;
/** Where a sentence ends. */
const END = /[.!?…]+(?=[\s”"]|$)/;
const WORD = /[A-Za-z0-9]+(?:[’'][A-Za-z]+)*/g;
/** With fewer words, it is a label. */
const FEWEST_WORDS = 4;

/**
 * @param {string} word
 * @returns {number} about as many as it has: groups of vowels, without those that are not heard
 * @example
 * countSyllables("nearest"); // 2
 * countSyllables("table"); // 2
 */
export function countSyllables(word) {
	const heard = word
		.toLowerCase()
		.replace(/[’'].*$/, "")
		.replace(/(?<![^aeiouy]l)e$|(?<![aeiouytd])ed$|(?<![aeiousxzcgh]|[^aeiouy]l)es$/, "")
		.replace(/^y/, "");
	const groups = heard.match(/[aeiouy]+/g)?.length ?? 0;
	// Two vowels that are said apart.
	const apart = heard.match(/(?<![tsc])i[aou]|(?<!q)ua/g)?.length ?? 0;
	return Math.max(1, groups + apart);
}

/**
 * @param {string} text
 * @returns {string[][]} the words of each of its sentences; labels are left out
 */
export const splitSentences = (text) =>
	text
		.replace(PLACEHOLDER, "cat")
		.split(END)
		.map((sentence) => sentence.match(WORD) ?? [])
		.filter((words) => words.length >= FEWEST_WORDS);

/**
 * @param {string[][]} sentences the words of each
 * @returns {number} the grade of school in which they are read
 */
export function gradeOf(sentences) {
	const words = sentences.flat();
	const syllables = words.reduce((sum, word) => sum + countSyllables(word), 0);
	return 0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59;
}
