// Reads a file of another tool and writes it as another format: one JSON object {from, to, format} a line in, {} or {code} a
// line out. tests/exchange/formats/test_twins.py drives it.

import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { openFile, readForeign, writeForeign } from "../../src/exchange/formats/registry.js";

/** @param {{from: string, to: string, format: any}} job */
async function convert({ from, to, format }) {
	const file = new File([await readFile(from)], basename(from));
	const { content } = await readForeign(await openFile(file));
	const written = await writeForeign(format, content);
	await writeFile(to, new Uint8Array(await written.arrayBuffer()));
	return {};
}

for await (const line of createInterface({ input: process.stdin })) {
	const answer = await convert(JSON.parse(line)).catch((error) => ({ code: error.code ?? String(error.stack) }));
	process.stdout.write(`${JSON.stringify(answer)}\n`);
}
