import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

const script = readFileSync(new URL("../../public/first-paint.js", import.meta.url), "utf8");
const NEEDED = ["WebAssembly", "Worker", "indexedDB", "createImageBitmap", "OffscreenCanvas", "HTMLDialogElement"];

/** @param {string[]} has @returns {string} what the browser is taken for */
function judge(has) {
	const root = { className: "", setAttribute: () => {} };
	const document = { documentElement: root, createElement: () => ({ noModule: false }) };
	const window = Object.fromEntries(NEEDED.map((name) => [name, has.includes(name) ? {} : undefined]));
	runInNewContext(script, { document, window, Object: { hasOwn: Object.hasOwn } });
	return root.className;
}

test("a browser that has all that the page needs is let in", () => {
	expect(judge(NEEDED)).toBe("modern");
});

test.each(NEEDED)("a browser without %s is told so", (missing) => {
	expect(judge(NEEDED.filter((name) => name !== missing))).toBe("old");
});
