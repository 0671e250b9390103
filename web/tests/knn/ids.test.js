import { afterEach, expect, test, vi } from "vitest";
import { newId } from "../../src/knn/ids.js";
import { KNN } from "../../src/knn/knn.js";

const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => vi.unstubAllGlobals());

test.each(["with", "without"])("ids are random UUIDs, %s crypto.randomUUID", (how) => {
	// Pages that are not served securely have no randomUUID.
	if (how === "without") vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
	const ids = Array.from({ length: 100 }, newId);
	for (const id of ids) expect(id).toMatch(UUID_4);
	expect(new Set(ids).size).toBe(100);
	expect(new KNN().addExample(Float32Array.of(1, 2), "cat")).toMatch(UUID_4);
});
