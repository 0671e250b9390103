// Type and gaps come from the scales in tokens.css.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const folder = new URL("../../src/style/", import.meta.url);
/** Lessons are printed, an exported page stands alone, and what is painted first comes before the tokens. */
const APART = ["tokens.css", "lessons.css", "lesson-sheets.css", "player.css", "first-paint.css"];
const sheets = readdirSync(folder, { recursive: true, encoding: "utf8" })
	.filter((path) => path.endsWith(".css") && !APART.includes(path))
	.map((path) => ({ path, css: readFileSync(new URL(path, folder), "utf8") }));

it("finds the sheets", () => expect(sheets.length).toBeGreaterThan(40));

it.each(sheets)("$path has no size of type of its own", ({ css }) => {
	const own = [...css.matchAll(/font-size: ([^;]+);/g)].map(([, size]) => size);
	// What grows with its container is no step of the scale.
	expect(own.filter((size) => !/^(var\(--text-\d\)|inherit|clamp\(.+|min\(.+)$/.test(size))).toEqual([]);
});

it.each(sheets)("$path has no small gap of its own", ({ css }) => {
	const gaps = [...css.matchAll(/(?:^|\s)(?:(?:row-|column-)?gap|(?:padding|margin)(?:-[a-z-]+)?): ([\d.a-z -]+);/g)];
	const own = gaps.flatMap(([, value]) => value.split(" ")).filter((each) => /^-?\d+px$/.test(each));
	expect(
		own.filter((each) => Math.abs(Number.parseInt(each, 10)) > 1 && Math.abs(Number.parseInt(each, 10)) <= 28),
	).toEqual([]);
});
