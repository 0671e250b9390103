// Who is in a room, as the page lists them: those whom the server names, those whose examples alone are known, and oneself.

/**
 * @typedef {import("../../../state/state.js").Contributor} Contributor
 * @typedef {import("../../../state/state.js").ClassView} ClassView
 * @typedef {import("../../../state/state.js").Membership} Membership
 */

/** @typedef {Omit<Contributor, "here"> & {here: boolean|null, count: number, isMe: boolean}} Person here: null: it is not known */
/** @typedef {(action: (people: import("../../../app/room/people.js").People) => Promise<unknown>) => Promise<void>} RunPeople */

/**
 * @param {readonly ClassView[]} classes
 * @param {string} contributor id
 * @returns {string[]} ids of what somebody added, class by class
 */
export const examplesOf = (classes, contributor) =>
	classes.flatMap(({ examples }) => examples.filter((each) => each.contributor === contributor).map(({ id }) => id));

/**
 * @param {readonly Contributor[]} contributors as the server names them
 * @param {readonly ClassView[]} classes
 * @param {Membership|null} membership
 * @returns {Person[]} oneself first; then who is here before who is not, and who added most
 */
export function listPeople(contributors, classes, membership) {
	/** @type {Map<string, number>} */
	const counts = new Map();
	for (const { examples } of classes) {
		for (const { contributor } of examples) {
			if (contributor) counts.set(contributor, (counts.get(contributor) ?? 0) + 1);
		}
	}
	const me = membership?.contributor;
	const unnamed = { name: "", here: /** @type {boolean|null} */ (null), muted: false };
	/** @type {Map<string, Omit<Person, "count"|"isMe">>} */
	const known = new Map([...counts.keys()].map((id) => [id, { id, ...unnamed }]));
	for (const { id, name, here, muted } of contributors) known.set(id, { id, name, here, muted });
	if (me !== undefined) known.set(me, { id: me, ...unnamed, ...known.get(me), here: true });
	return [...known.values()]
		.map((each) => ({ ...each, count: counts.get(each.id) ?? 0, isMe: each.id === me }))
		.sort(
			(a, b) =>
				Number(b.isMe) - Number(a.isMe) ||
				Number(b.here !== false) - Number(a.here !== false) ||
				b.count - a.count ||
				a.name.localeCompare(b.name),
		);
}
