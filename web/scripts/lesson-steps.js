// Makes data of the lessons' Markdown for the page: the steps of the part that is done with it, as runs of text, with their marks.
// That part is the section whose steps have marks, in every language.

import { Marked } from "marked";
import { createCheck } from "../src/lessons/checks.js";

/** @typedef {import("../src/lessons/lesson.js").Lesson} Lesson */
/** @typedef {import("../src/lessons/lesson.js").LessonStep} LessonStep */
/** @typedef {import("../src/lessons/lesson.js").Run} Run */
/** @typedef {import("marked").Token} Token */

/** What the page looks for in a step, at the step's end; nobody reads it. */
export const MARK = /\s*<!-- check: ([^>]*?) -->/g;

/** A line's end between two Chinese characters, inside a paragraph, a list's item or a quotation. */
export const CHINESE_LINE_END = /(?<=[\u3000-\u9fff\uff00-\uffef”])\n(?:> | +)?(?=(?:\*\*|\*)?[\u4e00-\u9fff“（])/g;

const marked = new Marked({ gfm: true });

/**
 * @param {Token[]} tokens inline
 * @param {Run["style"]} [style]
 * @returns {Run[]}
 * @throws {Error} something else than text, bold and italic
 */
function toRuns(tokens, style) {
	return tokens.flatMap((token) => {
		if (token.type === "strong" || token.type === "em") return toRuns(token.tokens ?? [], token.type);
		if (token.type !== "text" && token.type !== "escape") {
			throw new Error(`docs/lessons: a step holds ${token.raw}; expected text, **bold** or *italic*`);
		}
		const text = token.text.replace(/\s*\n\s*/g, " ");
		return [style ? { text, style } : { text }];
	});
}

/** @param {string} markdown @returns {Run[]} */
const readRuns = (markdown) => toRuns(marked.Lexer.lexInline(markdown.replace(CHINESE_LINE_END, "").trim()));

/**
 * @param {string} item a list's item, in Markdown
 * @param {string|undefined} part
 * @returns {LessonStep}
 * @throws {Error} two marks
 * @throws {RangeError} an unknown check
 */
function readStep(item, part) {
	const marks = [...item.matchAll(MARK)];
	if (marks.length > 1)
		throw new Error(`docs/lessons: a step has ${marks.length} marks; one at most was expected: ${item}`);
	const check = marks[0]?.[1].split(" ") ?? null;
	if (check) createCheck(check);
	const text = readRuns(item.replace(MARK, ""));
	return part === undefined ? { text, check } : { text, check, part };
}

/**
 * @param {string} markdown of a lesson
 * @returns {Lesson|null} null: no step of it has a mark
 * @throws {Error} a step is not what the page can show
 * @throws {RangeError} an unknown check
 * @example
 * readLesson("# One\n\n## With the page\n\n1. Click **Start camera**. <!-- check: camera -->\n").steps.length; // 1
 */
export function readLesson(markdown) {
	const section = markdown.split(/^(?=## )/m).find((text) => text.search(MARK) >= 0);
	if (section === undefined) return null;
	const title = (/^# (.+)\n/.exec(markdown)?.[1] ?? "").trim();
	/** @type {LessonStep[]} */
	const steps = [];
	/** @type {Run[][]} */
	let see = [];
	/** @type {string|undefined} */
	let part;
	for (const token of marked.lexer(section)) {
		if (token.type === "heading" && token.depth > 2) part = token.text;
		if (token.type === "list" && token.ordered) {
			steps.push(...token.items.map((/** @type {{text: string}} */ { text }) => readStep(text, part)));
			see = [];
		} else if (token.type === "paragraph") see.push(readRuns(token.text));
	}
	return { title, steps, see };
}
