// Packs of examples, and pictures that are made when they are asked for.

import { describe, expect, it } from "vitest";
import { joinPictures, sourceOf, withThumbnail } from "../../src/project/lazy-picture.js";
import { embeddingsIn, packRows, thumbnailsIn } from "../../src/project/packs.js";

/** @param {string} text */
const picture = (text) => new Blob([text], { type: "image/jpeg" });

/** @param {{blob: Blob, at: number, size: number}} source */
const textOf = ({ blob, at, size }) => blob.slice(at, at + size).text();

const EXAMPLES = [
	{ id: "a", label: "cat", group: null, order: 0, embedding: Float32Array.of(1, 2), thumbnail: picture("one") },
	{ id: "b", label: "cat", group: "g", order: 1, embedding: Float32Array.of(3, 4), thumbnail: null },
	{ id: "c", label: "dog", group: null, order: 2, embedding: Float32Array.of(5, 6), thumbnail: picture("three") },
];

/** @param {string} store */
const values = (store) =>
	packRows("p", 0, EXAMPLES)
		.filter((change) => change.store === store)
		.map(({ value }) => /** @type {any} */ (value));

describe("packs", () => {
	it("give back what they were made of", async () => {
		const embeddings = embeddingsIn(values("embeddings"));
		for (const { id, embedding } of EXAMPLES) expect(embeddings.get(id)).toEqual(embedding);
		const thumbnails = thumbnailsIn(values("thumbnails"));
		expect([...thumbnails.keys()]).toEqual(["a", "c"]);
		expect(await textOf(/** @type {any} */ (thumbnails.get("c")))).toBe("three");
		expect(thumbnails.get("c")?.type).toBe("image/jpeg");
	});

	it("tell whose an example is", () => {
		const [{ value }] = packRows("p", 0, [{ ...EXAMPLES[1], mine: true }]);
		expect(value).toMatchObject({ id: "b", mine: true });
	});

	it("are rows under a number, and examples rows of their own", () => {
		expect(packRows("p", 7, EXAMPLES).map(({ store, key }) => [store, key])).toEqual([
			["examples", ["p", "a"]],
			["examples", ["p", "b"]],
			["examples", ["p", "c"]],
			["embeddings", ["p", 7]],
			["thumbnails", ["p", 7]],
		]);
	});

	it("put embeddings together where they are told to, if they fit", () => {
		const scratch = new Float32Array(6);
		const [row, other] = [scratch, new Float32Array(4)].map(
			(place) => packRows("p", 0, EXAMPLES, place).find(({ store }) => store === "embeddings")?.value,
		);
		expect(/** @type {any} */ (row).embeddings).toBe(scratch);
		expect([...scratch]).toEqual([1, 2, 3, 4, 5, 6]);
		expect([.../** @type {any} */ (other).embeddings]).toEqual([1, 2, 3, 4, 5, 6]);
	});

	it("give way to rows of their own, wherever those stand", async () => {
		const own = { project: "p", id: "a", embedding: Float32Array.of(9, 9) };
		for (const rows of [
			[own, ...values("embeddings")],
			[...values("embeddings"), own],
		]) {
			expect(embeddingsIn(rows).get("a")).toBe(own.embedding);
		}
		const blob = picture("new");
		const thumbnails = thumbnailsIn([{ id: "a", blob }, ...values("thumbnails")]);
		expect(await textOf(/** @type {any} */ (thumbnails.get("a")))).toBe("new");
	});
});

describe("a lazy thumbnail", () => {
	const blob = picture("onetwo");

	it("is made once, and copied with the example", async () => {
		const example = withThumbnail({ id: "b" }, { blob, at: 3, size: 3, type: "image/png" });
		expect(sourceOf(example)?.blob).toBe(blob);
		expect(example.thumbnail).toBe(example.thumbnail);
		expect(await example.thumbnail?.text()).toBe("two");
		expect(example.thumbnail?.type).toBe("image/png");
		expect({ ...example }.thumbnail).toBe(example.thumbnail);
	});

	it("of none is null", () => {
		expect(withThumbnail({}, null).thumbnail).toBeNull();
		expect(sourceOf({ thumbnail: null })).toBeNull();
	});

	it("joins with its neighbours to the Blob that they lie in", async () => {
		const [one, two] = [0, 3].map((at) => ({ blob, at, size: 3, type: "image/png" }));
		expect(joinPictures([one, two])).toBe(blob);
		expect(await joinPictures([two, one]).text()).toBe("twoone");
	});
});
