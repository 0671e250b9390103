import { afterEach, expect, it, vi } from "vitest";
import { readRemembered, remember } from "../src/remembered.js";

afterEach(() => vi.unstubAllGlobals());

it("remembers a text until it is to be forgotten", () => {
	/** @type {Map<string, string>} */
	const rows = new Map();
	vi.stubGlobal("localStorage", {
		getItem: (/** @type {string} */ key) => rows.get(key) ?? null,
		setItem: (/** @type {string} */ key, /** @type {string} */ text) => rows.set(key, text),
		removeItem: (/** @type {string} */ key) => rows.delete(key),
	});
	expect(readRemembered("theme")).toBeNull();
	remember("theme", "dark");
	expect(readRemembered("theme")).toBe("dark");
	remember("theme", null);
	expect([readRemembered("theme"), rows.size]).toEqual([null, 0]);
});

it("remembers nothing, and throws nothing, where storage is switched off, or there is none", () => {
	const deny = () => {
		throw new DOMException("denied", "SecurityError");
	};
	for (const storage of [{ getItem: deny, setItem: deny, removeItem: deny }, undefined]) {
		vi.stubGlobal("localStorage", storage);
		remember("theme", "dark");
		remember("theme", null);
		expect(readRemembered("theme")).toBeNull();
	}
});
