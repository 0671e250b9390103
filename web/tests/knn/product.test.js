import { afterEach, expect, test, vi } from "vitest";
import { compile } from "../../scripts/kernel.js";
import kernel from "../../src/knn/product.wasm.json" with { type: "json" };

afterEach(() => vi.unstubAllGlobals());

/** A fresh product.js, which tries again whether there is SIMD. */
async function freshMatrix() {
	vi.resetModules();
	return (await import("../../src/knn/product.js")).Matrix;
}

/** @param {number} length */
const numbers = (length) => Float32Array.from({ length }, () => Math.random() - 0.5);

test("the compiled kernel is that of its source", async () => {
	expect(kernel, "run `npm run kernel`").toBe(await compile());
});

test.each([1, 3, 15, 16, 17, 64, 1281])("rows of %i numbers are multiplied right, through every growth", async (d) => {
	const Matrix = await freshMatrix();
	const matrix = new Matrix(d);
	/** @type {Float32Array[]} */
	const rows = [];
	while (rows.length < 300) {
		const row = numbers(d);
		matrix.reserve(rows.length + 1);
		matrix.values.set(row, rows.length * d);
		rows.push(row);
	}
	const query = numbers(d);
	const products = matrix.multiply(query, rows.length);
	expect(products?.length).toBe(300);
	for (const [i, row] of rows.entries()) {
		const exact = row.reduce((sum, number, j) => sum + number * query[j], 0);
		expect(Math.abs((products?.[i] ?? Number.NaN) - exact)).toBeLessThan(1e-5);
		expect(matrix.values.subarray(i * d, (i + 1) * d)).toEqual(row);
	}
});

test.each([
	[
		"no SIMD",
		{
			Module: class {
				constructor() {
					throw new WebAssembly.CompileError("no SIMD");
				}
			},
		},
	],
	[
		"no memory",
		{
			Module: WebAssembly.Module,
			Instance: WebAssembly.Instance,
			Memory: class {
				constructor() {
					throw new RangeError("no memory");
				}
			},
		},
	],
])("with %s the matrix grows all the same, and says that it can't multiply", async (_, stub) => {
	vi.stubGlobal("WebAssembly", stub);
	const Matrix = await freshMatrix();
	const matrix = new Matrix(3);
	matrix.values.set([1, 2, 3]);
	matrix.reserve(1000);
	expect(matrix.values.length).toBeGreaterThanOrEqual(3000);
	expect([...matrix.values.subarray(0, 4)]).toEqual([1, 2, 3, 0]);
	expect(matrix.multiply(Float32Array.of(1, 1, 1), 1)).toBeNull();
});

test("without SIMD the classifier gives the same", async () => {
	const vectors = Array.from({ length: 200 }, () => numbers(33));
	const query = numbers(33);
	const answers = async () => {
		vi.resetModules();
		const { KNN } = await import("../../src/knn/knn.js");
		const knn = new KNN();
		for (const [i, vector] of vectors.entries()) knn.addExample(vector, `class ${i % 4}`, { id: `i${i}` });
		return ["cosine", "euclidean", "manhattan"].map((metric) => knn.classify(query, { k: 9, metric }));
	};
	const withSimd = await answers();
	vi.stubGlobal("WebAssembly", {});
	expect(await answers()).toEqual(withSimd);
});
