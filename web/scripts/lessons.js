// Turns docs/lessons/*.md into pages beside the page: lessons/index.html (the README) and a page a lesson, in the
// build and while it is worked on. Used by vite.config.js.

import { readdirSync, readFileSync } from "node:fs";
import { Marked } from "marked";

const FOLDER = new URL("../../docs/lessons/", import.meta.url);
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

/**
 * A lesson as a page. HTML in the Markdown is shown as text.
 * @param {string} markdown its first line is its title, as a heading
 * @param {string[]} lessons names of all Markdown files, which it may link to
 * @returns {string} HTML, without scripts or styles of its own
 * @throws {Error} it has no title, a picture, or a link that leads elsewhere
 */
export function renderLesson(markdown, lessons) {
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
<html lang="en">
	<head>
		<meta charset="utf-8">
		<meta name="viewport" content="width=device-width, initial-scale=1">
		<title>${escaped(title)} – Show &amp; Tell</title>
		<meta name="color-scheme" content="light dark">
		<link rel="icon" href="../icon.svg" type="image/svg+xml">
		<script src="../first-paint.js"></script>
		<link rel="stylesheet" href="./lessons.css">
	</head>
	<body>
		<nav aria-label="Lessons">
			<a href="../index.html"><img src="../icon.svg" alt="" width="28" height="28"> Show &amp; Tell</a>
			<a href="./index.html">All lessons</a>
		</nav>
		<main>
${marked.parse(markdown, { async: false })}		</main>
	</body>
</html>
`;
}

/**
 * Everything that is built of the lessons, as it is on the disk now.
 * @returns {Map<string, string>} contents by file name, in lessons/
 */
export function lessonFiles() {
	const names = readdirSync(FOLDER).filter((name) => name.endsWith(".md"));
	const files = new Map(
		names.map((name) => [pageOf(name), renderLesson(readFileSync(new URL(name, FOLDER), "utf8"), names)]),
	);
	return files.set("lessons.css", STYLES.map((style) => readFileSync(style, "utf8")).join("\n"));
}

/** @returns {import("vite").Plugin} */
export function lessons() {
	return {
		name: "lessons",
		configureServer(server) {
			server.middlewares.use("/lessons", (request, response, next) => {
				const name = (request.url ?? "/").split("?")[0].slice(1) || "index.html";
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
