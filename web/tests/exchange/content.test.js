// Which content is refused, and with which error. The same cases stand in tests/exchange/test_content.py.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkContent, checkRow, pictureKind } from "../../src/exchange/content.js";

/** @typedef {import("../../src/exchange/content.js").ProjectContent} ProjectContent */

/** @type {Record<string, {code: string, patch: Record<string, any>}>} */
const REFUSED = JSON.parse(
	readFileSync(new URL("../../../tests/exchange/refused-content.json", import.meta.url), "utf-8"),
);

const JPEG = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)], { type: "image/jpeg" });

/** @returns {any} content that is accepted */
const good = () => ({
	name: "Pets",
	model: { id: "mobilenet", dimension: 2 },
	settings: { k: 3, metric: "auto", weights: "uniform", unknownDistance: "auto" },
	classes: [
		{ label: "cat", colour: 0, emoji: "🐱", enabled: true },
		{ label: "dog", colour: null, emoji: null, enabled: true },
	],
	examples: [
		{ id: "a", label: "cat", group: null, thumbnail: JPEG },
		{ id: "b", label: "cat", group: "recording 1", thumbnail: null },
	],
	embeddings: Float32Array.of(1, 0, 0, 1),
});

/** @param {ProjectContent} content */
function codeOf(content) {
	try {
		checkContent(content);
		return "accepted";
	} catch (error) {
		return /** @type {{code: string}} */ (error).code;
	}
}

/**
 * Replaces a value of good content: a key is a path such as "classes.0.label"; a string "repeat:N" stands for N letters.
 * @param {Record<string, any>} patch
 */
function patched(patch) {
	const content = good();
	for (const [path, value] of Object.entries(patch)) {
		const keys = path.split(".");
		const last = /** @type {string} */ (keys.pop());
		const parent = keys.reduce((each, key) => each[key], content);
		parent[last] = decode(path, value, content);
	}
	return content;
}

/** @param {string} path @param {any} value @param {any} content */
function decode(path, value, content) {
	if (typeof value === "string" && value.startsWith("repeat:")) return "x".repeat(Number(value.slice(7)));
	if (value === "eleven actions") return [{ label: "cat", actions: Array(11).fill({ kind: "count" }) }];
	if (path === "embeddings" && Array.isArray(value)) return Float32Array.from(value, Number);
	if (value === "many classes")
		return Array.from({ length: 101 }, (_, i) => ({ ...content.classes[1], label: `c${i}` }));
	if (value === "many examples")
		return Array.from({ length: 20001 }, (_, i) => ({ ...content.examples[1], id: `e${i}` }));
	if (value === "big picture") return new Blob([new Uint8Array(32769)], { type: "image/jpeg" });
	if (value === "gif") return new Blob(["GIF89a"], { type: "image/gif" });
	return value;
}

describe("checkContent", () => {
	it("accepts what a project may hold, and ignores other keys", () => {
		const content = { ...good(), later: 1 };
		expect(checkContent(content)).toBe(content);
		expect(codeOf({ ...good(), examples: [], classes: [], embeddings: new Float32Array(0) })).toBe("accepted");
		expect(codeOf({ ...good(), examples: [], embeddings: null, model: null, settings: null })).toBe("accepted");
		const actions = [
			{ label: "cat", actions: [{ kind: "count", cooldown: 0 }] },
			{ label: "", actions: [{ text: "?", kind: "say", cooldown: 2 }] },
		];
		expect(codeOf({ ...good(), actions })).toBe("accepted");
		expect(codeOf({ ...good(), examples: good().examples.slice(0, 1), embeddings: null, model: null })).toBe(
			"accepted",
		);
	});

	it.each(Object.entries(REFUSED))("refuses %s", (_, { code, patch }) => {
		expect(codeOf(patched(patch))).toBe(code);
	});
});

describe("checkRow", () => {
	it("names the position in the row", () => {
		expect(() => checkRow(Float32Array.of(1, 1, 1, Number.NaN), 2, 2)).toThrow(/position 1/);
	});
});

describe("pictureKind", () => {
	it("goes by the bytes", () => {
		const riff = (/** @type {string} */ kind) => new TextEncoder().encode(`RIFF....${kind}`);
		expect(pictureKind(Uint8Array.of(0xff, 0xd8, 0xff))).toBe("jpg");
		expect(pictureKind(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))).toBe("png");
		expect([pictureKind(riff("WEBP")), pictureKind(riff("WAVE")), pictureKind(new Uint8Array(0))]).toEqual([
			"webp",
			null,
			null,
		]);
	});
});
