// The secrets of rooms and members: the owner's, which opens a room with all rights, and comes to another device in a link; and
// each browser's own, by which a server knows that nobody else speaks for its member. None of them is shown unasked, or logged.

/** @typedef {import("../../project/store.js").Project} Project */

/** What follows the # of an owner's link. Browsers send it to no server. */
const OWNER_HASH = /^#owner=([\w-]{16,200})$/;
const SECRET_BYTES = 16;

/**
 * Takes the owner's secret out of the page's address, where it came with a link, before anybody can read it there.
 * @returns {string|null}
 * @example
 * // https://school.example/?room=KIWI-42#owner=qsd1yq5UVfzOkqDVKcXVTA
 * takeOwnerSecret(); // "qsd1yq5UVfzOkqDVKcXVTA"; the address ends with KIWI-42 now
 */
export function takeOwnerSecret() {
	if (!location.hash.startsWith("#owner=")) return null;
	const [, secret = null] = OWNER_HASH.exec(location.hash) ?? [];
	history.replaceState(history.state, "", `${location.pathname}${location.search}`);
	return secret;
}

/**
 * @param {string} link by which others join the room
 * @param {string} secret the owner's
 * @returns {string} the link that makes another device of the owner's an owner, too
 * @example
 * ownerLink("https://school.example/?room=KIWI-42", "qsd1yq5UVfzOkqDVKcXVTA");
 */
export const ownerLink = (link, secret) => `${link}#owner=${secret}`;

/**
 * @returns {string} hard to guess
 * @example
 * newSecret(); // "9f86d081884c7d659a2feaa0c55ad015"
 */
export function newSecret() {
	const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Gives a project the owner's secret of a room, where a project here has it: a room that was left still belongs to who made it.
 * @param {Project} project the next one in the room
 * @param {string} room
 * @param {readonly Project[]} projects all of this browser
 */
export function takeOverOwnerSecret(project, room, projects) {
	const secret = [project, ...projects].flatMap(({ ownerSecrets }) => ownerSecrets?.[room] ?? [])[0];
	if (secret !== undefined) project.ownerSecrets = { ...project.ownerSecrets, [room]: secret };
}
