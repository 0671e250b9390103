// The linear algebra of the adapted metric. It works in blocks that stay in the processor's registers and cache, and in steps
// that a worker can pause between. Matrices are typed arrays of float64, (rows, width), row by row. adapted.js uses it, and
// adapted-pairs.js of the evaluation. Python has NumPy and SciPy for this.

/** Multiplications between two pauses. */
const STEP = 4e6;
/** Rows that are multiplied with all others before the next rows are: together they fit into the cache. */
const BLOCK = 64;

/**
 * Multiplies a matrix with its transpose: all dot products between rows.
 * @param {Float64Array} matrix (rows, width)
 * @param {number} rows
 * @param {number} width
 * @returns {Generator<void, Float64Array>} (rows, rows), symmetric
 * @example
 * const products = yield* multiplyRows(Float64Array.of(1, 0, 2, 3), 2, 2); // Float64Array [1, 2, 2, 13]
 */
export function* multiplyRows(matrix, rows, width) {
	const products = new Float64Array(rows * rows);
	const four = new Float64Array(4);
	let work = 0;
	for (let start = 0; start < rows; start += BLOCK) {
		for (let i = start; i < rows; i += 2) {
			// With an odd number of rows, the last one is paired with itself.
			const next = Math.min(i + 1, rows - 1);
			const end = Math.min(start + BLOCK, next + 1);
			for (let j = start; j < end; j += 2) {
				const beside = Math.min(j + 1, rows - 1);
				multiplyPairs(matrix, matrix, width, i * width, next * width, j * width, beside * width, four);
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
 * Multiplies some rows of a matrix with some others: all dot products between the two sets.
 * @param {Float64Array} matrix (any, width)
 * @param {number} width
 * @param {Int32Array} rows
 * @param {Int32Array} others
 * @returns {Generator<void, Float64Array>} (rows, others)
 * @example
 * const products = yield* multiplyRowSets(Float64Array.of(1, 0, 2, 3), 2, Int32Array.of(1), Int32Array.of(0, 1));
 * // Float64Array [2, 13]
 */
export function* multiplyRowSets(matrix, width, rows, others) {
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
				multiplyPairs(matrix, matrix, width, a, b, others[j] * width, others[beside] * width, four);
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
 * Multiplies two rows with two others at once, which reads each number half as often.
 * @param {Float64Array} left
 * @param {Float64Array} right
 * @param {number} width
 * @param {number} a where the first row begins in `left`
 * @param {number} b where the second row begins in `left`
 * @param {number} c where the first row begins in `right`
 * @param {number} d where the second row begins in `right`
 * @param {Float64Array} out (4,): the dot products a.c, a.d, b.c, b.d
 * @example
 * const out = new Float64Array(4);
 * multiplyPairs(Float64Array.of(1, 0, 2, 3), Float64Array.of(4, 5, 6, 7), 2, 0, 2, 0, 2, out); // [4, 6, 23, 33]
 */
export function multiplyPairs(left, right, width, a, b, c, d, out) {
	let ac = 0;
	let ad = 0;
	let bc = 0;
	let bd = 0;
	for (let i = 0; i < width; i++) {
		const p = left[a + i];
		const q = left[b + i];
		const r = right[c + i];
		const s = right[d + i];
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
 * Factorizes a matrix by Cholesky's method into L Lᵀ.
 * @param {Float64Array} matrix (n, n), symmetric, positive definite
 * @param {number} n
 * @returns {Generator<void, Float64Array>} L, (n, n), lower triangular
 * @example
 * const lower = yield* factorize(Float64Array.of(4, 2, 2, 5), 2); // Float64Array [2, 0, 1, 2]
 */
export function* factorize(matrix, n) {
	const lower = new Float64Array(n * n);
	let work = 0;
	for (let first = 0; first < n; first += 4) {
		const end = Math.min(first + 4, n);
		for (let i = first; i < end; i++) lower.set(matrix.subarray(i * n, i * n + i + 1), i * n);
		// A row of L is the matrix's row, forward substituted by the rows above: first by those above all four, then one by one.
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
 * Substitutes forward, in place: every row x of a matrix becomes L^-1 x.
 * @param {Float64Array} lower L, (n, n), lower triangular
 * @param {number} n
 * @param {Float64Array} matrix (rows, n)
 * @param {number} rows
 * @returns {Generator<void, void>}
 * @example
 * const rows = Float64Array.of(2, 5);
 * yield* substitute(Float64Array.of(2, 0, 1, 2), 2, rows, 1); // rows: [1, 2]
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
 * Substitutes forward in four rows at once, two steps at a time, which reads each number less often.
 * @param {Float64Array} lower L, (n, n)
 * @param {number} n
 * @param {number} count how many rows of L to substitute by
 * @param {Float64Array} matrix (any, n)
 * @param {number} first the first of the four rows
 * @param {number} last the last one; with fewer than four rows, it is repeated
 */
function solveFour(lower, n, count, matrix, first, last) {
	const a = first * n;
	const b = Math.min(first + 1, last) * n;
	const c = Math.min(first + 2, last) * n;
	const d = last * n;
	for (let row = 0; row < count; row += 2) {
		const start = row * n;
		const next = Math.min(row + 1, count - 1) * n;
		let [a0, b0, c0, d0, a1, b1, c1, d1] = [0, 0, 0, 0, 0, 0, 0, 0];
		for (let t = 0; t < row; t++) {
			const p = lower[start + t];
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
		const pivot = lower[start + row];
		a0 = (matrix[a + row] - a0) / pivot;
		b0 = (matrix[b + row] - b0) / pivot;
		c0 = (matrix[c + row] - c0) / pivot;
		d0 = (matrix[d + row] - d0) / pivot;
		matrix[a + row] = a0;
		matrix[b + row] = b0;
		matrix[c + row] = c0;
		matrix[d + row] = d0;
		if (next === start) continue;
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
 * Subtracts multiples of the first rows of a matrix from a vector, in place, four rows at a time.
 * @param {Float64Array} target (width,)
 * @param {Float64Array} matrix (rows or more, width)
 * @param {number} rows
 * @param {Float64Array} factors (rows,)
 * @example
 * const target = Float64Array.of(5, 5);
 * subtractRows(target, Float64Array.of(1, 2), 1, Float64Array.of(2)); // target: [3, 1]
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
 * Transposes a matrix.
 * @param {Float64Array} matrix (rows, columns)
 * @param {number} rows
 * @param {number} columns
 * @returns {Float64Array} (columns, rows), a new one
 * @example
 * transpose(Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3); // Float64Array [1, 4, 2, 5, 3, 6]
 */
export function transpose(matrix, rows, columns) {
	const result = new Float64Array(rows * columns);
	for (let start = 0; start < columns; start += BLOCK) {
		const end = Math.min(start + BLOCK, columns);
		for (let i = 0; i < rows; i++) for (let j = start; j < end; j++) result[j * rows + i] = matrix[i * columns + j];
	}
	return result;
}
