// A project's file: save, open, equal, as a property; the written JSON by the schema; progress and cancel.

import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readShowandtell, writeShowandtell } from "../../src/exchange/showandtell.js";
import { ZipReader } from "../../src/exchange/zip-reader.js";

/** @typedef {import("../../src/exchange/content.js").ProjectContent} ProjectContent */

const schema = JSON.parse(readFileSync(new URL("../../../docs/file.schema.json", import.meta.url), "utf-8"));
const ajv = new Ajv();
const isProject = ajv.compile({ ...schema, $id: "project" });
const isModel = ajv.compile({ ...schema, $id: "model", $ref: "#/$defs/model" });

const ODD = ["constructor", "__proto__", "日本", "🦊", "<img onerror=…>", 'a"b\\c', "\u202eabc", "e\u0301", "é"];
const label = fc.oneof(
	fc.constantFrom(...ODD),
	fc
		.string({ unit: "grapheme", minLength: 1, maxLength: 20 })
		.filter((text) => /\S/.test(text) && [...text].length <= 40),
);
const id = fc.string({ minLength: 1, maxLength: 64 });
const picture = fc
	.record({
		start: fc.constantFrom(
			{ bytes: [0xff, 0xd8, 0xff, 0xe0], type: "image/jpeg" },
			{ bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], type: "image/png" },
		),
		// Without the byte that begins the markers of JPEG, of which one could say that the picture is huge.
		rest: fc.uint8Array({ maxLength: 100, max: 0xfe }),
	})
	.map(({ start: { bytes, type }, rest }) => new Blob([Uint8Array.from(bytes), rest], { type }));
const settings = fc.record({
	k: fc.integer({ min: 1, max: 30 }),
	metric: fc.constantFrom("auto", "cosine", "adapted"),
	weights: fc.constantFrom("uniform", "distance"),
	unknownDistance: fc.constantFrom("auto", null, 0.5),
});
const number = fc.float({ noNaN: true, noDefaultInfinity: true });

/** @type {fc.Arbitrary<ProjectContent>} */
const content = fc
	.record({
		labels: fc.uniqueArray(label, { maxLength: 4 }),
		ids: fc.uniqueArray(id, { maxLength: 6 }),
		dimension: fc.integer({ min: 1, max: 5 }),
		hasNumbers: fc.boolean(),
		seeds: fc.array(fc.record({ place: fc.nat(3), group: fc.option(id), picture, hasPicture: fc.boolean() }), {
			minLength: 6,
			maxLength: 6,
		}),
		numbers: fc.array(number, { minLength: 30, maxLength: 30 }),
		name: fc.string({ maxLength: 60 }).filter((text) => [...text].length <= 60),
		colour: fc.option(fc.nat(107)),
		emoji: fc.option(fc.constantFrom("🦊", "👩‍🏫")),
		enabled: fc.boolean(),
		settings: fc.option(settings),
	})
	.map(({ labels, ids, dimension, hasNumbers, seeds, numbers, name, colour, emoji, enabled, settings }) => {
		const some = labels.length > 0 ? ids : [];
		const embeddings = Float32Array.from({ length: some.length * dimension }, (_, i) => numbers[i % 30] || 1);
		return /** @type {ProjectContent} */ ({
			name,
			model: { id: "mobilenet", dimension },
			settings,
			classes: labels.map((label) => ({ label, colour, emoji, enabled })),
			examples: some.map((id, i) => ({
				id,
				label: labels[seeds[i].place % labels.length],
				group: seeds[i].group,
				thumbnail: hasNumbers && !seeds[i].hasPicture ? null : seeds[i].picture,
			})),
			embeddings: hasNumbers ? embeddings : null,
		});
	});

/** @param {ProjectContent} content @param {Parameters<typeof writeShowandtell>[2]} [options] */
async function written(content, options) {
	/** @type {BlobPart[]} */
	const pieces = [];
	await writeShowandtell(content, { write: (bytes) => void pieces.push(Uint8Array.from(bytes)) }, options);
	return new Blob(pieces);
}

/** @param {ProjectContent} content with pictures as bytes, so that they can be compared */
async function plain({ name, model, settings, classes, examples, embeddings }) {
	const withBytes = [];
	for (const { id, label, group, thumbnail } of examples) {
		const bytes = thumbnail && [...new Uint8Array(await thumbnail.arrayBuffer())];
		withBytes.push({ id, label, group, bytes, type: thumbnail?.type });
	}
	const bits = embeddings && [...new Uint32Array(embeddings.slice().buffer)];
	return { name, model, settings, classes, examples: withBytes, bits };
}

/** @param {number} n @returns {ProjectContent} */
const many = (n) => ({
	name: "Many",
	model: { id: "mobilenet", dimension: 64 },
	settings: null,
	classes: [{ label: "cat", colour: 0, emoji: null, enabled: true }],
	examples: Array.from({ length: n }, (_, i) => ({ id: `e${i}`, label: "cat", group: null, thumbnail: null })),
	embeddings: new Float32Array(n * 64).fill(1),
});

describe("the file of a project", () => {
	it("opens equal to what was saved", async () => {
		await fc.assert(
			fc.asyncProperty(content, async (saved) => {
				expect(await plain(await readShowandtell(await written(saved)))).toEqual(await plain(saved));
			}),
			{ numRuns: 60 },
		);
	});

	it("holds JSON as the schema says", async () => {
		expect(isProject({ format: "show-and-tell" })).toBe(false);
		expect(isModel({ id: "mobilenet" })).toBe(false);
		await fc.assert(
			fc.asyncProperty(content, async (saved) => {
				const zip = await ZipReader.open(await written(saved, { title: "MobileNet" }));
				/** @param {string} name */
				const json = async (name) =>
					JSON.parse(new TextDecoder().decode(await zip.read(/** @type {any} */ (zip.entries.get(name)))));
				expect(isProject(await json("project.json")) || isProject.errors).toBe(true);
				expect(isModel(await json("model.json")) || isModel.errors).toBe(true);
			}),
			{ numRuns: 20 },
		);
	});

	it("tells how much is done, never less than before, and 1 at most", async () => {
		/** @type {number[]} */
		const shares = [];
		const onProgress = (/** @type {number} */ share) => void shares.push(share);
		const file = await written(many(20_000), { onProgress });
		expect(shares.length).toBeGreaterThan(0);
		expect(shares).toEqual([...shares].sort((a, b) => a - b));
		expect(shares.at(-1)).toBeLessThanOrEqual(1);
		shares.length = 0;
		await readShowandtell(file, { onProgress });
		expect(shares.at(-1)).toBeLessThanOrEqual(1);
	});

	it("stops when it is cancelled", async () => {
		const cancelled = AbortSignal.abort(new DOMException("", "AbortError"));
		await expect(written(many(1000), { signal: cancelled })).rejects.toMatchObject({ name: "AbortError" });
		const file = await written(many(1000));
		await expect(readShowandtell(file, { signal: cancelled })).rejects.toMatchObject({ name: "AbortError" });
	});

	it("is refused where one byte is another", async () => {
		const bytes = new Uint8Array(await (await written(many(20))).arrayBuffer());
		await fc.assert(
			fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, mask) => {
				const spoiled = bytes.slice();
				spoiled[place] ^= mask;
				// Times, versions and attributes in a zip say nothing about the project: then it opens, and equal.
				const opened = await readShowandtell(new Blob([spoiled])).catch((error) => error.code);
				if (opened !== "badFile") expect(await plain(opened)).toEqual(await plain(many(20)));
			}),
			{ numRuns: 300 },
		);
	});
});
