// Whether a backend's numbers are the model's own.

import { describe, expect, it } from "vitest";
import { asSeen, isEmbedding, isRight, readGolden, worstCosine } from "../../src/capture/embed-worker/golden.js";

const vector = (/** @type {number[]} */ ...values) => Float32Array.from(values);

describe("readGolden", () => {
	const pictures = Uint8Array.from({ length: 2 * 12 }, (_, i) => i);
	const embeddings = vector(1, 2, 3, 4, 5, 6);
	const bytes = new Uint8Array([...pictures, ...new Uint8Array(embeddings.buffer)]);

	it("takes the file apart", () => {
		const golden = readGolden(bytes, { pictures: 2, side: 2 }, 3);
		expect(golden.pictures.map((picture) => [...picture])).toEqual([
			[...pictures.slice(0, 12)],
			[...pictures.slice(12)],
		]);
		expect(golden.embeddings).toEqual([vector(1, 2, 3), vector(4, 5, 6)]);
	});

	it("refuses a file of another size", () => {
		expect(() => readGolden(bytes.subarray(1), { pictures: 2, side: 2 }, 3)).toThrow("not whole");
	});

	it("shows each pixel as a block, also where the sizes are no multiples", () => {
		const picture = Uint8Array.of(10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42);
		const reds = [...asSeen(picture, 2, 3)].filter((_, i) => i % 4 === 0);
		expect(reds).toEqual([10, 10, 20, 10, 10, 20, 30, 30, 40]);
		expect([...asSeen(picture, 2, 3).slice(0, 4)]).toEqual([10, 11, 12, 255]);
	});
});

describe("worstCosine", () => {
	const expected = [vector(1, 0, 0), vector(0, 1, 0)];

	it.each([
		["the same direction", [vector(2, 0, 0), vector(0, 3, 0)], true],
		["a rounding of float16", [vector(1, 0.0005, 0), vector(0, 1, 0.0005)], true],
		["one that is off", [vector(1, 0, 0), vector(0, 1, 0.05)], false],
		["the same numbers for both", [vector(1, 0, 0), vector(1, 0, 0)], false],
		["zeros", [vector(0, 0, 0), vector(0, 0, 0)], false],
		["no number", [vector(1, 0, 0), vector(0, Number.NaN, 0)], false],
		["an endless number", [vector(1, 0, 0), vector(0, Number.POSITIVE_INFINITY, 0)], false],
		["one that is missing", [vector(1, 0, 0)], false],
	])("%s", (_, embeddings, right) => {
		expect(isRight(worstCosine(embeddings, expected))).toBe(right);
	});

	it("is a number that a person can be shown, also where there is none", () => {
		expect(worstCosine([vector(Number.NaN, 0, 0), vector(0, 1, 0)], expected)).toBe(0);
	});
});

describe("isEmbedding", () => {
	it.each([
		["numbers", vector(0, 0.1), true],
		["zeros, from a lost graphics context", vector(0, 0), false],
		["no number", vector(1, Number.NaN), false],
	])("%s", (_, embedding, is) => {
		expect(isEmbedding(embedding)).toBe(is);
	});
});
