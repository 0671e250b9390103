// What a hostile zip can make the page unpack. Broken zips of every kind are in tests/support/hostile.py, for both languages.

import { zipSync } from "fflate";
import { expect, it } from "vitest";
import { ZipReader } from "../../src/exchange/zip-reader.js";

it("does not unpack a bomb beyond what it says", async () => {
	const bytes = zipSync({ "a.bin": new Uint8Array(64 * 2 ** 20) });
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const directory = view.getUint32(bytes.length - 22 + 16, true);
	view.setUint32(directory + 24, 1000, true);
	const zip = await ZipReader.open(new Blob([bytes]));
	let unpacked = 0;
	const readAll = async () => {
		for await (const chunk of zip.chunks(/** @type {any} */ (zip.entries.get("a.bin")))) unpacked += chunk.length;
	};
	await expect(readAll()).rejects.toMatchObject({ code: "badFile" });
	expect(unpacked).toBeLessThanOrEqual(1000);
});
