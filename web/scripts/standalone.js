// Builds what exports contain, beside the page and out of the same parts: the page that only answers, as a folder and as one
// file, and the library of sketches. What they share with the page (worker, WebAssembly, words) has the same content and so the same name, and is there
// once. Writes a list of all that each export needs. Used by built-files.js.

import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { ONE_FILE, writeOneFile } from "./one-file.js";

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
	// The sample is for who tries out teaching.
	const model = readdirSync(join(folder, "model"))
		.filter((name) => !name.startsWith("sample-"))
		.map((name) => `model/${name}`);
	const sized = (/** @type {Iterable<string>} */ paths) =>
		[...paths].sort().map((path) => ({ path, size: statSync(join(folder, path)).size }));
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
		list[name] = { entry, files: sized(paths) };
	}
	const parts = await writeOneFile(folder, config);
	// What was opened from the disk is never isolated, so it has no threads.
	const used = parts.filter((path) => !path.includes("-threaded-"));
	list.file = { entry: ONE_FILE, files: sized(new Set([...used, "first-paint.js", ...model])) };
	writeFileSync(join(folder, LIST_NAME), `${JSON.stringify(list, null, "\t")}\n`);
}
