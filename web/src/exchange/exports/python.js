// The project as a Python script: it embeds a picture with the network and classifies it, by NumPy and Pillow alone.

import classifyPy from "../../../../docs/sketches/classify.py?raw";
import { addTexts, writeProgram } from "./program.js";

/** @type {import("./context.js").ExportWriter} */
export const writePython = (context, sink, options) =>
	writeProgram(context, sink, {
		...{ part: "sketch", only: /^model\//, readme: "python.readme", options },
		addOwn: (zip) => addTexts(zip, { "classify.py": classifyPy, "requirements.txt": "numpy\npillow\n" }),
	});
