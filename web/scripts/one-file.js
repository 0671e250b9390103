// Builds the page that an export has as one file: its code without chunks, which refer to each other by address, and the
// HTML that the files are put into. Used by standalone.js.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = join(ROOT, "src/standalone");
export const ONE_FILE = "one-file.html";

/** What a page's code, and a worker's, takes for its own address. */
const OWN_ADDRESS = /import\.meta\.url|(?<=new URL\("[^"]+",\s*)self\.location\.href/g;

/**
 * Code in a blob has no address that others are relative to. Any that begins with https will do: only the last
 * part counts (one-file.js).
 * @returns {import("vite").Plugin}
 */
const anyAddress = () => ({
	name: "any-address",
	renderChunk: {
		order: "post",
		handler: (code) => ({ code: code.replace(OWN_ADDRESS, '"https://file.invalid/"'), map: null }),
	},
});

/**
 * @param {string} folder the built page
 * @param {import("vite").UserConfig} config
 * @returns {Promise<string[]>} the paths of what was written
 */
export async function writeOneFile(folder, config) {
	// Names of their own: the page has workers of the same names, which are modules.
	const whole = { output: { inlineDynamicImports: true, entryFileNames: "assets/one-file-[name]-[hash].js" } };
	const result = await build({
		...config,
		configFile: false,
		root: ROOT,
		publicDir: false,
		logLevel: "error",
		plugins: [...(config.plugins ?? []), anyAddress()],
		worker: { format: "iife", plugins: () => [anyAddress()], rollupOptions: whole },
		build: { ...config.build, write: false, rollupOptions: { input: join(ROOT, "player.html"), ...whole } },
	});
	const [{ output }] = /** @type {import("vite").Rollup.RollupOutput[]} */ ([result].flat());
	const main = output.find((each) => each.type === "chunk" && each.isEntry);
	const files = output.filter(({ fileName }) => !fileName.endsWith(".html"));
	for (const each of files) {
		const path = join(folder, each.fileName);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, each.type === "chunk" ? each.code : each.source);
	}
	const script = readFileSync(join(SOURCES, "one-file.js"), "utf8");
	if (script.includes("</")) throw new Error("one-file.js would end its element");
	const sum = createHash("sha256").update(script).digest("base64");
	const html = readFileSync(join(SOURCES, ONE_FILE), "utf8")
		.replace("SCRIPT-SUM", () => `sha256-${sum}`)
		.replace("MAIN", () => basename(main?.fileName ?? ""))
		.replace("SCRIPT", () => script);
	writeFileSync(join(folder, ONE_FILE), html);
	return [ONE_FILE, ...files.map(({ fileName }) => fileName)];
}
