// What is in the files of other tools, and which are refused. tests/exchange/formats/test_files.py reads the same.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openFile, openFolder, readForeign } from "../../../src/exchange/formats/registry.js";

const FOLDER = new URL("../../../../tests/exchange/formats/files/", import.meta.url);
/** Of the network that is said to be in use. */
const DIMENSION = 4;

/** @type {Record<string, any>} */
const EXPECTED = JSON.parse(readFileSync(new URL("expected.json", FOLDER), "utf-8"));

/**
 * What is in a file, as far as its format holds it; or the code that it is refused with.
 * @param {string} name
 */
async function summary(name) {
	try {
		const file = new File([readFileSync(new URL(name, FOLDER))], name);
		const { content, skipped } = await readForeign(await openFile(file), { dimension: DIMENSION });
		const { model, classes, examples, embeddings } = content;
		const hasIds = /^table(\.|-[stu]|-bare-ids)/.test(name);
		const d = model?.dimension ?? 0;
		return {
			dimension: model?.dimension ?? null,
			classes: classes.map(({ label }) => label),
			examples: await Promise.all(
				examples.map(async ({ id, label, group, thumbnail }, i) => [
					label,
					hasIds ? id : null,
					group,
					thumbnail &&
						createHash("sha256")
							.update(new Uint8Array(await thumbnail.arrayBuffer()))
							.digest("hex")
							.slice(0, 12),
					embeddings && Array.from(embeddings.subarray(i * d, (i + 1) * d), (value) => Number(value.toPrecision(6))),
				]),
			),
			skipped: skipped.map(({ name: skippedName, reason }) => [skippedName, reason]),
		};
	} catch (error) {
		if (error instanceof Error && "code" in error) return { error: error.code };
		throw error;
	}
}

describe("readForeign", () => {
	it.each(Object.keys(EXPECTED))("reads %s", async (name) => {
		expect(await summary(name)).toEqual(EXPECTED[name]);
	});

	it.each([
		["a number that is none", `${"1".repeat(200_000)}x,1\n`],
		["commas between quotation marks", `"${",".repeat(200_000)}",1\n`],
		["line ends between quotation marks", `a,"${"\n".repeat(200_000)}",1\n`],
		["an open quotation mark", `a,"${"\n".repeat(200_000)}`],
	])("refuses a table that takes long soon: %s", async (_, text) => {
		const began = performance.now();
		await expect(readForeign(await openFile(new File([text], "a.csv")))).rejects.toHaveProperty("code");
		expect(performance.now() - began).toBeLessThan(5000);
	});

	it("refuses a folder of too many pictures before it reads one", async () => {
		const file = new File([readFileSync(new URL("bad-picture.jpg", FOLDER))], "1.jpg");
		let reads = 0;
		file.arrayBuffer = async () => {
			reads += 1;
			return new ArrayBuffer(0);
		};
		const files = Array.from({ length: 20_001 }, (_, i) => ({ path: `cat/${i}.jpg`, file }));
		await expect(readForeign(openFolder(files, "pets"))).rejects.toHaveProperty("code", "badDataset");
		expect(reads).toBe(0);
	});

	it("takes a folder of any name", () => {
		expect(openFolder([], "y".repeat(90)).name).toBe("y".repeat(60));
	});
});
