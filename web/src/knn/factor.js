// The linear algebra that the adapted metric needs: over rows of typed arrays, in blocks that stay in the processor's
// registers and cache, and in steps that a worker can pause between. Matrices are (rows, width), row by row, in float64.
// Used by adapted.js and adapted-pairs.js.

/** Products of numbers that are worked out between two pauses. */
const STEP = 4e6;
/** Rows that are multiplied with all others before the next are: together they fit into the cache. */
const BLOCK = 64;

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
	for (let start = 0; start < rows; start += BLOCK) {
		for (let i = start; i < rows; i += 2) {
			// The last row stands in for the one that is missing beside it.
			const next = Math.min(i + 1, rows - 1);
			const end = Math.min(start + BLOCK, next + 1);
			for (let j = start; j < end; j += 2) {
				const beside = Math.min(j + 1, rows - 1);
				fourProducts(matrix, matrix, width, i * width, next * width, j * width, beside * width, four);
				products[i * rows + j] = products[j * rows + i] = four[0];
				products[i * rows + beside] = products[beside * rows + i] = four[1];
				products[next * rows + j] = products[j * rows + next] = four[2];
				products[next * rows + beside] = products[beside * rows + next] = four[3];
			}
			work += 2 * BLOCK * width;
			if (work > STEP) {
				work = 0;
				yield;
			}
		}
	}
	return products;
}

/**
 * All dot products of some rows with some others.
 * @param {Float64Array} matrix (any, width)
 * @param {number} width
 * @param {Int32Array} rows
 * @param {Int32Array} others
 * @returns {Generator<void, Float64Array>} (rows, others)
 */
