// How far the examples of each class reach. The advice tells one pose from many by it; nearest.js reports it.

/** The share of a class's examples within its radius. */
const SHARE = 0.9;

/**
 * Measures the radius of each class: nine in ten of its examples are within this cosine distance of their mean's direction.
 * @param {Float32Array[]} embeddings n of float32, (d,), finite, not all zero
 * @param {number[]} classIndices n
 * @param {number} classCount c
 * @returns {number[]} c; Infinity for a class without examples
 * @example
 * measureClassRadii([Float32Array.of(1, 0), Float32Array.of(2, 0)], [0, 0], 2); // [0, Infinity]
 */
export function measureClassRadii(embeddings, classIndices, classCount) {
	/** @type {Float32Array[][]} */
	const members = Array.from({ length: classCount }, () => []);
	for (const [row, embedding] of embeddings.entries()) members[classIndices[row]].push(embedding);
	return members.map((classEmbeddings) => {
		if (classEmbeddings.length === 0) return Number.POSITIVE_INFINITY;
		const mean = new Float64Array(classEmbeddings[0].length);
		for (const embedding of classEmbeddings) {
			const norm = Math.sqrt(dotProduct(embedding, embedding));
			for (let i = 0; i < mean.length; i++) mean[i] += embedding[i] / norm;
		}
		const squaredNorm = dotProduct(mean, mean);
		return quantile(
			classEmbeddings.map(
				(embedding) => 1 - dotProduct(embedding, mean) / Math.sqrt(dotProduct(embedding, embedding) * squaredNorm),
			),
			SHARE,
		);
	});
}

/**
 * @param {Float32Array|Float64Array} a (d,)
 * @param {Float32Array|Float64Array} b (d,)
 */
function dotProduct(a, b) {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
	return sum;
}

/**
 * @param {number[]} numbers at least one
 * @param {number} share 0..1
 * @returns {number} the smallest of the numbers that at least this share does not exceed
 */
function quantile(numbers, share) {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
