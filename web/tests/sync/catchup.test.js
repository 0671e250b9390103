// Catching up: pages become one list of examples, each with its own embedding.

import { expect, test } from "vitest";
import { fetchChanges } from "../../src/sync/catchup.js";
import { toEmbedding } from "../../src/sync/connection.js";

test("a page's examples come with one attachment, or, from an older server, with one each", async () => {
	const page = { revision: 3, labels: [{ label: "cat", count: 3 }], removed: [], full: false };
	const [a, b, c] = ["a", "b", "c"].map((id) => ({ id, label: "cat", group: null }));
	const pages = [
		{ ...page, examples: [a, b], embeddings: new Float32Array([1, 2, 3, 4]).buffer, cursor: "p2.2" },
		{ ...page, examples: [{ ...c, embedding: new Float32Array([5, 6]).buffer }], cursor: "p3.3" },
		{ ...page, examples: [] },
	];
	/** @type {unknown[]} */
	const asked = [];
	const remote = await fetchChanges(async (question) => {
		asked.push(question);
		return pages[asked.length - 1];
	}, 0);
	expect(asked).toEqual([
		{ since: 0, packed: true },
		{ since: 0, packed: true, cursor: "p2.2" },
		{ since: 0, packed: true, cursor: "p3.3" },
	]);
	expect(remote.examples.map(({ id, embedding }) => [id, ...toEmbedding(embedding)])).toEqual([
		["a", 1, 2],
		["b", 3, 4],
		["c", 5, 6],
	]);
});
