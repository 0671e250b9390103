// The linear algebra that the adapted metric needs beyond its library: row by row over one typed array, in steps that a
// worker can pause between. Matrices are (rows, width), row by row, in float64. Used by adapted.js and cross-fitting.js.

import { CholeskyDecomposition, Matrix } from "ml-matrix";

/** Products of rows that are worked out between two pauses. */
const STEP = 4e6;

/**
 * All dot products between rows.
 * @param {Float64Array} matrix (rows, width)
 * @param {number} rows
 * @param {number} width
 * @returns {Generator<void, Float64Array>} (rows, rows), symmetric
 */
export function* productsOfRows(matrix, rows, width) {
	const products = new Float64Array(rows * rows);
	const four = new Float64Array(4);
	let work = 0;
	for (let i = 0; i < rows; i += 2) {
		// The last row stands in for the one that is missing beside it.
		const next = Math.min(i + 1, rows - 1);
		for (let j = 0; j <= next; j += 2) {
			const beside = Math.min(j + 1, rows - 1);
			fourProducts(matrix, matrix, width, i * width, next * width, j * width, beside * width, four);
			products[i * rows + j] = products[j * rows + i] = four[0];
			products[i * rows + beside] = products[beside * rows + i] = four[1];
			products[next * rows + j] = products[j * rows + next] = four[2];
			products[next * rows + beside] = products[beside * rows + next] = four[3];
		}
		work += 2 * i * width;
		if (work > STEP) {
			work = 0;
			yield;
		}
	}
	return products;
}

/**
 * The dot products of two rows with two others at once, which reads each number half as often.
 * @param {Float64Array} one
 * @param {Float64Array} other
 * @param {number} width
 * @param {number} a where the first row begins in `one`
 * @param {number} b and the second
 * @param {number} c where the first row begins in `other`
 * @param {number} d and the second
 * @param {Float64Array} out a.c, a.d, b.c, b.d
 */
export function fourProducts(one, other, width, a, b, c, d, out) {
	let ac = 0;
	let ad = 0;
	let bc = 0;
	let bd = 0;
	for (let i = 0; i < width; i++) {
		const p = one[a + i];
		const q = one[b + i];
		const r = other[c + i];
		const s = other[d + i];
		ac += p * r;
		ad += p * s;
		bc += q * r;
		bd += q * s;
	}
	out[0] = ac;
	out[1] = ad;
	out[2] = bc;
	out[3] = bd;
}

/**
 * @param {Float64Array} matrix (n, n), symmetric, positive definite
 * @param {number} n
 * @returns {Float64Array} L, (n, n), lower triangular: L times its transpose is the matrix
 */
export function cholesky(matrix, n) {
	const { lowerTriangularMatrix } = new CholeskyDecomposition(Matrix.from1DArray(n, n, matrix));
	const lower = new Float64Array(n * n);
	for (let row = 0; row < n; row++) lower.set(lowerTriangularMatrix.getRow(row), row * n);
	return lower;
}

/**
 * Forward substitution, in place: L^-1 times a matrix.
 * @param {Float64Array} lower L, (n, n), lower triangular
 * @param {Float64Array} matrix (n, width)
 * @param {number} n
 * @param {number} width
 * @returns {Generator<void, void>}
 */
export function* substitute(lower, matrix, n, width) {
	let work = 0;
	for (let row = 0; row < n; row++) {
		subtractRows(matrix, row * width, matrix, width, row, lower, row * n, 1);
		const pivot = lower[row * n + row];
		for (let i = row * width; i < (row + 1) * width; i++) matrix[i] /= pivot;
		work += row * width;
		if (work > STEP) {
			work = 0;
			yield;
		}
	}
}

/**
 * Takes multiples of the first rows of a matrix off one row, four at a time.
 * @param {Float64Array} target
 * @param {number} start where the row begins in `target`
 * @param {Float64Array} matrix (rows or more, width)
 * @param {number} width
 * @param {number} rows
 * @param {Float64Array} factors
 * @param {number} first where the factors begin
 * @param {number} stride how far it is from one factor to the next
 */
export function subtractRows(target, start, matrix, width, rows, factors, first, stride) {
	const whole = rows - (rows % 4);
	for (let row = 0; row < whole; row += 4) {
		const f0 = factors[first + row * stride];
		const f1 = factors[first + (row + 1) * stride];
		const f2 = factors[first + (row + 2) * stride];
		const f3 = factors[first + (row + 3) * stride];
		const r0 = row * width;
		const r1 = r0 + width;
		const r2 = r1 + width;
		const r3 = r2 + width;
		for (let i = 0; i < width; i++) {
			target[start + i] -= f0 * matrix[r0 + i] + f1 * matrix[r1 + i] + (f2 * matrix[r2 + i] + f3 * matrix[r3 + i]);
		}
	}
	for (let row = whole; row < rows; row++) {
		const factor = factors[first + row * stride];
		for (let i = 0; i < width; i++) target[start + i] -= factor * matrix[row * width + i];
	}
}
