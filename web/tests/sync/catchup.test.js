// Catching up: pages become one list of examples, each with its own embedding; and what this device alone knows of a class goes
// with it through what others did meanwhile.

import { expect, test } from "vitest";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { fetchChanges, mergeChanges } from "../../src/sync/catchup.js";
import { toEmbedding } from "../../src/sync/connection.js";

test("a page's examples come with one attachment, or, from an older server, with one each", async () => {
	const page = { revision: 3, labels: [{ label: "cat", count: 3 }], removed: [], full: false };
	const [a, b, c] = ["a", "b", "c"].map((id) => ({ id, label: "cat", group: null }));
	const pages = [
		{ ...page, examples: [a, b], embeddings: new Float32Array([1, 2, 3, 4]).buffer, cursor: "p2.2" },
		{ ...page, examples: [{ ...c, embedding: new Float32Array([5, 6]).buffer }], cursor: "p3.3" },
		{ ...page, examples: [] },
	];
	/** @type {unknown[]} */
	const asked = [];
	const remote = await fetchChanges(async (question) => {
		asked.push(question);
		return pages[asked.length - 1];
	}, 0);
	expect(asked).toEqual([
		{ since: 0, packed: true },
		{ since: 0, packed: true, cursor: "p2.2" },
		{ since: 0, packed: true, cursor: "p3.3" },
	]);
	expect(remote.examples.map(({ id, embedding }) => [id, ...toEmbedding(embedding)])).toEqual([
		["a", 1, 2],
		["b", 3, 4],
		["c", 5, 6],
	]);
});

const SAY = { kind: /** @type {const} */ ("say"), cooldown: 0, text: "miaow" };

/** A project with the classes cat (a, b; switched off, with an action) and dog (c), and what the room has meanwhile. */
function setUp() {
	const replica = new Replica(newProject("m"));
	const embedding = Float32Array.of(1, 0);
	const rows = Object.entries({ a: "cat", b: "cat", c: "dog" });
	replica.add(rows.map(([id, label]) => ({ id, label, group: null, embedding, thumbnail: null })));
	replica.switchOff("cat", true);
	replica.setActions("cat", [SAY]);
	/** @param {string[]} labels @param {Record<string, string>} examples that changed @param {string[]} [removed] */
	const catchUp = (labels, examples, removed = []) => {
		const changed = Object.entries(examples).map(([id, label]) => ({
			id,
			label,
			group: null,
			embedding: embedding.buffer,
		}));
		const remote = { revision: 9, labels, styles: new Map(), name: undefined, examples: changed, removed, full: false };
		replica.asOther(null, () => mergeChanges(replica, remote, { keepLocal: false }));
	};
	const known = (/** @type {string} */ label) => [replica.isOff(label), replica.actions.of(label)];
	return { replica, catchUp, known };
}

test("a class that was renamed meanwhile keeps its actions, and stays off", () => {
	const { replica, catchUp, known } = setUp();
	catchUp(["lion", "dog"], { a: "lion", b: "lion" });
	expect(replica.classes.value.map(({ label, count }) => [label, count])).toEqual([
		["lion", 2],
		["dog", 1],
	]);
	expect(known("lion")).toEqual([true, [SAY]]);
	expect(replica.actions.rows()).toHaveLength(1);
	expect(replica.knn.getExample("a").label).toBe("lion");
});

test("a class whose examples went to two others, or into one that was here, is gone", () => {
	for (const [a, b] of [
		["lion", "tiger"],
		["dog", "dog"],
	]) {
		const { replica, catchUp, known } = setUp();
		catchUp([...new Set([a, b, "dog"])], { a, b });
		expect(replica.labels).not.toContain("cat");
		expect(known(a)).toEqual([false, []]);
	}
});

test("a class that others deleted and brought back, before or after this page was opened again, is as it was", () => {
	const { replica, catchUp, known } = setUp();
	catchUp(["dog"], {}, ["a", "b"]);
	expect(replica.labels).toEqual(["dog"]);
	replica.open({ project: structuredClone(replica.project) });
	catchUp(["dog", "cat"], { a: "cat", b: "cat" });
	expect(known("cat")).toEqual([true, [SAY]]);
	replica.switchOff("cat", false);
	catchUp(["dog"], {}, ["a", "b"]);
	catchUp(["dog", "cat"], {});
	expect(known("cat")).toEqual([false, [SAY]]);
});

test("a new class of a person's own, and another class that gets the name, are not off, and have no actions", () => {
	const { replica, catchUp, known } = setUp();
	catchUp(["dog"], {}, ["a", "b"]);
	replica.addLabel("cat");
	expect(known("cat")).toEqual([false, []]);
	expect(replica.project.ownOfGone).toEqual([]);
	const other = setUp();
	other.catchUp(["dog"], {}, ["a", "b"]);
	other.replica.asOther(null, () => other.replica.rename("dog", "cat"));
	expect(other.known("cat")).toEqual([false, []]);
});
