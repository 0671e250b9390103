// The project as a page of its own: a zip for any static host, with camera, model and project, and without a server.
// src/standalone/ is that page.

import keepJs from "../../standalone/keep.worker.js?raw";
import { crc32 } from "../crc32.js";
import { addTexts, writeProgram } from "./program.js";

/** @type {import("./context.js").ExportWriter} */
export const writeStandalone = (context, sink, options) =>
	writeProgram(context, sink, {
		...{ part: "page", readme: "page.readme", options },
		addOwn: (zip, sums) => addTexts(zip, { "sw.js": keeper(sums) }),
	});

/**
 * @param {Map<string, number>} sums by the names of the files that it keeps
 * @returns {string} the page's service worker: another one where one of the files is another
 */
function keeper(sums) {
	const files = [...sums.keys()].map((name) => (name === "index.html" ? "./" : name));
	const sum = crc32(new TextEncoder().encode(JSON.stringify([...sums]))).toString(16);
	return `self.KEPT = ${JSON.stringify({ files, sum })};\n${keepJs}`;
}
