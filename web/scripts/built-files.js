// What is made of the finished build: the service worker that keeps the page for use without a network, the page that
// an export contains, and compressed copies of all files. Used by vite.config.js, as the last plugin.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "vite";
import { writeStandalone } from "./standalone.js";

const WORKER = fileURLToPath(new URL("../src/offline/offline.worker.js", import.meta.url));
const WORKER_NAME = "sw.js";
/** Which compressed copies there are, and of what content: server/api/routes.py sends no copy of another. */
const LIST_NAME = "compressed.json";
const PACKED = /\.(br|gz)$/;
/** Formats that are compressed already. */
const DENSE = new Set([".png", ".jpg", ".webp", ".woff2"]);
const WORTH = 0.95;
const MIN_BYTES = 200;
const CACHE = fileURLToPath(new URL("../node_modules/.cache/show-and-tell/", import.meta.url));

/** Names that change with the content: Vite's in assets/, the converter's in model/. */
const HASHED = /^(assets\/.+|model\/.+-[0-9a-f]{16}\.\w+)$/;
/** A lesson in another language than English lies in the folder of its language (lessons.js). */
const TRANSLATED = /^lessons\/([^/]+)\//;

/**
 * @param {string} folder
 * @returns {string[]} every file's path below it, with slashes, sorted
 */
export function filesBelow(folder) {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
		.sort();
}

/**
 * What the service worker keeps: all that the page can ever load. A new version differs in at least one entry.
 * @param {string} folder the built page
 * @returns {import("../src/offline/messages.js").Entry[]}
 */
export function precacheEntries(folder) {
	return filesBelow(folder)
		.filter((path) => path !== WORKER_NAME && path !== LIST_NAME && !PACKED.test(path) && !/(^|\/)\./.test(path))
		.map((path) => {
			const content = readFileSync(join(folder, path));
			const digest = createHash("sha384").update(content).digest("base64");
			const revision = HASHED.test(path) ? null : createHash("sha256").update(content).digest("hex").slice(0, 16);
			const language = path.match(TRANSLATED)?.[1];
			return { url: encodeURI(path), revision, integrity: `sha384-${digest}`, ...(language && { language }) };
		});
}

/**
 * Bundles the service worker, with the list of what it keeps.
 * @param {string} folder the built page
 */
async function writeWorker(folder) {
	const result = await build({
		configFile: false,
		publicDir: false,
		logLevel: "warn",
		define: {
			"process.env.NODE_ENV": '"production"',
			"self.__PRECACHE": JSON.stringify(precacheEntries(folder)),
		},
		build: {
			write: false,
			target: "es2022",
			lib: { entry: WORKER, formats: ["iife"], name: "worker", fileName: () => WORKER_NAME },
		},
	});
	const [{ output }] = /** @type {import("vite").Rollup.RollupOutput[]} */ ([result].flat());
	writeFileSync(join(folder, WORKER_NAME), output[0].code);
}

/**
 * @param {Buffer} content
 * @param {"br"|"gz"} kind
 * @returns {Promise<Buffer>}
 */
async function compress(content, kind) {
	if (kind === "gz") return await promisify(gzip)(content, { level: 9 });
	return await promisify(brotliCompress)(content, {
		params: {
			[constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
			[constants.BROTLI_PARAM_LGWIN]: 22,
			[constants.BROTLI_PARAM_SIZE_HINT]: content.length,
		},
	});
}

/**
 * The same, from the cache where this content was compressed before: the weights take some seconds.
 * @param {Buffer} content
 * @param {"br"|"gz"} kind
 * @param {string} sha256 of the content
 */
async function compressOnce(content, kind, sha256) {
	if (content.length < 1 << 20) return await compress(content, kind);
	const path = join(CACHE, `${sha256}.${kind}`);
	try {
		return readFileSync(path);
	} catch {
		const packed = await compress(content, kind);
		mkdirSync(CACHE, { recursive: true });
		// Another build may write the same.
		writeFileSync(`${path}.${process.pid}`, packed);
		renameSync(`${path}.${process.pid}`, path);
		return packed;
	}
}

/**
 * Writes FILE.br and FILE.gz beside each file that gets clearly smaller, and the list of them.
 * @param {string} folder the built page
 */
export async function writeCompressed(folder) {
	const waiting = filesBelow(folder)
		.filter((path) => path !== LIST_NAME && !PACKED.test(path) && !DENSE.has(extname(path)))
		.filter((path) => statSync(join(folder, path)).size >= MIN_BYTES)
		.sort((a, b) => statSync(join(folder, b)).size - statSync(join(folder, a)).size);
	/** @type {Record<string, {sha256: string, br?: string, gz?: string}>} */
	const list = {};
	const work = async () => {
		for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
			const content = readFileSync(join(folder, path));
			const sha256 = createHash("sha256").update(content).digest("hex");
			list[path] = { sha256 };
			for (const kind of /** @type {const} */ (["br", "gz"])) {
				const packed = await compressOnce(content, kind, sha256);
				if (packed.length > WORTH * content.length) continue;
				writeFileSync(join(folder, `${path}.${kind}`), packed);
				list[path][kind] = createHash("sha256").update(packed).digest("hex");
			}
		}
	};
	await Promise.all(Array.from({ length: availableParallelism() }, work));
	const sorted = Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)));
	writeFileSync(join(folder, LIST_NAME), `${JSON.stringify(sorted, null, "\t")}\n`);
}

/**
 * @param {import("vite").UserConfig} shared of the configuration, what builds the exported page as it builds the page
 * @returns {import("vite").Plugin}
 */
export function builtFiles(shared) {
	let folder = "";
	return {
		name: "built-files",
		apply: "build",
		configResolved(config) {
			folder = resolve(config.root, config.build.outDir);
		},
		closeBundle: {
			order: "post",
			sequential: true,
			async handler(error) {
				if (error) return;
				await writeStandalone(folder, shared);
				await writeWorker(folder);
				await writeCompressed(folder);
			},
		},
	};
}
