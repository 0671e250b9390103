import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGenerator, shuffle, spread } from "../../src/knn/draws.js";

const MODULUS = 2n ** 32n;

/**
 * The contract's generator once more, in whole numbers of any length.
 * @param {number} seed
 * @returns {Generator<bigint, never>}
 */
function* exact(seed) {
	let x = (BigInt(seed) * 2654435761n) % MODULUS;
	for (let i = 0; ; i++) {
		x = (1664525n * x + 1013904223n) % MODULUS;
		if (i > 0) yield x;
	}
}

test("the generator is the contract's, whose first number is thrown away", () => {
	fc.assert(
		fc.property(fc.nat(1e6), fc.array(fc.integer({ min: 1, max: 2e6 }), { maxLength: 20 }), (seed, bounds) => {
			const random = createGenerator(seed);
			const numbers = exact(seed);
			for (const below of bounds) {
				const { value: x } = numbers.next();
				expect(random(below)).toBe(Number(/** @type {bigint} */ (x * BigInt(below)) / MODULUS));
			}
		}),
	);
});

test("shuffling goes from the end, one number a place", () => {
	const asked = /** @type {number[]} */ ([]);
	const random = (/** @type {number} */ below) => {
		asked.push(below);
		return 0;
	};
	const list = ["a", "b", "c", "d"];
	expect(shuffle(list, random)).toEqual(["b", "c", "d", "a"]);
	expect(asked).toEqual([4, 3, 2]);
	expect(list).toEqual(["a", "b", "c", "d"]);
});

describe("spreading", () => {
	test("takes all where there is room", () => {
		expect(spread([1, 0, 1], 3)).toEqual([0, 1, 2]);
		expect(spread([], 0)).toEqual([]);
	});

	test("takes the contract's places of each class", () => {
		// 3 classes, 12 examples, 6 at most: floor(3 * 8 / 12) + 1 = 3, floor(3 * 3 / 12) + 1 = 1 and 1 of them.
		expect(spread([0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 5], 6)).toEqual([0, 2, 5, 8, 11]);
	});

	test("never takes more than was asked for, and something of every class that there is room for", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(5), { maxLength: 60 }), fc.integer({ min: 6, max: 70 }), (classes, most) => {
				const taken = spread(classes, most);
				expect(taken.length).toBeLessThanOrEqual(most);
				expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
				expect(new Set(taken.map((row) => classes[row]))).toEqual(new Set(classes));
			}),
		);
	});
});