export function* productsBetween(matrix, width, rows, others) {
	const [m, n] = [rows.length, others.length];
	const products = new Float64Array(m * n);
	const four = new Float64Array(4);
	let work = 0;
	for (let start = 0; start < n; start += BLOCK) {
		const end = Math.min(start + BLOCK, n);
		for (let i = 0; i < m; i += 2) {
			const next = Math.min(i + 1, m - 1);
			const [a, b] = [rows[i] * width, rows[next] * width];
			for (let j = start; j < end; j += 2) {
				const beside = Math.min(j + 1, n - 1);
				fourProducts(matrix, matrix, width, a, b, others[j] * width, others[beside] * width, four);
				products[i * n + j] = four[0];
				products[i * n + beside] = four[1];
				products[next * n + j] = four[2];
				products[next * n + beside] = four[3];
			}
			work += 2 * BLOCK * width;
			if (work > STEP) {
				work = 0;
				yield;
			}
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
 * Cholesky's decomposition: L of L times its transpose.
 * @param {Float64Array} matrix (n, n), symmetric, positive definite
 * @param {number} n
 * @returns {Generator<void, Float64Array>} L, (n, n), lower triangular
 */
export function* cholesky(matrix, n) {
	const lower = new Float64Array(n * n);
	let work = 0;
	for (let first = 0; first < n; first += 4) {
		const end = Math.min(first + 4, n);
		for (let i = first; i < end; i++) lower.set(matrix.subarray(i * n, i * n + i + 1), i * n);
		// A row of L is the matrix's, forward substituted by the rows above it: by those above all four, and then one by one.
		solveFour(lower, n, first, lower, first, end - 1);
		for (let i = first; i < end; i++) {
			for (let j = first; j <= i; j++) {
				let rest = lower[i * n + j];
				for (let t = 0; t < j; t++) rest -= lower[i * n + t] * lower[j * n + t];
				lower[i * n + j] = j === i ? Math.sqrt(rest) : rest / lower[j * n + j];
			}
		}
		work += 2 * first * first;
		if (work > STEP) {
			work = 0;
			yield;
		}
	}
	return lower;
}

/**
 * Forward substitution, in place: x becomes L^-1 x, for every row x of a matrix.
 * @param {Float64Array} lower L, (n, n), lower triangular
 * @param {number} n
 * @param {Float64Array} matrix (rows, n)
 * @param {number} rows
 * @returns {Generator<void, void>}
 */
export function* substitute(lower, n, matrix, rows) {
	let work = 0;
	for (let first = 0; first < rows; first += 4) {
		solveFour(lower, n, n, matrix, first, Math.min(first + 3, rows - 1));
		work += 2 * n * n;
		if (work > STEP) {
			work = 0;
			yield;
		}
	}
}

/**
 * Four forward substitutions at once, two steps at a time, which reads each number less often.
 * @param {Float64Array} lower L, (n, n)
 * @param {number} n
 * @param {number} count only by so many rows of L
 * @param {Float64Array} matrix (any, n)
 * @param {number} first of four rows of the matrix
 * @param {number} last of them; where there are fewer than four it stands in for those that are missing
 */
function solveFour(lower, n, count, matrix, first, last) {
	const a = first * n;
	const b = Math.min(first + 1, last) * n;
	const c = Math.min(first + 2, last) * n;
	const d = last * n;
	for (let row = 0; row < count; row += 2) {
		const its = row * n;
		const next = Math.min(row + 1, count - 1) * n;
		let [a0, b0, c0, d0, a1, b1, c1, d1] = [0, 0, 0, 0, 0, 0, 0, 0];
		for (let t = 0; t < row; t++) {
			const p = lower[its + t];
			const q = lower[next + t];
			const xa = matrix[a + t];
			const xb = matrix[b + t];
			const xc = matrix[c + t];
			const xd = matrix[d + t];
			a0 += p * xa;
			b0 += p * xb;
			c0 += p * xc;
			d0 += p * xd;
			a1 += q * xa;
			b1 += q * xb;
			c1 += q * xc;
			d1 += q * xd;
		}
		const pivot = lower[its + row];
		a0 = (matrix[a + row] - a0) / pivot;
		b0 = (matrix[b + row] - b0) / pivot;
		c0 = (matrix[c + row] - c0) / pivot;
		d0 = (matrix[d + row] - d0) / pivot;
		matrix[a + row] = a0;
		matrix[b + row] = b0;
		matrix[c + row] = c0;
		matrix[d + row] = d0;
		if (next === its) continue;
		const beside = lower[next + row];
		const second = lower[next + row + 1];
		a1 = (matrix[a + row + 1] - a1 - beside * a0) / second;
		b1 = (matrix[b + row + 1] - b1 - beside * b0) / second;
		c1 = (matrix[c + row + 1] - c1 - beside * c0) / second;
		d1 = (matrix[d + row + 1] - d1 - beside * d0) / second;
		matrix[a + row + 1] = a1;
		matrix[b + row + 1] = b1;
		matrix[c + row + 1] = c1;
		matrix[d + row + 1] = d1;
	}
}

/**
 * Takes multiples of the first rows of a matrix off a vector, four at a time.
 * @param {Float64Array} target (width,)
 * @param {Float64Array} matrix (rows or more, width)
 * @param {number} rows
 * @param {Float64Array} factors (rows,)
 */
export function subtractRows(target, matrix, rows, factors) {
	const width = target.length;
	const whole = rows - (rows % 4);
	for (let row = 0; row < whole; row += 4) {
		const [f0, f1, f2, f3] = [factors[row], factors[row + 1], factors[row + 2], factors[row + 3]];
		const r0 = row * width;
		const r1 = r0 + width;
		const r2 = r1 + width;
		const r3 = r2 + width;
		for (let i = 0; i < width; i++) {
			target[i] -= f0 * matrix[r0 + i] + f1 * matrix[r1 + i] + (f2 * matrix[r2 + i] + f3 * matrix[r3 + i]);
		}
	}
	for (let row = whole; row < rows; row++) {
		for (let i = 0; i < width; i++) target[i] -= factors[row] * matrix[row * width + i];
	}
}

/**
 * @param {Float64Array} matrix (rows, columns)
 * @param {number} rows
 * @param {number} columns
 * @returns {Float64Array} (columns, rows)
 */
export function transposed(matrix, rows, columns) {
	const turned = new Float64Array(rows * columns);
	for (let start = 0; start < columns; start += BLOCK) {
		const end = Math.min(start + BLOCK, columns);
		for (let i = 0; i < rows; i++) for (let j = start; j < end; j++) turned[j * rows + i] = matrix[i * columns + j];
	}
	return turned;
}
