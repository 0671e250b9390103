// Finds examples by id through an index of each list, so that no list is searched for every frame.

/** @typedef {import("../../app/session.js").ExampleView} ExampleView */
/** @typedef {import("../../app/session.js").ClassView} ClassView */

/** @type {WeakMap<ExampleView[], Map<string, ExampleView>>} */
const byId = new WeakMap();

/**
 * @param {ExampleView[]} examples of one class
 * @param {string} id
 * @returns {ExampleView|undefined}
 */
export function findExample(examples, id) {
	let index = byId.get(examples);
	if (!index) {
		index = new Map(examples.map((example) => [example.id, example]));
		byId.set(examples, index);
	}
	return index.get(id);
}

/**
 * The examples with these ids, in the order of the ids; deleted ones are left out.
 * @param {readonly ClassView[]} classes
 * @param {readonly string[]} ids
 * @param {string} [only] a label: only those that are of this class now
 * @returns {(ExampleView & {colour: number})[]}
 */
export function selectExamples(classes, ids, only) {
	const searched = only === undefined ? classes : classes.filter(({ label }) => label === only);
	return ids.flatMap((id) => {
		for (const { examples, colour } of searched) {
			const example = findExample(examples, id);
			if (example) return [withColour(example, colour)];
		}
		return [];
	});
}

/**
 * @param {ExampleView} example
 * @param {number} colour of its class
 */
function withColour(example, colour) {
	// A copy made with `...` has the picture of this moment; one may come later.
	const copy = /** @type {ExampleView} */ (Object.defineProperties({}, Object.getOwnPropertyDescriptors(example)));
	return Object.assign(copy, { colour });
}
