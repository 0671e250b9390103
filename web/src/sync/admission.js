// Joins a room with what proves that this browser owns it. A secret that came with a link may be anybody's: it takes the kept
// one's place only where the room makes an owner of who brings it. sync-client.js alone uses it.

import { Problem } from "../contract/problem.js";

/**
 * @param {import("../project/replica.js").Replica} replica with its project open
 * @param {(secret: string|null) => Promise<Record<string, any>>} join sends `join` with the owner's secret; null: without one
 * @returns {Promise<Record<string, any>>} the answer
 * @throws {Problem} as join; wrongSecret where no secret is left to try
 * @example
 * const ack = await enterRoom(replica, (secret) => connection.request("join", { room, model, ...(secret ? { secret } : {}) }));
 */
export async function enterRoom(replica, join) {
	const { ownerSecret, offeredSecret } = replica;
	const [secret, next] = ownerSecret ? [ownerSecret, offeredSecret] : [offeredSecret, null];
	try {
		return await enterWith(replica, join, secret);
	} catch (error) {
		if (next === null || !isWrongSecret(error)) throw error;
		return await enterWith(replica, join, next);
	}
}

/**
 * @param {Parameters<typeof enterRoom>[0]} replica
 * @param {Parameters<typeof enterRoom>[1]} join
 * @param {string|null} secret
 */
async function enterWith(replica, join, secret) {
	const ack = await join(secret);
	if (ack.ownerSecret) replica.keepOwnerSecret(ack.room, ack.ownerSecret);
	else if (secret !== null && ack.role === "owner") replica.keepOwnerSecret(ack.room, secret);
	return ack;
}

/** @param {unknown} error */
const isWrongSecret = (error) => error instanceof Problem && error.code === "wrongSecret";
