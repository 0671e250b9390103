// Who is at this browser, for the rooms that it joins: an id and a secret in each, made once and kept here, and a name, where one was
// said.

import { newId } from "../../knn/ids.js";
import { newSecret } from "./secrets.js";

/**
 * @typedef {import("../../state/state.js").OwnMember} OwnMember
 * @typedef {import("../../state/state.js").KeptMember} KeptMember
 */

const PREFERENCE = "member";

/**
 * @param {string} [name]
 * @returns {OwnMember} whom no room knows yet
 * @example
 * newMember("Mia"); // { id: "5f0c7a52-…", name: "Mia", secret: "9f86d081…" }
 */
export const newMember = (name = "") => ({ id: newId(), name, secret: newSecret() });

/**
 * @param {import("../../project/store.js").ProjectStore} store
 * @returns {Promise<KeptMember>} as the store has it; made and kept where it has none, or one of an older version, without a secret
 */
export async function readMember(store) {
	const kept = /** @type {KeptMember|undefined} */ (await store.preference(PREFERENCE).catch(() => undefined));
	if (kept?.secret) return kept;
	const member = { ...newMember(), ...kept };
	store.setPreference(PREFERENCE, member);
	return member;
}

/**
 * @param {import("../../state/state.js").State} state
 * @param {import("../../project/store.js").ProjectStore} store
 * @param {KeptMember} member who is here from now on
 */
export function keepMember(state, store, member) {
	state.member.value = member;
	store.setPreference(PREFERENCE, member);
}

/**
 * @param {import("../../state/state.js").State} state
 * @param {import("../../project/store.js").ProjectStore} store
 * @param {string|null} room
 * @returns {OwnMember|null} who is here in a room; made and kept where it is joined for the first time
 */
export function memberIn(state, store, room) {
	const member = state.member.value;
	if (!member) return null;
	const { id, name, secret, inRooms } = member;
	if (room === null) return { id, name, secret };
	const known = inRooms?.[room];
	if (known) return { ...known, name };
	const made = newMember(name);
	keepMemberIn(state, store, room, made);
	return made;
}

/**
 * @param {import("../../state/state.js").State} state
 * @param {import("../../project/store.js").ProjectStore} store
 * @param {string} room
 * @param {OwnMember} member who is here in this room from now on
 */
export function keepMemberIn(state, store, room, { id, secret }) {
	/** @type {KeptMember} */
	const member = state.member.value ?? newMember();
	keepMember(state, store, { ...member, inRooms: { ...member.inRooms, [room]: { id, secret } } });
}
