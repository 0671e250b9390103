// What a file should have been is shown as it is in every language: it has signs, numbers and names, and no words.

import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const FOLDER = new URL("../../src/exchange/", import.meta.url);
const CALL = /badFile\((?:[^()]|\([^()]*\))*?, (["'`])((?:(?!\1).)*)\1\)/gs;
/** Names of formats and of what is in a file. */
const NAMES = new Set([
	"deflate",
	"dimension",
	"thumbnails",
	"embeddings",
	"project",
	"model",
	"json",
	"JSON",
	"NumPy",
	"JPEG",
	"WebP",
]);

it("has no words", () => {
	const found = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".js"))
		.flatMap((name) => [...readFileSync(new URL(name, FOLDER), "utf8").matchAll(CALL)])
		.map(([, , expected]) => expected.replace(/\$\{[^}]*\}/g, ""));
	expect(found.length).toBeGreaterThan(25);
	const words = found.flatMap((expected) => expected.match(/[A-Za-z]{4,}/g) ?? []);
	expect(words.filter((word) => !NAMES.has(word))).toEqual([]);
});
