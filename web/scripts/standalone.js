// Builds what exports contain, beside the page and out of the same parts: the page that only answers, and the library of
// sketches. What they share with the page (worker, WebAssembly, words) has the same content and so the same name, and is there
// once. Writes a list of all that each export needs. Used by built-files.js.

import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Read by src/exchange/exports/page-files.js. */
const LIST_NAME = "standalone.json";

/** more: of web/public, what it names. */
const PARTS = {
	page: { input: "player.html", entry: "player.html", more: ["first-paint.js", "icon.svg"] },
	sketch: { input: "src/standalone/library.js", entry: "show-and-tell.js", more: [] },
};

/**
 * @param {string} folder the built page, which has the model
 * @param {import("vite").UserConfig} config what of the page's own configuration changes code
 */
export async function writeStandalone(folder, config) {
	const model = readdirSync(join(folder, "model")).map((name) => `model/${name}`);
	/** @type {Record<string, {entry: string, files: {path: string, size: number}[]}>} */
	const list = {};
	for (const [name, { input, entry, more }] of Object.entries(PARTS)) {
		const isLibrary = entry.endsWith(".js");
		const result = await build({
			...config,
			configFile: false,
			root: ROOT,
			publicDir: false,
			logLevel: "error",
			build: {
				...config.build,
				outDir: folder,
				emptyOutDir: false,
				rollupOptions: {
					input: join(ROOT, input),
					...(isLibrary ? { preserveEntrySignatures: "strict", output: { entryFileNames: entry } } : {}),
				},
			},
		});
		const [{ output }] = /** @type {import("vite").Rollup.RollupOutput[]} */ ([result].flat());
		const paths = new Set([...output.map(({ fileName }) => fileName), ...more, ...model]);
		list[name] = { entry, files: [...paths].sort().map((path) => ({ path, size: statSync(join(folder, path)).size })) };
	}
	writeFileSync(join(folder, LIST_NAME), `${JSON.stringify(list, null, "\t")}\n`);
}
