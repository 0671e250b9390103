// How the page is built and served while it is worked on. Every address in the result is relative,
// so that web/dist runs from any folder of any static host.

import { defineConfig } from "vitest/config";
import { builtFiles } from "./scripts/built-files.js";
import { lessons } from "./scripts/lessons.js";
import { messages } from "./scripts/messages.js";

// WASM threads need shared memory, which browsers give only to isolated pages.
const headers = {
	"Cross-Origin-Opener-Policy": "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
};

const backend = process.env.BACKEND ?? "http://127.0.0.1:8000";
const proxy = {
	"/socket.io": { target: backend, ws: true },
	"/api": { target: backend },
};

export default defineConfig({
	base: "./",
	plugins: [messages(), lessons(), builtFiles()],
	esbuild: { jsx: "automatic", jsxImportSource: "preact" },
	build: { target: "es2022", chunkSizeWarningLimit: 1600 },
	worker: { format: "es" },
	// The contract lies beside web/, and both languages read it.
	server: { headers, proxy, fs: { allow: [".."] } },
	preview: { headers, proxy },
	test: { setupFiles: ["tests/support/english.js"] },
});
