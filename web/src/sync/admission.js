// Joins a room with what proves who is here. A room that refuses a secret does not say which: the owner's, or the member's, whose id
// somebody else may have brought first. So both are found out one after the other, and nothing is given up before the room has
// accepted what takes its place. sync-client.js alone uses it.

import { Problem } from "../contract/problem.js";

/** @typedef {import("../state/state.js").OwnMember} OwnMember */

/**
 * @typedef {object} Who is here, for the others
 * @property {(room: string|null) => OwnMember|null} [member]
 * @property {() => OwnMember} [newMember] whom no room knows; none: there is no other
 * @property {(room: string, member: OwnMember) => void} [onNewMember] the room accepted the new one, and not the other
 */

/**
 * @param {import("../project/replica.js").Replica} replica with its project open
 * @param {Who} who
 * @param {(member: OwnMember|null, secret: string|null) => Promise<Record<string, any>>} join sends `join`; secret: the owner's;
 *   null: it is not sent
 * @returns {Promise<Record<string, any>>} the answer
 * @throws {Problem} as join; wrongSecret where no owner's secret is left to try
 * @example
 * const ack = await enterRoom(replica, { member: () => member }, (member, secret) => connection.request("join", { room, model, member, secret }));
 */
export async function enterRoom(replica, who, join) {
	const { ownerSecret, offeredSecret } = replica;
	// Anybody can make a link, so the secret that is kept comes first.
	const [secret, next] = ownerSecret ? [ownerSecret, offeredSecret] : [offeredSecret, null];
	try {
		return await enterWith(replica, who, join, secret);
	} catch (error) {
		if (next === null || !isWrongSecret(error)) throw error;
		return await enterWith(replica, who, join, next);
	}
}

/**
 * What `join` sends. With the life of the room that this browser knows, a server can tell a room that was closed from one that it lost:
 * a device that slept does not bring a closed room back.
 * @param {import("../project/replica.js").Replica} replica
 * @param {{id: string, dimension: number}} model
 * @param {OwnMember|null} member
 * @param {string|null} secret the owner's
 */
export function joinRequest({ project: { room, epoch, revision } }, model, member, secret) {
	const life = room && epoch ? { life: { epoch, revision } } : {};
	return { ...(room ? { room } : {}), model, ...life, ...(member ? { member } : {}), ...(secret ? { secret } : {}) };
}

/**
 * @param {Parameters<typeof enterRoom>[0]} replica
 * @param {Who} who
 * @param {Parameters<typeof enterRoom>[2]} join
 * @param {string|null} secret the owner's
 */
async function enterWith(replica, who, join, secret) {
	const ack = await enterAsSomebody(replica.project.room, who, (member) => join(member, secret));
	if (ack.ownerSecret) replica.keepOwnerSecret(ack.room, ack.ownerSecret);
	else if (secret !== null && ack.role === "owner") replica.keepOwnerSecret(ack.room, secret);
	return ack;
}

/**
 * @param {string|null} room
 * @param {Who} who
 * @param {(member: OwnMember|null) => Promise<Record<string, any>>} join
 */
async function enterAsSomebody(room, { member, newMember, onNewMember }, join) {
	const known = member?.(room) ?? null;
	try {
		const ack = await join(known);
		// An owner is let in without the id that is another's there, and has one of their own from the next joining.
		const isNobody = known && ack.contributor !== undefined && ack.contributor !== known.id;
		if (isNobody && newMember && room !== null) onNewMember?.(room, newMember());
		return ack;
	} catch (error) {
		if (!known || !newMember || room === null || !isWrongSecret(error)) throw error;
		// Nobody has brought this one's id: where it is refused, too, it is the owner's secret that is wrong.
		const other = newMember();
		const ack = await join(other);
		onNewMember?.(room, other);
		return ack;
	}
}

/** @param {unknown} error */
const isWrongSecret = (error) => error instanceof Problem && error.code === "wrongSecret";
