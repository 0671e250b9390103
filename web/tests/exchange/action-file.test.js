// Which sounds and pictures a project's file may have. tests/exchange/test_action_file.py reads the same GIFs.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Performers } from "../../src/actions/performers.js";
import { readActionFile } from "../../src/exchange/action-file.js";

/** @type {Record<string, {base64: string, isAllowed: boolean}>} */
const GIFS = JSON.parse(readFileSync(new URL("../../../tests/exchange/gifs.json", import.meta.url), "utf-8"));

/** @param {string} base64 */
const bytesOf = (base64) => new Uint8Array(Buffer.from(base64, "base64"));

it.each(Object.entries(GIFS))("readActionFile: a GIF with %s", async (_, { base64, isAllowed }) => {
	const read = () => readActionFile(bytesOf(base64), "actions/0.gif");
	if (!isAllowed) expect(read).toThrow("actions/0.gif");
	else expect(new Uint8Array(await read().arrayBuffer())).toEqual(bytesOf(base64));
});

it.each(Object.entries(GIFS))("a person can't choose what no file could have: %s", async (_, { base64, isAllowed }) => {
	/** @type {unknown[]} */
	const written = [];
	const workspace = { store: { write: (/** @type {unknown[]} */ rows) => written.push(...rows) } };
	const performers = new Performers(
		/** @type {any} */ ({ state: {}, workspace: { ...workspace, replica: { project: { id: "p" } } } }),
	);
	const added = performers.addFile(new File([bytesOf(base64)], "own.gif"), ["jpg", "gif"]);
	if (isAllowed) expect(await added).toBeTypeOf("string");
	else await expect(added).rejects.toMatchObject({ code: "badActionFile", came: "own.gif" });
	expect(written).toHaveLength(isAllowed ? 1 : 0);
});
