// Turns docs/lessons/*.md into pages beside the page: lessons/index.html (the README) and a page a lesson, in the
// build and while it is worked on. English stands in docs/lessons/ itself, every other language in a folder of its tag, and so
// do the pages. Used by vite.config.js.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Marked } from "marked";

const FOLDER = new URL("../../docs/lessons/", import.meta.url);
const MESSAGES = new URL("../src/i18n/messages/", import.meta.url);
const ENGLISH = "en";
/** The links on top of a lesson, and the language's own name. @type {Record<string, {lessons: string, all: string, name: string}>} */
const NAVIGATION = {
	de: { lessons: "Unterrichtsstunden", all: "Alle Stunden", name: "Deutsch" },
	en: { lessons: "Lessons", all: "All lessons", name: "English" },
	es: { lessons: "Lecciones", all: "Todas las lecciones", name: "Español" },
	fr: { lessons: "Leçons", all: "Toutes les leçons", name: "Français" },
	zh: { lessons: "课程", all: "全部课程", name: "中文" },
};
/** The page's colours and type, then what only the lessons need. */
const STYLES = ["tokens.css", "base.css", "lessons.css"].map(
	(name) => new URL(`../src/style/${name}`, import.meta.url),
);
const INDEX = "README.md";

/** @param {string} text */
const escaped = (text) =>
	text.replace(/[&<>"']/g, (character) => `&#${/** @type {number} */ (character.codePointAt(0))};`);

/** @param {string} name of a Markdown file */
const pageOf = (name) => (name === INDEX ? "index.html" : name.replace(/\.md$/, ".html"));

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

/** A line's end between two Chinese characters, inside a paragraph, a list's item or a quotation. */
const CHINESE_LINE_END = /(?<=[\u3000-\u9fff\uff00-\uffef”])\n(?:> | +)?(?=(?:\*\*|\*)?[\u4e00-\u9fff“（])/g;

/** What the page looks for in a step, at the step's end; nobody reads it. */
const MARK = /\s*<!-- check: ([^>]+?) -->/g;

/** @param {string} language @returns {string} its folder, relative to the English lessons */
const folderOf = (language) => (language === ENGLISH ? "" : `${language}/`);

/**
 * The same lesson in every language that has it.
 * @param {string} page
 * @param {string} language
 * @param {string[]} languages
 */
function languageLinks(page, language, languages) {
	const up = language === ENGLISH ? "./" : "../";
	const links = languages.map((other) => {
		const { name } = NAVIGATION[other];
		return other === language
			? `<b lang="${other}">${name}</b>`
			: `<a href="${up}${folderOf(other)}${page}" lang="${other}" hreflang="${other}">${name}</a>`;
	});
	return `<p class="languages">${links.join(" · ")}</p>`;
}

/**
 * A lesson as a page. HTML in the Markdown is shown as text.
 * @param {string} markdown its first line is its title, as a heading
 * @param {string[]} lessons names of all Markdown files, which it may link to
 * @param {object} [options]
 * @param {string} [options.page] the file name of the page
 * @param {string} [options.language]
 * @param {string[]} [options.languages] that have the same lesson
 * @returns {string} HTML, without scripts or styles of its own
 * @throws {Error} it has no title, a picture, or a link that leads elsewhere
 */
export function renderLesson(
	markdown,
	lessons,
	{ page = "index.html", language = ENGLISH, languages = [language] } = {},
) {
	const root = language === ENGLISH ? ".." : "../..";
	const words = NAVIGATION[language];
	const title = /^# (.+)\n/.exec(markdown)?.[1];
	if (!title) throw new Error(`docs/lessons: no "# Title" in the first line; it is ${markdown.split("\n", 1)[0]}`);
	const marked = new Marked({
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
	return `<!doctype html>
<html lang="${language}">
	<head>
		<meta charset="utf-8">
		<meta name="viewport" content="width=device-width, initial-scale=1">
		<title>${escaped(title)} – Show &amp; Tell</title>
		<meta name="color-scheme" content="light dark">
		<link rel="icon" href="${root}/icon.svg" type="image/svg+xml">
		<script src="${root}/first-paint.js"></script>
		<link rel="stylesheet" href="${language === ENGLISH ? "." : ".."}/lessons.css">
	</head>
	<body>
		<nav aria-label="${words.lessons}">
			<a href="${root}/index.html"><img src="${root}/icon.svg" alt="" width="28" height="28"> Show &amp; Tell</a>
			<a href="./index.html">${words.all}</a>
			${languageLinks(page, language, languages)}
		</nav>
		<main>
${marked.parse(markdown.replace(MARK, "").replace(CHINESE_LINE_END, ""), { async: false })}		</main>
	</body>
</html>
`;
}

/** @returns {string[]} tags of the languages that have lessons */
function lessonLanguages() {
	const tags = readdirSync(MESSAGES).map((name) => name.replace(/\.json$/, ""));
	return tags.filter((tag) => tag === ENGLISH || existsSync(new URL(folderOf(tag), FOLDER))).sort();
}

/** @param {string} language @returns {string[]} names of its Markdown files */
const lessonNames = (language) =>
	readdirSync(new URL(folderOf(language), FOLDER)).filter((name) => name.endsWith(".md"));

/**
 * Everything that is built of the lessons, as it is on the disk now.
 * @returns {Map<string, string>} contents by file name, in lessons/
 */
export function lessonFiles() {
	/** @type {Map<string, string>} */
	const files = new Map();
	const languages = lessonLanguages();
	for (const language of languages) {
		const folder = folderOf(language);
		const names = lessonNames(language);
		for (const name of names) {
			const page = pageOf(name);
			const having = languages.filter((other) => lessonNames(other).includes(name));
			const markdown = readFileSync(new URL(folder + name, FOLDER), "utf8");
			files.set(folder + page, renderLesson(markdown, names, { page, language, languages: having }));
		}
	}
	return files.set("lessons.css", STYLES.map((style) => readFileSync(style, "utf8")).join("\n"));
}

/** @returns {import("vite").Plugin} */
export function lessons() {
	return {
		name: "lessons",
		configureServer(server) {
			server.middlewares.use("/lessons", (request, response, next) => {
				const path = (request.url ?? "/").split("?")[0].slice(1);
				const name = path === "" || path.endsWith("/") ? `${path}index.html` : path;
				const content = lessonFiles().get(name);
				if (content === undefined) return next();
				response.setHeader("Content-Type", name.endsWith(".css") ? "text/css" : "text/html; charset=utf-8");
				response.end(content);
			});
		},
		generateBundle() {
			for (const [name, source] of lessonFiles()) this.emitFile({ type: "asset", fileName: `lessons/${name}`, source });
		},
	};
}
