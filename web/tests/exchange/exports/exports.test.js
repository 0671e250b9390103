// What is written into exports: text stays text whatever it says, paths stay inside.

import { afterEach, describe, expect, it, vi } from "vitest";
import { escapeHtml, escapeMarkdown, toHtml, toMarkdown } from "../../../src/exchange/exports/card-text.js";
import { listPageFiles } from "../../../src/exchange/exports/page-files.js";
import { EXPORT_KINDS, writeExport } from "../../../src/exchange/exports/registry.js";
import { readShowandtell } from "../../../src/exchange/showandtell.js";
import { ZipReader } from "../../../src/exchange/zip-reader.js";

const HOSTILE = "</script><img src=x onerror=boom()> [a](javascript:b) |`*_#\"'&";
const PICTURE = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 1)], { type: "image/jpeg" });

/** @type {import("../../../src/exchange/content.js").ProjectContent} */
const CONTENT = {
	name: HOSTILE,
	model: { id: "m", dimension: 2 },
	settings: null,
	classes: [HOSTILE.slice(0, 40), "dog"].map((label) => ({ label, colour: 0, emoji: null, enabled: true })),
	examples: ["a", "b", "c"].map((id, i) => ({
		...{ id, label: i < 2 ? HOSTILE.slice(0, 40) : "dog", group: i < 2 ? "one" : null, thumbnail: PICTURE },
	})),
	embeddings: Float32Array.of(1, 0, 1, 0.1, 0, 1),
};

/** @type {any} */
const EVALUATION = {
	...{ tested: 3, accuracy: 2 / 3, flattered: [HOSTILE.slice(0, 40)] },
	classes: [
		{ label: HOSTILE.slice(0, 40), count: 2, precision: 1, recall: 1 },
		{ label: "dog", count: 1, precision: 0, recall: 0 },
	],
	confusion: [
		[["a", "b"], []],
		[["c"], []],
	],
};

/** @type {import("../../../src/exchange/exports/context.js").ExportContext} */
const CONTEXT = {
	content: CONTENT,
	base: "http://localhost/",
	title: "EfficientNet",
	answer: { k: 3, metric: "cosine", weights: "uniform", unknownDistance: null },
	licence: "Apache-2.0",
	source: "https://example.org/",
	evaluation: EVALUATION,
	now: Date.UTC(2026, 10, 26, 12),
};

/** @param {Blob} blob */
async function unzipped(blob) {
	const zip = await ZipReader.open(blob);
	/** @type {Map<string, string>} */
	const files = new Map();
	for (const [name, entry] of zip.entries) files.set(name, new TextDecoder().decode(await zip.read(entry)));
	return files;
}

afterEach(() => vi.unstubAllGlobals());

