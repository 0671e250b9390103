import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ExampleMap } from "../../src/explain/map.js";
import { weightedMean } from "../../src/explain/map-places.js";
import { sampleIds } from "../../src/explain/map-sample.js";
import { KNN } from "../../src/knn/knn.js";
import { FakeWorker } from "../support/fake-worker.js";

/** @typedef {import("../../src/explain/map-messages.js").Request} Request */
/** @typedef {import("../../src/explain/map-messages.js").LayoutRequest} LayoutRequest */

/**
 * Records what the map requests; the test replies.
 * @extends {FakeWorker<Request>}
 */
class FakeMapWorker extends FakeWorker {
	get layoutRequests() {
		return /** @type {LayoutRequest[]} */ (this.messages.filter(({ type }) => type === "computeLayout"));
	}

	get sentIds() {
		return this.messages.flatMap((request) => (request.type === "examples" ? request.ids : []));
	}

	/**
	 * Lays the examples out along a line, by their places in the newest request.
	 * @param {Partial<import("../../src/explain/map-messages.js").LayoutReply>} [parts] of the reply, in place of those
	 */
	replyLayout(parts = {}) {
		const { layoutId, method, ids } = /** @type {LayoutRequest} */ (this.layoutRequests.at(-1));
		const points = Float32Array.from(ids.flatMap((_, i) => [i / 100, -i / 100]));
		this.reply({ type: "layout", layoutId, method, ids, points, projection: null, ...parts });
	}
}

const AXES = { mean: new Float32Array(3), axes: Float32Array.of(1, 0, 0, 0, 1, 0), reach: 2 };

/** @param {Record<string, number>} counts examples a class, named by class and number */
function setUpKNN(counts) {
	const knn = new KNN();
	const classes = Object.entries(counts).map(([label, count], index) => {
		const ids = Array.from({ length: count }, (_, i) => `${label}${i}`);
		for (const [i, id] of ids.entries()) {
			knn.addExample(Float32Array.of(index + 1, 1 + i / 100, 1), label, { id });
		}
		const examples = ids.reverse().map((id) => ({ id, label, group: null, thumbnailUrl: null }));
		return { key: index, label, index, colour: index, emoji: null, count, examples, isOff: false };
	});
	return { knn, classes };
}

