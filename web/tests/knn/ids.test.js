import { afterEach, expect, test, vi } from "vitest";
import { newId } from "../../src/knn/ids.js";
import { create, KNN } from "../../src/knn/knn.js";

const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => vi.unstubAllGlobals());

test.each([
	["as a page served securely has it", crypto],
	["without randomUUID, as on any other page", { getRandomValues: crypto.getRandomValues.bind(crypto) }],
	["without anything in it", {}],
	["that is missing", undefined],
])("ids are random UUIDs, with a crypto %s", (_, source) => {
	vi.stubGlobal("crypto", source);
	const ids = Array.from({ length: 100 }, newId);
	for (const id of ids) expect(id).toMatch(UUID_4);
	expect(new Set(ids).size).toBe(100);
	expect(new KNN().addExample(Float32Array.of(1, 2), "cat")).toMatch(UUID_4);
	const classifier = create();
	classifier.setClassifierDataset({ cat: { dataSync: () => Float32Array.of(1, 2, 3, 4), shape: [2, 2] } });
	classifier.addExample(Float32Array.of(1, 2), "cat");
	expect(new Set(classifier.outline().map(({ id }) => id)).size).toBe(3);
});