describe("the model card", () => {
	it("has classes, counts, pictures, figures with caveats, limits, network and date", async () => {
		const files = await unzipped(await writeExport("card", CONTEXT));
		expect([...files.keys()]).toEqual([
			...["model-card.html", "model-card.md", "pictures/1-1.jpg", "pictures/1-2.jpg", "pictures/2-1.jpg"],
		]);
		const markdown = /** @type {string} */ (files.get("model-card.md"));
		for (const text of [
			...["2 classes with 3 examples from 2 recordings or photos", "2 of 3 answers were right (67%)"],
			...["The figures flatter for", "Only 3 examples were tested", "2 of 2", "0 of 1", "Apache-2.0", "2026"],
		]) {
			expect(markdown.replaceAll("\\", "")).toContain(text);
		}
		expect(files.get("model-card.html")?.match(/<img src="data:image\/jpeg;base64,/g)).toHaveLength(3);
	});

	it("writes labels as text, in both", async () => {
		const files = await unzipped(await writeExport("card", CONTEXT));
		const html = /** @type {string} */ (files.get("model-card.html"));
		expect(html).not.toMatch(/<script|<img src=x|\son\w+="/);
		expect(html).toContain(escapeHtml(HOSTILE));
		const markdown = /** @type {string} */ (files.get("model-card.md"));
		expect(markdown).toContain(`# ${escapeMarkdown(HOSTILE)}`);
		expect(markdown).not.toMatch(/(?<!\\)<|(?<!\\)\]\(javascript/);
	});

	it("says that nothing was tested where nothing was", async () => {
		const files = await unzipped(await writeExport("card", { ...CONTEXT, evaluation: null }));
		expect(files.get("model-card.html")).toContain("It was not tested");
	});
});

describe("one file", () => {
	it("has every file as base64 in elements that are not run, and no text of the project", async () => {
		// Larger than one block, and no multiple of 3.
		const large = new Uint8Array(3 * 2 ** 20 + 4).map((_, i) => i * 7);
		const html = "<html><!--FILES--><script>start</script></html>";
		/** @type {Record<string, BodyInit>} */
		const given = { "one-file.html": html, "assets/a.js": "alert('</script>')", "model/w.bin": large };
		const files = Object.keys(given).map((path) => ({ path, size: 1 }));
		const list = JSON.stringify({ file: { entry: "one-file.html", files } });
		vi.stubGlobal("fetch", async (/** @type {URL} */ { pathname }) => {
			return new Response(pathname === "/standalone.json" ? list : given[pathname.slice(1)]);
		});
		const written = await writeExport("file", { ...CONTEXT, content: { ...CONTENT, name: HOSTILE.slice(0, 40) } });
		expect(written.type).toBe("text/html");
		const text = await written.text();
		expect(text).not.toContain("onerror");
		const rest = text.replace(/<script type="text\/plain" data-file="[\w.-]+">[A-Za-z0-9+/=]+<\/script>\n/g, "");
		expect(rest).toBe("<html><script>start</script></html>");
		/** @type {Record<string, Buffer[]>} */
		const read = {};
		for (const [, name, block] of text.matchAll(/data-file="(.+?)">(.+?)</g)) {
			read[name] = [...(read[name] ?? []), Buffer.from(block, "base64")];
		}
		expect(Object.keys(read)).toEqual(["a.js", "w.bin", "project.showandtell"]);
		expect(Buffer.concat(read["a.js"]).toString()).toBe("alert('</script>')");
		expect(read["w.bin"]).toHaveLength(2);
		expect(Buffer.concat(read["w.bin"]).equals(large)).toBe(true);
		const content = await readShowandtell(new Blob([Uint8Array.from(Buffer.concat(read["project.showandtell"]))]));
		expect(content.name).toBe(HOSTILE.slice(0, 40));
	});
});

describe("text", () => {
	it("is escaped in every place", () => {
		/** @type {import("../../../src/exchange/exports/card-text.js").Block[]} */
		const blocks = [
			{ kind: "heading", text: "<" },
			{ kind: "text", text: "<" },
			{ kind: "list", items: ["<"] },
			{ kind: "table", head: ["<"], rows: [["<"]] },
			{
				kind: "class",
				label: "<",
				text: "<",
				pictures: [{ path: "p", type: '"<', bytes: new Uint8Array(1), alt: '"<' }],
			},
		];
		const html = toHtml("<", "en", blocks);
		expect(html.match(/&#60;/g)).toHaveLength(11);
		expect(html).not.toMatch(/<(?=[<"])/);
		expect(toMarkdown("a\n# b", [{ kind: "list", items: ["x\n- y | z"] }])).toBe("# a \\# b\n\n- x - y \\| z\n");
	});
});

describe("what can't be exported", () => {
	it.each(EXPORT_KINDS)("%s: a project without examples", async (kind) => {
		const content = { ...CONTENT, examples: [], embeddings: new Float32Array(0) };
		await expect(writeExport(kind, { ...CONTEXT, content })).rejects.toMatchObject({ code: "nothingToExport" });
	});

	it.each(["../a", "/a", "a/../b", "https://x/y", "a//b", "."])("a page with a file %s", async (path) => {
		vi.stubGlobal("fetch", async () => Response.json({ page: { entry: "player.html", files: [{ path, size: 1 }] } }));
		await expect(listPageFiles("http://localhost/", "page")).rejects.toThrow("standalone.json");
	});
});
