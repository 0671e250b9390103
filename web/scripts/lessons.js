// Turns docs/lessons/*.md into pages beside the page: lessons/index.html (the README), a page and a sheet a lesson; and into data for
// the page, which shows the lessons step by step. In the build, and while it is worked on. English stands in docs/lessons/ itself,
// every other language in a folder of its tag, and so does what is made of it. Used by vite.config.js.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ENGLISH, folderOf, INDEX, pageOf, renderLesson, renderSheet, sheetOf } from "./lesson-page.js";
import { readLesson } from "./lesson-steps.js";

const FOLDER = new URL("../../docs/lessons/", import.meta.url);
const MESSAGES = new URL("../src/i18n/messages/", import.meta.url);
/** The page's colours and type, then what only the lessons need. */
const STYLES = ["tokens.css", "base.css", "lessons.css", "lesson-sheets.css"].map(
	(name) => new URL(`../src/style/${name}`, import.meta.url),
);
/**
 * A link that ends in #print opens the print dialog: no page may hold a script of its own. Without the ending in the address, the same
 * link leads to another one the next time, and a reload does not ask again.
 */
const PRINT = `const printIfAsked = () => {
	if (location.hash !== "#print") return;
	history.replaceState(null, "", location.pathname + location.search);
	print();
};
addEventListener("hashchange", printIfAsked);
printIfAsked();
`;
/** Which lessons there are in which language, for the page's list. */
const INDEX_OF_STEPS = "lessons.json";
/** @type {Record<string, string>} */
const TYPES = { css: "text/css", js: "text/javascript", json: "application/json", html: "text/html; charset=utf-8" };

/** @returns {string[]} tags of the languages that have lessons */
function lessonLanguages() {
	const tags = readdirSync(MESSAGES).map((name) => name.replace(/\.json$/, ""));
	return tags.filter((tag) => tag === ENGLISH || existsSync(new URL(folderOf(tag), FOLDER))).sort();
}

/** @param {string} language @returns {string[]} names of its Markdown files */
const lessonNames = (language) =>
	readdirSync(new URL(folderOf(language), FOLDER))
		.filter((name) => name.endsWith(".md"))
		.sort();

/**
 * Everything that is built of the lessons, as it is on the disk now.
 * @returns {Map<string, string>} contents by file name, in lessons/
 * @throws {Error} a lesson is not what can be built
 */
export function lessonFiles() {
	/** @type {Map<string, string>} */
	const files = new Map();
	/** @type {import("../src/lessons/lesson.js").LessonIndex} */
	const index = {};
	const languages = lessonLanguages();
	for (const language of languages) {
		const folder = folderOf(language);
		const names = lessonNames(language);
		index[language] = [];
		for (const name of names) {
			const page = pageOf(name);
			const having = languages.filter((other) => lessonNames(other).includes(name));
			const markdown = readFileSync(new URL(folder + name, FOLDER), "utf8");
			files.set(folder + page, renderLesson(markdown, names, { page, language, languages: having }));
			const sheet = renderSheet(markdown, names, { page, language });
			if (sheet !== null) files.set(folder + sheetOf(page), sheet);
			const lesson = name === INDEX ? null : readLesson(markdown);
			if (lesson === null) continue;
			const stem = name.replace(/\.md$/, "");
			files.set(`${folder}${stem}.json`, `${JSON.stringify(lesson)}\n`);
			index[language].push({ name: stem, title: lesson.title, steps: lesson.steps.length });
		}
	}
	files.set(INDEX_OF_STEPS, `${JSON.stringify(index)}\n`);
	files.set("print.js", PRINT);
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
				response.setHeader("Content-Type", TYPES[name.slice(name.lastIndexOf(".") + 1)]);
				response.end(content);
			});
		},
		generateBundle() {
			for (const [name, source] of lessonFiles()) this.emitFile({ type: "asset", fileName: `lessons/${name}`, source });
		},
	};
}
