// The lessons as pages: what Markdown may hold, and what is refused.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { renderLesson, renderSheet } from "../../scripts/lesson-page.js";
import { lessonFiles } from "../../scripts/lessons.js";

const LESSONS = ["README.md", "1-one.md"];

/** @param {string} text */
const render = (text) => renderLesson(`# Two & a <b>half</b>\n\n${text}\n`, LESSONS);

describe("a lesson", () => {
	test("has its title, the theme that the page remembers, and ways back", () => {
		const html = render("Text.");
		expect(html).toContain("<title>Two &#38; a &#60;b&#62;half&#60;/b&#62; – Show &amp; Tell</title>");
		expect(html).toContain('<script src="../first-paint.js"></script>');
		expect(html).toContain('<a href="../index.html">');
		expect(html).toContain('<a href="./index.html">All lessons</a>');
	});

	test("links to other lessons as pages", () => {
		const html = render("[one](1-one.md), [its end](1-one.md#end), [all](README.md)");
		expect(html).toContain(
			'<a href="1-one.html">one</a>, <a href="1-one.html#end">its end</a>, <a href="index.html">all</a>',
		);
	});

	test.each(["../../README.md", "https://elsewhere.example", "javascript:alert(1)", "/1-one.md", "2-two.md"])(
		"may not link to %s",
		(href) => {
			expect(() => render(`[x](${href})`)).toThrow(`a link leads to ${href}`);
		},
	);

	test("shows HTML as text", () => {
		const html = render('<script>alert(1)</script>\n\nA <img src=x onerror="y"> b <style>p{}</style>');
		const main = html.slice(html.indexOf("<main>"));
		expect(main).not.toMatch(/<(script|img|style)/);
		expect(main).toContain("&#60;script&#62;alert(1)&#60;/script&#62;");
		expect(main).toContain("&#60;img src=x onerror=&#34;y&#34;&#62;");
	});

	test("has tables without attributes, and lists that go on counting", () => {
		expect(render("| a | b |\n| --- | :-: |\n| **c** | d |")).toContain(
			"<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><strong>c</strong></td><td>d</td></tr></tbody></table>",
		);
		expect(render("6. six\n7. seven")).toContain('<ol start="6">');
	});

	test("has no space where a Chinese line ends", () => {
		const html = render("看到\n图片。\n**新**的\n\n- 一\n  二\n- 三\n\n> 问：\n>\n> 答\n> 案\n\na\nb");
		expect(html).toContain("<p>看到图片。<strong>新</strong>的</p>");
		expect(html).toContain("<li>一二</li>\n<li>三</li>");
		expect(html).toContain("<p>问：</p>\n<p>答案</p>");
		expect(html).toContain("<p>a\nb</p>");
	});

	test("has a title and no pictures, or is not built", () => {
		expect(() => renderLesson("Text.\n", LESSONS)).toThrow('no "# Title" in the first line; it is Text.');
		expect(() => render("![cat](cat.jpg)")).toThrow("there is a picture, cat.jpg");
	});
});

const FOLDER = new URL("../../../docs/lessons/", import.meta.url);
const MESSAGES = new URL("../../src/i18n/messages/", import.meta.url);

/** Folders of the languages that have lessons. */
const folders = readdirSync(MESSAGES)
	.map((name) => name.replace(/\.json$/, ""))
	.map((tag) => (tag === "en" ? "" : `${tag}/`))
	.filter((folder) => existsSync(new URL(folder, FOLDER)));

test("what is built is a page for each lesson in every language, a sheet and steps for each with marks, and one stylesheet", () => {
	const files = lessonFiles();
	const expected = folders.flatMap((folder) =>
		readdirSync(new URL(folder, FOLDER))
			.filter((name) => name.endsWith(".md"))
			.flatMap((name) => {
				const stem = folder + name.replace(/\.md$/, "");
				if (name === "README.md") return [`${folder}index.html`];
				const hasMarks = readFileSync(new URL(folder + name, FOLDER), "utf8").includes("<!-- check: ");
				return hasMarks ? [`${stem}.html`, `${stem}-sheet.html`, `${stem}.json`] : [`${stem}.html`];
			}),
	);
	expect([...files.keys()].sort()).toEqual([...expected, "lessons.css", "lessons.json", "print.js"].sort());
	expect(files.get("lessons.css")).toContain(
		readFileSync(new URL("../../src/style/tokens.css", import.meta.url), "utf8"),
	);
	expect(files.get("index.html")).toContain('<a href="2-what-is-k.html">');
});

