// What the build makes of the finished page: the list of what is kept offline, and compressed copies.

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { filesBelow, precacheEntries, writeCompressed } from "../../scripts/built-files.js";

const TEXT = "the same words again, ".repeat(100);
/** @type {string} */
let folder;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "built-"));
	for (const name of ["assets", "model", "lessons/de"]) mkdirSync(join(folder, name), { recursive: true });
	for (const path of ["index.html", "assets/a-1.js", "model/manifest.json", "lessons/index.html", ".hidden"]) {
		writeFileSync(join(folder, path), TEXT);
	}
	writeFileSync(join(folder, "lessons/de/1-one.json"), TEXT);
	writeFileSync(join(folder, "model/w-0123456789abcdef.bin"), TEXT);
	writeFileSync(join(folder, "icon.png"), TEXT);
	writeFileSync(join(folder, "small.txt"), "small");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param {string} algorithm @param {import("node:crypto").BinaryToTextEncoding} encoding @param {Buffer} content */
const sum = (algorithm, encoding, content) => createHash(algorithm).update(content).digest(encoding);

test("everything is kept but copies, lists and hidden files; names with a hash need no revision", async () => {
	await writeCompressed(folder);
	writeFileSync(join(folder, "sw.js"), "");
	const entries = precacheEntries(folder);
	expect(Object.fromEntries(entries.map(({ url, revision }) => [url, revision === null]))).toEqual({
		"assets/a-1.js": true,
		"icon.png": false,
		"index.html": false,
		"lessons/de/1-one.json": false,
		"lessons/index.html": false,
		"model/manifest.json": false,
		"model/w-0123456789abcdef.bin": true,
		"small.txt": false,
	});
	for (const { url, integrity } of entries) {
		expect(integrity).toBe(`sha384-${sum("sha384", "base64", readFileSync(join(folder, url)))}`);
	}
});

test("a lesson in another language than English says so; all other files are for everybody", () => {
	const languages = precacheEntries(folder).flatMap(({ url, language }) => (language ? [[url, language]] : []));
	expect(languages).toEqual([["lessons/de/1-one.json", "de"]]);
});

test("another content is another revision", () => {
	const find = () => precacheEntries(folder).find(({ url }) => url === "index.html")?.revision;
	const before = find();
	writeFileSync(join(folder, "index.html"), `${TEXT}!`);
	expect(find()).not.toBe(before);
});

test("copies hold the same, are listed with their sums, and only where they are clearly smaller", async () => {
	await writeCompressed(folder);
	const list = JSON.parse(readFileSync(join(folder, "compressed.json"), "utf8"));
	expect(Object.keys(list)).toContain("assets/a-1.js");
	for (const [path, { sha256, br, gz }] of Object.entries(list)) {
		const [original, brotli, gzip] = ["", ".br", ".gz"].map((suffix) => readFileSync(join(folder, path + suffix)));
		expect(brotliDecompressSync(brotli).equals(original) && gunzipSync(gzip).equals(original)).toBe(true);
		expect([original, brotli, gzip].map((content) => sum("sha256", "hex", content))).toEqual([sha256, br, gz]);
		expect(brotli.length).toBeLessThan(original.length / 2);
	}
	expect(filesBelow(folder)).not.toContain("icon.png.br");
	expect(filesBelow(folder)).not.toContain("small.txt.gz");
});
