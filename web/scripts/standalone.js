// Builds player.html, the page that an export contains, beside the page and out of the same parts: what both use (worker,
// WebAssembly, words) has the same content and so the same name, and is there once. Writes a list of all that an export
// needs. Used by built-files.js.

import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Read by src/exchange/exports/page-files.js. */
const LIST_NAME = "standalone.json";
const ENTRY = "player.html";
/** Of web/public: what player.html names. */
const PUBLIC = ["first-paint.js", "icon.svg"];

/**
 * @param {string} folder the built page, which has the model
 * @param {import("vite").UserConfig} config what of the page's own configuration changes code
 */
export async function writeStandalone(folder, config) {
	const result = await build({
		...config,
		configFile: false,
		root: ROOT,
		publicDir: false,
		logLevel: "warn",
		build: { ...config.build, outDir: folder, emptyOutDir: false, rollupOptions: { input: join(ROOT, ENTRY) } },
	});
	const [{ output }] = /** @type {import("vite").Rollup.RollupOutput[]} */ ([result].flat());
	const model = readdirSync(join(folder, "model")).map((name) => `model/${name}`);
	const paths = [...output.map(({ fileName }) => fileName), ...PUBLIC, ...model];
	const files = [...new Set(paths)].sort().map((path) => ({ path, size: statSync(join(folder, path)).size }));
	writeFileSync(join(folder, LIST_NAME), `${JSON.stringify({ entry: ENTRY, files }, null, "\t")}\n`);
}
