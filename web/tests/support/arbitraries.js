// Arbitrary examples for the evaluation's properties.

import fc from "fast-check";
import { MAX_NEIGHBOURS } from "../../src/contract/constants.js";
import { createGenerator } from "../../src/knn/draws.js";
import { LABELS } from "./evaluations.js";

/** @typedef {import("../../src/knn/examples.js").Example} Example */

export const anyWeights = fc.constantFrom(/** @type {const} */ ("uniform"), /** @type {const} */ ("distance"));
export const anyK = fc.integer({ min: 1, max: MAX_NEIGHBOURS });

/** Small whole numbers make duplicates and ties; the factors make huge, tiny and parallel embeddings. */
export const wholeEmbedding = fc
	.tuple(
		fc
			.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 })
			.filter((numbers) => numbers.some((number) => number !== 0)),
		fc.constantFrom(1, 1, 1, 2, 1e-37, 1e-10, 1e12, 1e37),
	)
	.map(([numbers, factor]) => Float32Array.from(numbers, (number) => number * factor));

/** Embeddings without ties. */
export const realEmbedding = fc.nat(1e6).map((seed) => {
	const random = createGenerator(seed);
	return Float32Array.from({ length: 4 }, (_, i) => random(1000) / 1000 + (i === seed % 3 ? 1 : 0));
});

/**
 * Two or more examples of the first four labels, some in recordings.
 * @param {fc.Arbitrary<Float32Array>} embedding
 * @param {number} maxLength
 * @returns {fc.Arbitrary<Example[]>}
 */
export function anyExamples(embedding, maxLength) {
	return fc
		.array(
			fc.record({
				embedding,
				label: fc.constantFrom(...LABELS.slice(0, 4)),
				group: /** @type {fc.Arbitrary<string | null>} */ (fc.constantFrom(null, "g1", "g2", "g3")),
			}),
			{ minLength: 2, maxLength },
		)
		.map((examples) => examples.map((example, i) => ({ ...example, id: `i${i}` })));
}