test("no page shows a mark", () => {
	for (const [name, content] of lessonFiles()) expect(content, name).not.toMatch(/check: |&#60;!--/);
});

describe("the pupil's sheet", () => {
	const markdown = `# One

## What you need

- A mug.

## With the page (25 minutes)

### Begin

1. Click **Start camera**. <!-- check: camera -->
2. Look.

What to see: the answer is here.

| tries | right |
| --- | --- |
| one | |

| mistake | cure |
| --- | --- |
| the wall | more walls |

## Question (10 minutes)

> Question: Why?
>
> Answer: Because.

## Homework

Think.
`;

	test("has the steps, the tables to fill in, and the questions with lines; no answer, and nothing for the teacher", () => {
		const sheet = String(renderSheet(markdown, LESSONS, { page: "1-one.html" }));
		const main = sheet.slice(sheet.indexOf("<main"));
		expect(main).toContain("<h2>With the page</h2>\n<h3>Begin</h3>");
		expect(main).toContain("<li>Click <strong>Start camera</strong>.</li>\n<li>Look.</li>");
		expect(main).toContain("<td>one</td><td></td>");
		expect(main).toContain('<p>Question: Why?</p>\n<i class="line"></i>');
		for (const hidden of ["Because", "the answer is here", "more walls", "A mug", "Think", "minutes"]) {
			expect(main).not.toContain(hidden);
		}
	});

	test("is linked from the lesson, and asks to be printed", () => {
		const html = renderLesson(markdown, LESSONS, { page: "1-one.html", language: "ar" });
		expect(html).toContain('<html lang="ar" dir="rtl">');
		expect(html).toContain('<a href="./1-one-sheet.html#print">');
		expect(html).toContain('<a href="./1-one.html#print">');
		expect(renderSheet("# One\n\nText.\n", LESSONS)).toBeNull();
		expect(renderLesson("# One\n\nText.\n", LESSONS)).not.toContain("#print");
	});
});

test("a link asks to print each time it is clicked, and a reload does not", () => {
	const print = vi.fn();
	const location = { pathname: "/lessons/1-one.html", search: "?a", hash: "#print" };
	const history = {
		/** @type {(state: null, title: string, address: string) => void} */
		replaceState: (_state, _title, address) => {
			const { pathname, search, hash } = new URL(address, "http://page.test");
			Object.assign(location, { pathname, search, hash });
		},
	};
	const events = new EventTarget();
	const load = () =>
		runInNewContext(String(lessonFiles().get("print.js")), {
			...{ print, location, history },
			addEventListener: events.addEventListener.bind(events),
		});
	/** As a browser does: it tells of another address only. */
	const click = () => {
		if (location.hash === "#print") return;
		location.hash = "#print";
		events.dispatchEvent(new Event("hashchange"));
	};
	load();
	expect(print).toHaveBeenCalledTimes(1);
	expect(location).toEqual({ pathname: "/lessons/1-one.html", search: "?a", hash: "" });
	click();
	click();
	expect(print).toHaveBeenCalledTimes(3);
	load();
	expect(print).toHaveBeenCalledTimes(3);
});

test("a lesson leads to the same lesson in the other languages", () => {
	const files = lessonFiles();
	const page = "2-what-is-k.html";
	expect(files.get(page)).toContain('<html lang="en">');
	expect(files.get(page)).toContain(`<a href="./de/${page}" lang="de" hreflang="de">Deutsch</a>`);
	const german = files.get(`de/${page}`);
	expect(german).toContain('<html lang="de">');
	expect(german).toContain('<b lang="de">Deutsch</b>');
	expect(german).toContain(`<a href="../${page}" lang="en" hreflang="en">English</a>`);
	expect(german).toContain(`<a href="../zh/${page}" lang="zh" hreflang="zh">中文</a>`);
	expect(german).toContain('<a href="../../index.html">');
	expect(german).toContain('<link rel="stylesheet" href="../lessons.css">');
});
