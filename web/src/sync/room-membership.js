// What a room lets this browser do, and who adds to it, as the server says when it is joined and since. The project keeps the first,
// for the time without a server. sync-client.js owns one.

import { asProblem } from "../contract/problem.js";

/**
 * @typedef {import("../state/state.js").Access} Access
 * @typedef {import("../state/state.js").Contributor} Contributor
 * @typedef {import("../state/state.js").Membership} Membership
 */

export class RoomMembership {
	#options;
	#hasToldKept = false;

	/**
	 * @param {object} options
	 * @param {import("../project/replica.js").Replica} options.replica
	 * @param {(membership: Membership|null) => void} [options.onMembership] null: the server knows no roles
	 * @param {(contributors: Contributor[]) => void} [options.onContributors]
	 * @param {(entry: {room: string, secret: string}) => void} [options.onEntry] secret: by which the room is read over HTTP
	 * @param {(error: import("../contract/errors.js").ErrorObject) => void} [options.onProblem]
	 */
	constructor(options) {
		this.#options = options;
	}

	/**
	 * The room was joined.
	 * @param {Record<string, any>} ack the answer; an older server's says nothing of roles
	 */
	join({ room, secret, role, contributor, access, closesAt, contributors = [] }) {
		const membership = { role, contributor, access, muted: false, ...(closesAt ? { closesAt } : {}) };
		this.#set(access ? membership : null);
		this.takeContributors(contributors);
		this.#options.onEntry?.({ room, secret });
	}

	/** @param {Access} access what members may do from now on */
	takeAccess(access) {
		const { membership } = this.#options.replica.project;
		if (membership) this.#set({ ...membership, access });
	}

	/** @param {Contributor[]} contributors who adds to the room now */
	takeContributors(contributors) {
		const { replica, onContributors } = this.#options;
		onContributors?.(contributors);
		const { membership } = replica.project;
		const muted = contributors.some((each) => each.id === membership?.contributor && each.muted);
		if (membership && membership.muted !== muted) this.#set({ ...membership, muted });
	}

	/** @param {string} code why the room refused a change: the announcement of what changed may be late */
	noteRefusal(code) {
		const { membership } = this.#options.replica.project;
		if (!membership) return;
		if (code === "muted") this.#set({ ...membership, muted: true });
		else if (code === "roomLocked") this.takeAccess({ ...membership.access, locked: true });
		else if (code === "viewOnly") this.takeAccess({ ...membership.access, level: "view" });
	}

	/**
	 * What is here stays here for now, which is told once.
	 * @param {import("../project/store.js").Change[]} changes that would give it to the room
	 * @param {Error} refusal why the room would not take it
	 */
	keepBack(changes, refusal) {
		this.#options.replica.save();
		if (this.#hasToldKept || !changes.some(({ op }) => op === "add" || op === "label")) return;
		this.#hasToldKept = true;
		this.#options.onProblem?.(asProblem(refusal));
	}

	/**
	 * What this browser gives to the room is its own there; only an owner gives what is another's.
	 * @param {import("../project/store.js").Change[]} changes
	 */
	claim(changes) {
		const { replica } = this.#options;
		const { membership } = replica.project;
		if (!membership) return;
		const ids = changes.flatMap((change) => (change.op === "add" ? [change.id] : []));
		const unknown = ids.filter((id) => membership.role === "member" || replica.contributorOf(id) === null);
		replica.attribute(new Map(unknown.map((id) => [id, membership.contributor])));
	}

	/** @param {Membership|null} membership */
	#set(membership) {
		const { replica, onMembership } = this.#options;
		if (membership) replica.project.membership = membership;
		else delete replica.project.membership;
		replica.save();
		onMembership?.(membership);
	}
}
