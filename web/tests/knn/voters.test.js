// Those examples that vote follow the others, through every kind of change.

import fc from "fast-check";
import { expect, test } from "vitest";
import { KNN } from "../../src/knn/knn.js";
import { Voters } from "../../src/knn/voters.js";

/** @param {number} n */
const embeddingOf = (n) => Float32Array.of(Math.cos(n), Math.sin(n), 1);

/** @param {KNN} knn @param {ReadonlySet<string>} off what the voters must be: made anew */
function anew(knn, off) {
	const made = new KNN();
	for (const label of knn.getLabels()) made.addLabel(label);
	for (const { id, label, group, embedding } of knn.examples()) {
		if (!off.has(label)) made.addExample(embedding, label, { id, group });
	}
	return made;
}

test("while all vote it is the classifier itself", () => {
	const knn = new KNN();
	expect(new Voters(knn).get(new Set(), 1)).toBe(knn);
});

test("whatever changes, it answers as one that was made anew", () => {
	const label = fc.constantFrom("a", "b", "c", "d");
	const change = fc.oneof(
		fc.record({ kind: fc.constant("add"), label, n: fc.nat(30) }),
		fc.record({ kind: fc.constant("remove"), label, n: fc.nat(30) }),
		fc.record({ kind: fc.constant("clear"), label, n: fc.nat(3) }),
		fc.record({ kind: fc.constant("rename"), label, n: fc.nat(3) }),
		fc.record({ kind: fc.constant("order"), label, n: fc.nat(3) }),
		fc.record({ kind: fc.constant("switch"), label, n: fc.nat(3) }),
	);
	fc.assert(
		fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
			const knn = new KNN();
			const voters = new Voters(knn);
			const off = new Set();
			for (const [revision, { kind, label, n }] of changes.entries()) {
				const has = knn.getLabels().includes(label);
				if (kind === "add") knn.addExample(embeddingOf(n), label, { id: String(n), group: null });
				else if (kind === "remove") knn.removeExamples([String(n)]);
				else if (kind === "clear" && has) knn.clearLabel(label);
				else if (kind === "rename" && has) knn.renameLabel(label, "abcd"[n]);
				else if (kind === "order") knn.orderLabels([label]);
				else if (kind === "switch" && !off.delete(label)) off.add(label);
				const voting = voters.get(off, revision);
				const expected = off.size === 0 ? knn : anew(knn, off);
				expect(voting.getLabels()).toEqual(expected.getLabels());
				expect(voting.getCountByLabel()).toEqual(expected.getCountByLabel());
				if (expected.getCount() === 0) continue;
				const { confidences, count } = voting.classify(embeddingOf(n + 0.5), { k: 3 });
				expect({ confidences, count }).toEqual({
					confidences: expected.classify(embeddingOf(n + 0.5), { k: 3 }).confidences,
					count: expected.getCount(),
				});
			}
		}),
		{ numRuns: 60 },
	);
});

test("what is the same stays the same example, so that nothing is measured anew", () => {
	const knn = new KNN();
	for (const [i, label] of ["a", "b", "a"].entries()) knn.addExample(embeddingOf(i), label, { id: String(i) });
	const voters = new Voters(knn);
	const before = voters.get(new Set(["b"]), 1).serials();
	expect(before).toEqual([knn.serials()[0], knn.serials()[2]]);
	knn.addExample(embeddingOf(9), "a", { id: "9" });
	expect(
		voters
			.get(new Set(["b"]), 2)
			.serials()
			.slice(0, 2),
	).toEqual(before);
});
