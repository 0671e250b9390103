// One lesson as a page to read, and as a sheet for the pupils: the steps with boxes to tick, tables to fill in, and the questions with
// lines to write on, without their answers.

import { Marked } from "marked";
import { CHINESE_LINE_END, MARK } from "./lesson-steps.js";
import { LESSON_WORDS, RIGHT_TO_LEFT } from "./lesson-words.js";

export const ENGLISH = "en";
export const INDEX = "README.md";
/** Lines to write on below a question. */
const LINES = 4;

/** @param {string} text */
const escaped = (text) =>
	text.replace(/[&<>"']/g, (character) => `&#${/** @type {number} */ (character.codePointAt(0))};`);

/** @param {string} name of a Markdown file */
export const pageOf = (name) => (name === INDEX ? "index.html" : name.replace(/\.md$/, ".html"));

/** @param {string} page */
export const sheetOf = (page) => page.replace(/\.html$/, "-sheet.html");

/** @param {string} language @returns {string} its folder, relative to the English lessons */
export const folderOf = (language) => (language === ENGLISH ? "" : `${language}/`);

/**
 * Where a link of a lesson leads: to another lesson, as a page. The lessons stand alone, so that they work wherever
 * the page is copied to.
 * @param {string} href
 * @param {string[]} lessons names of Markdown files
 * @returns {string}
 * @throws {Error} it leads elsewhere
 */
function linkTo(href, lessons) {
	const [name, fragment] = href.split("#", 2);
	if (!lessons.includes(name)) {
		throw new Error(`docs/lessons: a link leads to ${href}; expected one of ${lessons.join(", ")}`);
	}
	return pageOf(name) + (fragment === undefined ? "" : `#${fragment}`);
}

/**
 * @param {string[]} lessons names of all Markdown files, which may be linked to
 * @returns {Marked} writes plain HTML; HTML in the Markdown is shown as text
 */
const createMarked = (lessons) =>
	new Marked({
		gfm: true,
		renderer: {
			html: ({ text }) => escaped(text),
			link({ href, tokens }) {
				return `<a href="${escaped(linkTo(href, lessons))}">${this.parser.parseInline(tokens)}</a>`;
			},
			image: ({ href }) => {
				throw new Error(`docs/lessons: there is a picture, ${href}; only text is built`);
			},
			// marked would align by a style attribute's older sister; plain cells are enough.
			table({ header, rows }) {
				/** @param {import("marked").Tokens.TableCell[]} cells @param {string} tag */
				const row = (cells, tag) =>
					`<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("")}</tr>`;
				return `<table><thead>${row(header, "th")}</thead><tbody>${rows.map((cells) => row(cells, "td")).join("")}</tbody></table>\n`;
			},
		},
	});

/**
 * @typedef {object} PageOptions
 * @property {string} [page] the file name of the lesson's page
 * @property {string} [language]
 * @property {string[]} [languages] that have the same lesson
 */

/** @param {string} markdown @returns {string} @throws {Error} the first line is no title */
function titleOf(markdown) {
	const title = /^# (.+)\n/.exec(markdown)?.[1];
	if (!title) throw new Error(`docs/lessons: no "# Title" in the first line; it is ${markdown.split("\n", 1)[0]}`);
	return title;
}

/**
 * @param {{title: string, language: string, nav: string, main: string, isSheet?: boolean}} parts
 * @returns {string} a whole page
 */
function frame({ title, language, nav, main, isSheet = false }) {
	const root = language === ENGLISH ? ".." : "../..";
	const lessons = language === ENGLISH ? "." : "..";
	const direction = RIGHT_TO_LEFT.includes(language) ? ' dir="rtl"' : "";
	return `<!doctype html>
<html lang="${language}"${direction}>
	<head>
		<meta charset="utf-8">
		<meta name="viewport" content="width=device-width, initial-scale=1">
		<title>${escaped(title)} – Show &amp; Tell</title>
		<meta name="color-scheme" content="light dark">
		<link rel="icon" href="${root}/icon.svg" type="image/svg+xml">
		<script src="${root}/first-paint.js"></script>
		<script src="${lessons}/print.js" defer></script>
		<link rel="stylesheet" href="${lessons}/lessons.css">
	</head>
	<body>
		<nav aria-label="${LESSON_WORDS[language].lessons}">
			<a href="${root}/index.html"><img src="${root}/icon.svg" alt="" width="28" height="28"> Show &amp; Tell</a>
			<a href="./index.html">${LESSON_WORDS[language].all}</a>
${nav}
		</nav>
		<main${isSheet ? ' class="sheet"' : ""}>
${main}		</main>
	</body>
</html>
`;
}

/**
 * The same lesson in every language that has it.
 * @param {string} page
 * @param {string} language
 * @param {string[]} languages
 */
function languageLinks(page, language, languages) {
	const up = language === ENGLISH ? "./" : "../";
	const links = languages.map((other) => {
		const { name } = LESSON_WORDS[other];
		return other === language
			? `<b lang="${other}">${name}</b>`
			: `<a href="${up}${folderOf(other)}${page}" lang="${other}" hreflang="${other}">${name}</a>`;
	});
	return `<p class="languages">${links.join(" · ")}</p>`;
}

/**
 * A lesson as a page.
 * @param {string} markdown its first line is its title, as a heading
 * @param {string[]} lessons names of all Markdown files, which it may link to
 * @param {PageOptions} [options]
 * @returns {string} HTML, without scripts or styles of its own
 * @throws {Error} it has no title, a picture, or a link that leads elsewhere
 */
export function renderLesson(
	markdown,
	lessons,
	{ page = "index.html", language = ENGLISH, languages = [language] } = {},
) {
	const title = titleOf(markdown);
	const { sheet, teacher } = LESSON_WORDS[language];
	const nav = `			${languageLinks(page, language, languages)}`;
	const text = createMarked(lessons).parse(markdown.replace(MARK, "").replace(CHINESE_LINE_END, ""), { async: false });
	const prints = `<p class="prints"><a href="./${sheetOf(page)}#print">${sheet}</a> <a href="./${page}#print">${teacher}</a></p>\n`;
	const main = markdown.search(MARK) >= 0 ? text.replace("</h1>\n", `</h1>\n${prints}`) : text;
	return frame({ title, language, nav, main });
}

/** @param {import("marked").Token} token @returns {boolean} a table with empty cells: to be filled in */
const isToFillIn = (token) =>
	token.type === "table" &&
	token.rows.some((/** @type {{text: string}[]} */ cells) => cells.some(({ text }) => text === ""));

/** @param {string} heading without how long it takes, which is the teacher's */
const withoutMinutes = (heading) => heading.replace(/\s*[(（][^()（）]*[)）]\s*$/, "");

/**
 * What the pupils get of a lesson.
 * @param {string} markdown
 * @param {string[]} lessons
 * @param {PageOptions} [options]
 * @returns {string|null} HTML; null: no step of it has a mark
 * @throws {Error}
 */
export function renderSheet(markdown, lessons, { page = "index.html", language = ENGLISH } = {}) {
	if (markdown.search(MARK) < 0) return null;
	const title = titleOf(markdown);
	const { who, when } = LESSON_WORDS[language];
	const marked = createMarked(lessons);
	/** @param {import("marked").TokensList|import("marked").Token[]} tokens */
	const write = (tokens) => marked.parser(tokens);
	const parts = markdown.split(/^(?=## )/m).map((section) => {
		const isPage = section.search(MARK) >= 0;
		const tokens = marked.lexer(section.replace(MARK, "").replace(CHINESE_LINE_END, ""));
		const hasQuestions = tokens.some(({ type }) => type === "blockquote");
		if (!isPage && !hasQuestions) return "";
		return tokens
			.map((token) => {
				if (token.type === "heading" && token.depth === 2) return `<h2>${escaped(withoutMinutes(token.text))}</h2>\n`;
				if (token.type === "blockquote") {
					const question = /** @type {import("marked").Token[]} */ (token.tokens).slice(0, 1);
					return `<section class="question">\n${write(question)}${'<i class="line"></i>'.repeat(LINES)}\n</section>\n`;
				}
				if (isPage && (token.type === "heading" || token.type === "list" || isToFillIn(token))) return write([token]);
				return "";
			})
			.join("");
	});
	const head = `<h1>${escaped(title)}</h1>\n<p class="sheet-head"><span>${who}:</span> <span>${when}:</span></p>\n`;
	return frame({
		...{ title, language, isSheet: true },
		nav: `			<a href="./${page}">${escaped(title)}</a>`,
		main: head + parts.join(""),
	});
}
