// `npm run kernel`: compiles src/knn/product.wat and writes the bytes, in base64, to src/knn/product.wasm.json.

import { readFileSync, writeFileSync } from "node:fs";
import wabt from "wabt";

const FOLDER = new URL("../src/knn/", import.meta.url);

/** @returns {Promise<string>} the compiled kernel, in base64 */
export async function compile() {
	const { parseWat } = await wabt();
	const module = parseWat("product.wat", readFileSync(new URL("product.wat", FOLDER), "utf8"), { simd: true });
	return Buffer.from(module.toBinary({}).buffer).toString("base64");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
	writeFileSync(new URL("product.wasm.json", FOLDER), `${JSON.stringify(await compile())}\n`);
}
