// Importing into the open project: pictures are embedded, failures named, a stop changes nothing.

import { describe, expect, it } from "vitest";
import { Exchange } from "../../../src/app/projects/exchange.js";
import { problem } from "../../../src/contract/problem.js";
import { KNN } from "../../../src/knn/knn.js";

const MODEL = { id: "mobilenet", dimension: 2 };

function setUp() {
	const knn = new KNN();
	/** @type {string[][]} */
	const steps = [];
	/** @type {{project: string, run: string}[]} */
	const runs = [];
	const workspace = {
		replica: { knn, project: { id: "p" } },
		/** @param {any[]} examples @param {{project: string, run: string}} of */
		addImported: (examples, of) => {
			for (const { embedding, label, id } of examples) knn.addExample(embedding, label, { id });
			runs.push(of);
		},
		/** @param {string[]} ids */
		finished: (ids) => steps.push(ids),
	};
	const vision = {
		embedder: { manifest: MODEL },
		/** @param {File} file */
		embedFile: async (file) => {
			if (file.name.includes("bad")) throw problem("notPicture", { came: file.name });
			return { embedding: Float32Array.of(1, file.size), thumbnail: new Blob(["small"], { type: "image/webp" }) };
		},
	};
	/** @type {any[]} */
	const opened = [];
	const projects = async () => ({ create: async (/** @type {any} */ content) => opened.push(content) });
	const exchange = new Exchange(/** @type {any} */ ({ workspace, vision, projects }));
	return { exchange, steps, runs, opened, knn };
}

/** @param {string[]} names @returns {any} */
const pictures = (names) => ({
	...{ name: "Pets", model: null, settings: null, embeddings: null },
	classes: ["cat", "dog"].map((label) => ({ label, colour: null, emoji: null, enabled: true })),
	examples: names.map((name, i) => ({
		...{ id: `${i}`, label: i % 2 ? "dog" : "cat", group: null },
		thumbnail: new File(["x".repeat(i + 1)], name, { type: "image/jpeg" }),
	})),
});

describe("Exchange", () => {
	it("embeds pictures with the page's model, makes them small, and names those that fail", async () => {
		const { exchange } = setUp();
		const { content, failed } = await exchange.embed(pictures(["cat/1.jpg", "dog/bad.jpg", "cat/2.jpg"]));
		expect(content.model).toEqual(MODEL);
		expect(content.examples.map(({ id }) => id)).toEqual(["0", "2"]);
		expect(content.examples.every(({ thumbnail }) => thumbnail?.type === "image/webp")).toBe(true);
		expect(content.embeddings).toEqual(Float32Array.of(1, 1, 1, 3));
		expect(failed).toEqual([
			{ name: "dog/bad.jpg", error: expect.objectContaining({ code: "notPicture", came: "dog/bad.jpg" }) },
		]);
	});

	it("adds all in one run, to the project that is open, and passes over what is there", async () => {
		const { exchange, steps, runs, knn } = setUp();
		const { content } = await exchange.embed(pictures(["1", "2", "3"]));
		expect(await exchange.add(content)).toEqual({ added: 3, already: 0 });
		expect(await exchange.add(content)).toEqual({ added: 0, already: 3 });
		expect(steps).toEqual([["0", "1", "2"]]);
		expect(runs).toEqual([{ project: "p", run: expect.any(String) }]);
		expect(knn.getCount()).toBe(3);
	});

	it("puts all into one class where that is asked for", async () => {
		const { exchange, knn } = setUp();
		const { content } = await exchange.embed(pictures(["1", "2", "3"]));
		await exchange.add(content, "things");
		expect(knn.getCountByLabel()).toEqual({ things: 3 });
	});

	it("opens content as a project", async () => {
		const { exchange, opened } = setUp();
		const { content } = await exchange.embed(pictures(["1"]));
		await exchange.open(content);
		expect(opened).toEqual([content]);
	});

	it("ends where it is stopped", async () => {
		const { exchange } = setUp();
		const controller = new AbortController();
		controller.abort();
		await expect(exchange.embed(pictures(["1", "2"]), { signal: controller.signal })).rejects.toThrow();
	});

	it("refuses numbers of another network in words", async () => {
		const { exchange } = setUp();
		const file = new File(['[["cat",[1,2,3],[1,3]]]'], "knn.json");
		await expect(exchange.read(file)).rejects.toMatchObject({ code: "otherNumbers", came: "3", expected: "2" });
	});
});
