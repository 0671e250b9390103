import { beforeEach, describe, expect, it, vi } from "vitest";

/** @typedef {import("../../src/explain/map.worker.js").Reply} Reply */

/** @type {Reply[]} */
let said = [];
const scope =
	/** @type {{postMessage: (reply: Reply) => void, onmessage: ((event: {data: unknown}) => void)|null}} */ ({
		postMessage: (reply) => said.push(reply),
		onmessage: null,
	});

/** @param {import("../../src/explain/map.worker.js").Request} request */
const ask = (request) => scope.onmessage?.({ data: request });

/** @param {string[]} ids */
function teach(ids) {
	const embeddings = Float32Array.from(ids.flatMap((id) => [1, id.length, id.charCodeAt(id.length - 1) / 60, 2]));
	ask({ type: "examples", ids, embeddings });
}

/** @param {number} n */
const answered = (n) =>
	vi.waitFor(() => expect(said.some((reply) => reply.n === n && reply.type === "laid")).toBe(true));

const IDS = Array.from({ length: 14 }, (_, i) => "x".repeat(i % 3) + i);

beforeEach(async () => {
	said = [];
	vi.stubGlobal("self", scope);
	vi.resetModules();
	await import("../../src/explain/map.worker.js");
});

describe("the map's worker", () => {
	it("lays out by PCA, and by UMAP after PCA", async () => {
		teach(IDS);
		ask({ type: "lay", n: 1, method: "umap", ids: IDS });
		await vi.waitFor(() => expect(said.filter(({ type }) => type === "laid").length).toBe(2));
		const [first, second] = said.flatMap((reply) => (reply.type === "laid" ? [reply] : []));
		expect(first).toMatchObject({ n: 1, method: "pca", ids: IDS });
		expect(first.projection).not.toBeNull();
		expect(second).toMatchObject({ n: 1, method: "umap", ids: IDS, projection: null });
		expect(second.points.length).toBe(28);
	});

	it("gives up for a newer request", async () => {
		teach(IDS);
		ask({ type: "lay", n: 1, method: "umap", ids: IDS });
		ask({ type: "lay", n: 2, method: "pca", ids: IDS });
		await answered(2);
		expect(said.map(({ n }) => n)).toEqual([2]);
	});

	it("keeps what comes for the next map while it is at one", async () => {
		teach(IDS);
		ask({ type: "lay", n: 1, method: "pca", ids: IDS });
		teach(["new"]);
		await answered(1);
		ask({ type: "lay", n: 2, method: "pca", ids: [...IDS.slice(1), "new"] });
		await answered(2);
		expect(said.at(-1)).toMatchObject({ ids: [...IDS.slice(1), "new"] });
	});

	it("leaves it at PCA where there are too few", async () => {
		teach(IDS.slice(0, 9));
		ask({ type: "lay", n: 1, method: "umap", ids: IDS.slice(0, 9) });
		await answered(1);
		teach(IDS);
		ask({ type: "lay", n: 2, method: "pca", ids: IDS });
		await answered(2);
		expect(said.map((reply) => reply.type === "laid" && reply.method)).toEqual(["pca", "pca"]);
	});
});