/** @param {KNN} knn */
function setUpMap(knn) {
	/** @type {FakeMapWorker[]} */
	const workers = [];
	/** @type {(import("../../src/state/state.js").MapState|null)[]} */
	const shown = [];
	const map = new ExampleMap({
		knn,
		onMap: (state) => shown.push(state),
		makeWorker: () => {
			const worker = new FakeMapWorker();
			workers.push(worker);
			return worker.asWorker;
		},
	});
	return { map, workers, last: () => shown.at(-1), shown };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("sampleIds", () => {
	it("takes all where they are few, class by class in order of arrival", () => {
		expect(sampleIds(setUpKNN({ a: 3, b: 2 }).classes)).toEqual(["a0", "a1", "a2", "b0", "b1"]);
	});

	it("spaces them evenly where there are too many, and leaves no class out", () => {
		const ids = sampleIds(setUpKNN({ a: 80, b: 16, c: 1, d: 0 }).classes, 24);
		expect(ids.filter((id) => id.startsWith("b"))).toEqual(["b0", "b5", "b10"]);
		expect(ids.filter((id) => id.startsWith("c"))).toEqual(["c0"]);
		expect(ids.length).toBeLessThanOrEqual(24);
		const places = ids.filter((id) => id.startsWith("a")).map((id) => Number(id.slice(1)));
		for (const [i, place] of places.slice(1).entries()) expect([4, 5]).toContain(place - places[i]);
	});
});

describe("ExampleMap", () => {
	it("sends the examples in short tasks, once, and requests a layout", async () => {
		const { knn, classes } = setUpKNN({ a: 150, b: 20 });
		const { map, workers, last } = setUpMap(knn);
		map.watch("pca", classes);
		expect(workers[0].messages.length).toBe(1);
		await vi.runAllTimersAsync();
		expect(workers[0].sentIds.length).toBe(170);
		expect(workers[0].layoutRequests.length).toBe(1);
		workers[0].replyLayout({ projection: AXES });
		expect(last()).toMatchObject({ method: "pca", progress: null, ids: sampleIds(classes) });
		expect(last()?.points.length).toBe(340);

		knn.addExample(Float32Array.of(1, 4, 1), "a", { id: "new" });
		const [a, b] = classes;
		const newExample = { id: "new", label: "a", group: null, thumbnailUrl: null };
		map.update([{ ...a, count: 151, examples: [newExample, ...a.examples] }, b]);
		// At once, by projection, (1, 4, 1) / |(1, 4, 1)| / 2.
		const place = last()?.ids.indexOf("new") ?? -1;
		expect(last()?.points[2 * place + 1]).toBeCloseTo(4 / Math.sqrt(18) / 2, 6);
		await vi.advanceTimersByTimeAsync(1000);
		expect(workers[0].sentIds.slice(170)).toEqual(["new"]);
		expect(workers[0].layoutRequests.length).toBe(2);
	});

	it("lays out by PCA at most once a second, however fast examples come", async () => {
		const { knn, classes } = setUpKNN({ a: 40 });
		const { map, workers } = setUpMap(knn);
		const some = (/** @type {number} */ n) => [{ ...classes[0], count: n, examples: classes[0].examples.slice(-n) }];
		map.watch("pca", some(5));
		await vi.advanceTimersByTimeAsync(0);
		for (let n = 6; n <= 40; n++) {
			map.update(some(n));
			await vi.advanceTimersByTimeAsync(100);
			workers[0].replyLayout({ projection: AXES });
		}
		// 3.5 seconds: the first, and three more.
		expect(workers[0].layoutRequests.length).toBe(4);
		await vi.advanceTimersByTimeAsync(1000);
		expect(workers[0].layoutRequests.length).toBe(5);
		expect(workers[0].layoutRequests[4].ids.length).toBe(40);
	});

	it("shows the layout by PCA while UMAP works, with its progress", async () => {
		const { knn, classes } = setUpKNN({ a: 20 });
		const { map, workers, last } = setUpMap(knn);
		map.watch("umap", classes);
		await vi.advanceTimersByTimeAsync(0);
		const [{ layoutId }] = workers[0].layoutRequests;
		workers[0].replyLayout({ method: "pca", projection: AXES });
		expect(last()).toMatchObject({ method: "umap", progress: 0 });
		workers[0].reply({ type: "progress", layoutId, progress: 0.4 });
		expect(last()?.progress).toBe(0.4);
		expect(last()?.points[2]).toBeCloseTo(0.01, 6);
		workers[0].replyLayout({ points: new Float32Array(40).fill(0.5) });
		expect(last()?.progress).toBeNull();
		expect(last()?.points[2]).toBe(0.5);
	});

	it("keeps a layout by UMAP until two seconds without a change, and places new examples by their neighbours", async () => {
		const { knn, classes } = setUpKNN({ a: 20, b: 20 });
		const { map, workers, last } = setUpMap(knn);
		const [a, b] = classes;
		const some = (/** @type {number} */ n) => [a, { ...b, count: n, examples: b.examples.slice(-n) }];
		map.watch("umap", some(10));
		await vi.advanceTimersByTimeAsync(0);
		workers[0].replyLayout({ method: "pca", projection: AXES });
		// All of a's on one place, all of b's on another.
		workers[0].replyLayout({ points: Float32Array.from({ length: 60 }, (_, i) => (i < 40 ? -0.5 : 0.5)) });
		for (let n = 11; n <= 20; n++) {
			map.update(some(n));
			await vi.advanceTimersByTimeAsync(500);
		}
		expect(workers[0].layoutRequests.length).toBe(1);
		const place = last()?.ids.indexOf("b19") ?? -1;
		expect(last()?.points[2 * place]).toBeCloseTo(0.5, 5);
		await vi.advanceTimersByTimeAsync(1500);
		expect(workers[0].layoutRequests.length).toBe(2);
		workers[0].replyLayout({ method: "pca", projection: AXES });
		expect(last()?.points[0], "not PCA's again").toBe(-0.5);
	});

	it("ignores replies to all requests but the newest", async () => {
		const { knn, classes } = setUpKNN({ a: 20 });
		const { map, workers, shown } = setUpMap(knn);
		map.watch("umap", classes);
		await vi.advanceTimersByTimeAsync(0);
		const oldId = workers[0].layoutRequests[0].layoutId;
		map.watch("pca", classes);
		await vi.advanceTimersByTimeAsync(0);
		const before = shown.length;
		workers[0].replyLayout({ layoutId: oldId });
		expect(shown.length).toBe(before);
	});

	it("takes deleted examples off at once", async () => {
		const { knn, classes } = setUpKNN({ a: 12 });
		const { map, workers, last } = setUpMap(knn);
		map.watch("pca", classes);
		await vi.advanceTimersByTimeAsync(0);
		workers[0].replyLayout({ projection: AXES });
		knn.removeExample("a3");
		const examples = classes[0].examples.filter(({ id }) => id !== "a3");
		map.update([{ ...classes[0], count: 11, examples }]);
		expect(last()?.ids).not.toContain("a3");
		expect(last()?.points.length).toBe(22);
	});

	it("is empty with fewer than two examples", () => {
		const { knn, classes } = setUpKNN({ a: 1 });
		const { map, workers, last } = setUpMap(knn);
		map.watch("pca", classes);
		expect(last()).toMatchObject({ ids: [], progress: null });
		expect(workers).toEqual([]);
	});

	it("places a frame by PCA's axes, and by UMAP in the middle of its neighbours", async () => {
		const { knn, classes } = setUpKNN({ a: 10, b: 10 });
		const { map, workers } = setUpMap(knn);
		const frame = Float32Array.of(3, 4, 0);
		expect(map.place(frame, [{ id: "a0" }])).toBeNull();
		map.watch("umap", classes);
		await vi.advanceTimersByTimeAsync(0);
		workers[0].replyLayout({ method: "pca", projection: AXES });
		const dot = map.place(frame, [{ id: "a0" }, { id: "b0" }]);
		expect(dot).toEqual({ x: expect.closeTo(0.3, 6), y: expect.closeTo(0.4, 6), neighbours: ["a0", "b0"] });
		workers[0].replyLayout();
		const [, y] = [0, 10].map((i) => -i / 100);
		const cosines = ["a0", "b0"].map((id) => {
			const [p, q, r] = knn.getExample(id).embedding;
			return (3 * p + 4 * q) / (5 * Math.hypot(p, q, r));
		});
		const expected = (y * cosines[1]) / (cosines[0] + cosines[1]);
		expect(map.place(frame, [{ id: "a0" }, { id: "b0" }])?.y).toBeCloseTo(expected, 6);
		// A neighbour that is not on the map: the nearest that are.
		expect(map.place(knn.getExample("b0").embedding, [{ id: "elsewhere" }])?.y).toBeLessThan(-0.08);
	});

	it("ends its worker when nobody looks; after a crash the next change starts another and sends it all", async () => {
		const { knn, classes } = setUpKNN({ a: 12 });
		const { map, workers, last } = setUpMap(knn);
		map.watch("pca", classes);
		map.watch(null, classes);
		expect(workers[0].isTerminated).toBe(true);
		expect(last()).toBeNull();
		map.watch("pca", classes);
		await vi.advanceTimersByTimeAsync(0);
		expect(workers[1].sentIds.length).toBe(12);
		vi.spyOn(console, "warn").mockImplementation(() => {});
		workers[1].crash("out of memory");
		map.update([{ ...classes[0], count: 11, examples: classes[0].examples.slice(1) }]);
		await vi.advanceTimersByTimeAsync(1000);
		expect(workers[2].sentIds.length).toBe(11);
	});
});

describe("after a crash", () => {
	it("the map stays as it was, and nothing but the console is told", async () => {
		const { knn, classes } = setUpKNN({ a: 12 });
		const { map, workers, last } = setUpMap(knn);
		map.watch("umap", classes);
		await vi.advanceTimersByTimeAsync(0);
		workers[0].replyLayout({ method: "pca", projection: AXES });
		const before = last();
		expect(before?.progress).toBe(0);
		const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
		workers[0].crash("out of memory");
		expect(last()).toEqual({ ...before, progress: null });
		expect(warn).toHaveBeenCalledWith("The map's worker: out of memory");
		await vi.advanceTimersByTimeAsync(10_000);
		expect(workers.length).toBe(1);
	});
});

describe("weightedMean", () => {
	it("is the weighted mean", () => {
		expect(
			weightedMean([
				{ place: [0, 1], weight: 3 },
				{ place: [4, 1], weight: 1 },
			]),
		).toEqual([1, 1]);
		expect(weightedMean([])).toBeNull();
		expect(weightedMean([{ place: [1, 1], weight: 0 }])).toBeNull();
	});
});
