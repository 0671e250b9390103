import { beforeEach, describe, expect, it, vi } from "vitest";

/** @typedef {import("../../src/explain/map-messages.js").Reply} Reply */

/** @type {Reply[]} */
let replies = [];
const scope =
	/** @type {{postMessage: (reply: Reply) => void, onmessage: ((event: {data: unknown}) => void)|null}} */ ({
		postMessage: (reply) => replies.push(reply),
		onmessage: null,
	});

/** @param {import("../../src/explain/map-messages.js").Request} request */
const send = (request) => scope.onmessage?.({ data: request });

/** @param {string[]} ids */
function sendExamples(ids) {
	const embeddings = Float32Array.from(ids.flatMap((id) => [1, id.length, id.charCodeAt(id.length - 1) / 60, 2]));
	send({ type: "examples", ids, embeddings });
}

/** @param {number} layoutId */
const layoutReply = (layoutId) =>
	vi.waitFor(() => expect(replies.some((reply) => reply.layoutId === layoutId && reply.type === "layout")).toBe(true));

const IDS = Array.from({ length: 14 }, (_, i) => "x".repeat(i % 3) + i);

beforeEach(async () => {
	replies = [];
	vi.stubGlobal("self", scope);
	vi.resetModules();
	await import("../../src/explain/map.worker.js");
});

describe("the map's worker", () => {
	it("lays out by PCA, and by UMAP after PCA", async () => {
		sendExamples(IDS);
		send({ type: "computeLayout", layoutId: 1, method: "umap", ids: IDS });
		await vi.waitFor(() => expect(replies.filter(({ type }) => type === "layout").length).toBe(2));
		const [first, second] = replies.flatMap((reply) => (reply.type === "layout" ? [reply] : []));
		expect(first).toMatchObject({ layoutId: 1, method: "pca", ids: IDS });
		expect(first.projection).not.toBeNull();
		expect(second).toMatchObject({ layoutId: 1, method: "umap", ids: IDS, projection: null });
		expect(second.points.length).toBe(28);
	});

	it("drops a layout when a newer one is requested", async () => {
		sendExamples(IDS);
		send({ type: "computeLayout", layoutId: 1, method: "umap", ids: IDS });
		send({ type: "computeLayout", layoutId: 2, method: "pca", ids: IDS });
		await layoutReply(2);
		expect(replies.map(({ layoutId }) => layoutId)).toEqual([2]);
	});

	it("keeps examples that come during a layout for the next one", async () => {
		sendExamples(IDS);
		send({ type: "computeLayout", layoutId: 1, method: "pca", ids: IDS });
		sendExamples(["new"]);
		await layoutReply(1);
		send({ type: "computeLayout", layoutId: 2, method: "pca", ids: [...IDS.slice(1), "new"] });
		await layoutReply(2);
		expect(replies.at(-1)).toMatchObject({ ids: [...IDS.slice(1), "new"] });
	});

	it("lays out only by PCA where there are too few examples for UMAP", async () => {
		sendExamples(IDS.slice(0, 9));
		send({ type: "computeLayout", layoutId: 1, method: "umap", ids: IDS.slice(0, 9) });
		await layoutReply(1);
		sendExamples(IDS);
		send({ type: "computeLayout", layoutId: 2, method: "pca", ids: IDS });
		await layoutReply(2);
		expect(replies.map((reply) => reply.type === "layout" && reply.method)).toEqual(["pca", "pca"]);
	});
});
