// How far the examples of a class reach. The coach tells one pose from many by it; evaluation.js works it out.

/**
 * How far a class's examples reach: nine in ten are within this cosine distance of their mean's direction.
 * @param {Float32Array[]} embeddings n of float32, (d,), finite, not all zero
 * @param {number[]} classOf n, indices
 * @param {number} count c
 * @returns {number[]} c; Infinity for a class without examples
 */
export function radii(embeddings, classOf, count) {
	/** @type {Float32Array[][]} */
	const members = Array.from({ length: count }, () => []);
	for (const [row, embedding] of embeddings.entries()) members[classOf[row]].push(embedding);
	return members.map((mine) => {
		if (mine.length === 0) return Number.POSITIVE_INFINITY;
		const mean = new Float64Array(mine[0].length);
		for (const embedding of mine) {
			const length = Math.sqrt(product(embedding, embedding));
			for (let i = 0; i < mean.length; i++) mean[i] += embedding[i] / length;
		}
		const length = product(mean, mean);
		return quantile(
			mine.map((embedding) => 1 - product(embedding, mean) / Math.sqrt(product(embedding, embedding) * length)),
			0.9,
		);
	});
}

/**
 * @param {Float32Array|Float64Array} a (d,)
 * @param {Float32Array|Float64Array} b (d,)
 */
function product(a, b) {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
	return sum;
}

/**
 * @param {number[]} numbers at least one
 * @param {number} share 0..1
 * @returns {number} the smallest that this share does not exceed
 */
function quantile(numbers, share) {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
