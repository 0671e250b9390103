import { afterEach, expect, test, vi } from "vitest";
import { compile } from "../../scripts/kernel.js";
import kernel from "../../src/knn/product.wasm.json" with { type: "json" };

afterEach(() => vi.unstubAllGlobals());

/** Imports product.js anew, so that it tries again whether there is SIMD. */
async function importMatrix() {
	vi.resetModules();
	return (await import("../../src/knn/product.js")).Matrix;
}

/** @param {number} length */
const numbers = (length) => Float32Array.from({ length }, () => Math.random() - 0.5);

test("the compiled kernel is up to date with its source", async () => {
	expect(kernel, "run `npm run kernel`").toBe(await compile());
});

test.each([1, 3, 15, 16, 17, 64, 1281])(
	"rows of %i numbers are multiplied correctly while the matrix grows",
	async (d) => {
		const Matrix = await importMatrix();
		const matrix = new Matrix(d);
		/** @type {Float32Array[]} */
		const rows = [];
		while (rows.length < 300) {
			const row = numbers(d);
			matrix.reserve(rows.length + 1);
			matrix.values.set(row, rows.length * d);
			rows.push(row);
		}
		const embedding = numbers(d);
		const products = matrix.multiply(embedding, rows.length);
		expect(products?.length).toBe(300);
		for (const [i, row] of rows.entries()) {
			const exact = row.reduce((sum, number, j) => sum + number * embedding[j], 0);
			expect(Math.abs((products?.[i] ?? Number.NaN) - exact)).toBeLessThan(1e-5);
			expect(matrix.values.subarray(i * d, (i + 1) * d)).toEqual(row);
		}
	},
);

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
])("with %s the matrix still grows, and multiply returns null", async (_, stub) => {
	vi.stubGlobal("WebAssembly", stub);
	const Matrix = await importMatrix();
	const matrix = new Matrix(3);
	matrix.values.set([1, 2, 3]);
	matrix.reserve(1000);
	expect(matrix.values.length).toBeGreaterThanOrEqual(3000);
	expect([...matrix.values.subarray(0, 4)]).toEqual([1, 2, 3, 0]);
	expect(matrix.multiply(Float32Array.of(1, 1, 1), 1)).toBeNull();
});

test("without SIMD the classifier gives the same results", async () => {
	const embeddings = Array.from({ length: 200 }, () => numbers(33));
	const query = numbers(33);
	const classify = async () => {
		vi.resetModules();
		const { KNN } = await import("../../src/knn/knn.js");
		const knn = new KNN();
		for (const [i, embedding] of embeddings.entries()) knn.addExample(embedding, `class ${i % 4}`, { id: `i${i}` });
		return ["cosine", "euclidean", "manhattan"].map((metric) => knn.classify(query, { k: 9, metric }));
	};
	const withSimd = await classify();
	vi.stubGlobal("WebAssembly", {});
	expect(await classify()).toEqual(withSimd);
});
