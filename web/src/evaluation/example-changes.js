// What the evaluation's worker must be told of examples that changed. evaluation-worker-client.js imports it.

/** @typedef {import("./evaluation-messages.js").NumberedExample} NumberedExample */

/**
 * @param {ReadonlyMap<string, NumberedExample>} known what the worker knows, by id, in its order
 * @param {readonly NumberedExample[]} current all examples, in order of arrival
 * @returns {import("./evaluation-messages.js").ExampleChanges}
 * @example
 * const known = new Map([["i1", { id: "i1", label: "cat", group: null, serial: 7 }]]);
 * exampleChanges(known, [{ id: "i1", label: "dog", group: null, serial: 7 }]);
 * // {removed: [], added: [], relabelled: [{id: "i1", label: "dog"}], order: null}
 */
export function exampleChanges(known, current) {
	const currentById = new Map(current.map((example) => [example.id, example]));
	// An id that came back in another recording or with another serial is another example: removed, then added.
	const kept = [...known.values()].filter(({ id, group, serial }) => {
		const now = currentById.get(id);
		return now?.group === group && now.serial === serial;
	});
	const keptIds = new Set(kept.map(({ id }) => id));
	const added = current.filter(({ id }) => !keptIds.has(id));
	const relabelled = current.filter(({ id, label }) => keptIds.has(id) && known.get(id)?.label !== label);
	const isInOrder = [...kept, ...added].every(({ id }, i) => id === current[i].id);
	return {
		removed: [...known.keys()].filter((id) => !keptIds.has(id)),
		added,
		relabelled: relabelled.map(({ id, label }) => ({ id, label })),
		order: isInOrder ? null : current.map(({ id }) => id),
	};
}
