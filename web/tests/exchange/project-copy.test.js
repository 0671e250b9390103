// A copy of the open project for a file, made while the page goes on.

import { describe, expect, it, vi } from "vitest";
import { copyContent } from "../../src/exchange/project-copy.js";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";

const MODEL = { id: "m", dimension: 2 };

/** @param {string[]} ids */
function setUp(ids) {
	const replica = new Replica(newProject("m"));
	replica.add(
		ids.map((id, i) => ({
			...{ id, label: i % 2 ? "cat" : "dog", group: null, embedding: Float32Array.of(i + 1, i) },
			...{ thumbnail: null, mine: true },
		})),
	);
	return replica;
}

/** Every example takes so long to copy that the page gets its turn after each. */
const slowly = () => {
	let now = 0;
	vi.spyOn(performance, "now").mockImplementation(() => {
		now += 1000;
		return now;
	});
};

describe("copyContent", () => {
	it("copies examples and embeddings in order of arrival", async () => {
		const replica = setUp(["a", "b", "c"]);
		const { examples, embeddings, model, classes } = await copyContent(replica, MODEL);
		expect(examples.map(({ id, label }) => [id, label])).toEqual([
			["a", "dog"],
			["b", "cat"],
			["c", "dog"],
		]);
		expect(embeddings).toEqual(Float32Array.of(1, 0, 2, 1, 3, 2));
		expect([model, classes.map(({ label }) => label)]).toEqual([MODEL, ["dog", "cat"]]);
	});

	it("is of one moment where a class is renamed while the files of actions are read", async () => {
		const replica = setUp(["a", "b"]);
		replica.setActions("cat", [{ kind: "say", text: "", cooldown: 0 }]);
		const rows = async () => {
			replica.rename("cat", "lion");
			return [];
		};
		const { classes, examples, actions } = await copyContent(replica, MODEL, /** @type {any} */ ({ rows }));
		expect(classes.map(({ label }) => label)).toEqual(["dog", "lion"]);
		expect(examples.map(({ label }) => label)).toEqual(["dog", "lion"]);
		expect(actions?.map(({ label }) => label)).toEqual(["lion"]);
	});

	it("leaves out actions of a class that another member deleted", async () => {
		const replica = setUp(["a", "b"]);
		for (const label of ["", "dog", "cat"]) replica.setActions(label, [{ kind: "say", text: "", cooldown: 0 }]);
		replica.asOther(null, () => replica.clear("cat"));
		const { actions } = await copyContent(replica, MODEL, { rows: async () => [] });
		expect(actions?.map(({ label }) => label)).toEqual(["", "dog"]);
	});

	it("gives the page its turn, and is of one moment: without what goes or comes meanwhile", async () => {
		slowly();
		const replica = setUp(["a", "b", "c"]);
		let turns = 0;
		const timer = setInterval(() => {
			turns += 1;
			if (turns === 1) replica.remove(["c"]);
		});
		const { examples, embeddings } = await copyContent(replica, MODEL);
		clearInterval(timer);
		expect(turns).toBeGreaterThan(0);
		expect(examples.map(({ id }) => id)).toEqual(["a", "b"]);
		expect(embeddings).toEqual(Float32Array.of(1, 0, 2, 1));
		vi.restoreAllMocks();
	});

	it("comes to an end however much is deleted", async () => {
		slowly();
		const ids = Array.from({ length: 40 }, (_, i) => `e${i}`);
		const replica = setUp(ids);
		const timer = setInterval(() => replica.remove([replica.ids()[replica.count - 1]]));
		const { examples, embeddings } = await copyContent(replica, MODEL);
		clearInterval(timer);
		expect(embeddings).toHaveLength(2 * examples.length);
		expect(examples.length).toBeLessThan(40);
		vi.restoreAllMocks();
	});

	it("fails where another project is opened meanwhile", async () => {
		slowly();
		const replica = setUp(["a", "b"]);
		const copied = copyContent(replica, MODEL);
		replica.open({ project: newProject("m") });
		await expect(copied).rejects.toThrow(DOMException);
		vi.restoreAllMocks();
	});
});
