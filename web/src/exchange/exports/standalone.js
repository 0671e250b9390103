// The project as a page of its own: a zip for any static host, with camera, model and project, and without a server.
// src/standalone/ is that page.

import { writeProgram } from "./program.js";

/** @type {import("./context.js").ExportWriter} */
export const writeStandalone = (context, sink, options) =>
	writeProgram(context, sink, { part: "page", readme: "page.readme", options });
