// Who is at this browser, for the rooms that it joins: an id and a secret, made once and kept here, and a name, where one was said.

import { newId } from "../../knn/ids.js";
import { newSecret } from "./secrets.js";

/** @typedef {import("../../state/state.js").OwnMember} OwnMember */

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
 * @returns {Promise<OwnMember>} as the store has it; made and kept where it has none, or one of an older version, without a secret
 */
export async function readMember(store) {
	const kept = /** @type {OwnMember|undefined} */ (await store.preference(PREFERENCE).catch(() => undefined));
	if (kept?.secret) return kept;
	const member = { ...newMember(), ...kept };
	store.setPreference(PREFERENCE, member);
	return member;
}

/**
 * @param {import("../../state/state.js").State} state
 * @param {import("../../project/store.js").ProjectStore} store
 * @param {OwnMember} member who is here from now on
 */
export function keepMember(state, store, member) {
	state.member.value = member;
	store.setPreference(PREFERENCE, member);
}
