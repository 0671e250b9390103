// The project as a sketch: ten lines of plain JavaScript, and as many of p5, with the library, the network and the project that they use.

import indexHtml from "../../../../docs/sketches/index.html?raw";
import p5Html from "../../../../docs/sketches/p5.html?raw";
import plainJs from "../../../../docs/sketches/plain.js?raw";
import sketchJs from "../../../../docs/sketches/sketch.js?raw";
import { addTexts, writeProgram } from "./program.js";

/** @type {import("./context.js").ExportWriter} */
export const writeSketch = (context, sink, options) =>
	writeProgram(context, sink, {
		...{ part: "sketch", readme: "sketch.readme", options },
		addOwn: (zip) =>
			addTexts(zip, { "index.html": indexHtml, "plain.js": plainJs, "p5.html": p5Html, "sketch.js": sketchJs }),
	});
