import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RANDOM_INCREMENT, RANDOM_MULTIPLIER, RANDOM_SEED_FACTOR } from "../../src/contract/constants.js";
import { createGenerator, shuffle, spread } from "../../src/knn/draws.js";

const MODULUS = 2n ** 32n;

/**
 * The contract's generator once more, in integers of any size.
 * @param {number} seed
 * @returns {Generator<bigint, never>}
 */
function* exactNumbers(seed) {
	let x = (BigInt(seed) * BigInt(RANDOM_SEED_FACTOR)) % MODULUS;
	for (let i = 0; ; i++) {
		x = (BigInt(RANDOM_MULTIPLIER) * x + BigInt(RANDOM_INCREMENT)) % MODULUS;
		if (i > 0) yield x;
	}
}

test("the generator is the contract's, without its first number", () => {
	fc.assert(
		fc.property(fc.nat(1e6), fc.array(fc.integer({ min: 1, max: 2e6 }), { maxLength: 20 }), (seed, bounds) => {
			const random = createGenerator(seed);
			const numbers = exactNumbers(seed);
			for (const bound of bounds) {
				const { value: x } = numbers.next();
				expect(random(bound)).toBe(Number(/** @type {bigint} */ (x * BigInt(bound)) / MODULUS));
			}
		}),
	);
});

test("shuffling goes from the end, with one number for each place", () => {
	const bounds = /** @type {number[]} */ ([]);
	const random = (/** @type {number} */ bound) => {
		bounds.push(bound);
		return 0;
	};
	const values = ["a", "b", "c", "d"];
	expect(shuffle(values, random)).toEqual(["b", "c", "d", "a"]);
	expect(bounds).toEqual([4, 3, 2]);
	expect(values).toEqual(["a", "b", "c", "d"]);
});

describe("spread", () => {
	test("takes all examples if there are not too many", () => {
		expect(spread([1, 0, 1], 3)).toEqual([0, 1, 2]);
		expect(spread([], 0)).toEqual([]);
	});

	test("takes the contract's rows of each class", () => {
		// 3 classes, 12 examples, at most 6: floor(3 * 8 / 12) + 1 = 3, floor(3 * 3 / 12) + 1 = 1 and 1 of them.
		expect(spread([0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 5], 6)).toEqual([0, 2, 5, 8, 11]);
	});

	test("takes at most the maximum, and at least one of every class", () => {
		fc.assert(
			fc.property(fc.array(fc.nat(5), { maxLength: 60 }), fc.integer({ min: 6, max: 70 }), (classes, maxCount) => {
				const rows = spread(classes, maxCount);
				expect(rows.length).toBeLessThanOrEqual(maxCount);
				expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
				expect(new Set(rows.map((row) => classes[row]))).toEqual(new Set(classes));
			}),
		);
	});
});
