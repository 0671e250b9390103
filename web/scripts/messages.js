// Splits each language's messages in two: what the page can say before any part of it is loaded later, and the rest. Both are
// imported from the one file that is written by hand: messages/de.json?first and messages/de.json?later. The page's HTML names the
// built files, so that the right one is asked for before the scripts run. Used by vite.config.js.

import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const INDEX = fileURLToPath(new URL("../index.html", import.meta.url));
const ENTRY = fileURLToPath(new URL("../src/main.jsx", import.meta.url));
const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));
const PART = /\/messages\/(\w+)\.json\?(first|later)$/;
/** `import x from "./y.js"`, `export … from "./y.js"` and `import "./y.css"`, not `import("./y.js")`. */
const STATIC_IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^"';(]*?\sfrom\s+)?"(\.[^"]+)"/g;
/** A call of t(), with calls inside. */
const WORDS_CALL = /\bt\((?:[^()]|\([^()]*\))*\)/g;

/**
 * @param {string} [entry]
 * @returns {Map<string, string>} the modules that are loaded with the entry, by path: without what they import() when it is needed
 */
export function firstSources(entry = ENTRY) {
	/** @type {Map<string, string>} */
	const sources = new Map();
	const waiting = [entry];
	for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
		if (sources.has(path) || !/\.jsx?$/.test(path) || !existsSync(path)) continue;
		const source = readFileSync(path, "utf8");
		sources.set(path, source);
		for (const [, address] of source.matchAll(STATIC_IMPORT)) waiting.push(resolve(dirname(path), address));
	}
	return sources;
}

/**
 * What sources ask for by t().
 * @param {Iterable<string>} sources
 * @returns {{keys: Set<string>, patterns: RegExp[]}} whole keys, and patterns for those with a ${part}
 */
export function askedFor(sources) {
	/** @type {Set<string>} */
	const keys = new Set();
	/** @type {RegExp[]} */
	const patterns = [];
	for (const source of sources) {
		for (const [call] of source.matchAll(WORDS_CALL)) {
			for (const [, key] of call.matchAll(/"([a-z][\w.]*)"/gi)) keys.add(key);
			for (const [, template] of call.matchAll(/`([^`]+)`/g)) {
				patterns.push(new RegExp(`^${template.replaceAll(".", "\\.").replace(/\$\{[^}]+\}/g, "\\w+")}$`));
			}
		}
	}
	return { keys, patterns };
}

/**
 * The messages in two parts. The text of an error is in the first where a module of the first load names its code.
 * @template Message
 * @param {Record<string, Message>} messages
 * @param {string[]} [sources] of the first load
 * @returns {{first: Record<string, Message>, later: Record<string, Message>}}
 */
export function splitMessages(messages, sources = [...firstSources().values()]) {
	const { keys, patterns } = askedFor(sources);
	/** @param {string} code */
	const isNamed = (code) => sources.some((source) => source.includes(`"${code}"`));
	/** @param {string} key */
	const isFirst = (key) =>
		key.startsWith("error.")
			? isNamed(key.split(".")[1])
			: keys.has(key) || patterns.some((pattern) => pattern.test(key));
	const entries = Object.entries(messages);
	return {
		first: Object.fromEntries(entries.filter(([key]) => isFirst(key))),
		later: Object.fromEntries(entries.filter(([key]) => !isFirst(key))),
	};
}

/**
 * @param {import("vite").Rollup.OutputBundle} bundle
 * @param {import("vite").Rollup.OutputChunk} entry
 * @returns {string[]} all modules of the page's own that are loaded with the entry
 */
function loadedWith(bundle, entry) {
	/** @type {Set<import("vite").Rollup.OutputChunk>} */
	const chunks = new Set([entry]);
	for (const { imports } of chunks) {
		for (const name of imports) {
			const chunk = bundle[name];
			if (chunk?.type === "chunk") chunks.add(chunk);
		}
	}
	const modules = [...chunks].flatMap((chunk) => chunk.moduleIds);
	return modules.filter((id) => id.startsWith(SOURCES) && /\.jsx?$/.test(id));
}

/** @returns {import("vite").Plugin} */
export function messages() {
	return {
		name: "messages",
		enforce: "pre",
		load(id) {
			const part = /** @type {"first"|"later"|undefined} */ (PART.exec(id)?.[2]);
			if (part === undefined) return null;
			const path = id.split("?")[0];
			this.addWatchFile(path);
			return JSON.stringify(splitMessages(JSON.parse(readFileSync(path, "utf8")))[part]);
		},
		generateBundle(_, bundle) {
			const known = firstSources();
			for (const chunk of Object.values(bundle)) {
				if (chunk.type !== "chunk" || chunk.facadeModuleId !== INDEX) continue;
				const unknown = loadedWith(bundle, chunk).filter((id) => !known.has(id));
				if (unknown.length > 0)
					this.error(`These are in the first load, but maybe not their words: ${unknown.join(", ")}`);
			}
		},
		transformIndexHtml: {
			order: "post",
			handler(html, { bundle }) {
				const files = Object.values(bundle ?? {}).flatMap((chunk) => {
					const [, language, part] = PART.exec((chunk.type === "chunk" && chunk.facadeModuleId) || "") ?? [];
					return part === "first" ? [`${language}:./${chunk.fileName}`] : [];
				});
				if (files.length === 0) return html;
				const words = files.sort().join(" ");
				return html.replace('src="./first-paint.js"', `src="./first-paint.js" data-words="${words}"`);
			},
		},
	};
}
