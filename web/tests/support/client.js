// A page without camera and figures: replica, teaching, sync client and engine, put together as app/workspace.js and
// app/server-link.js do, for tests that run in Node.

import { Engine } from "../../src/app/engine.js";
import { newId } from "../../src/knn/ids.js";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { Connection } from "../../src/sync/connection.js";
import { SyncClient } from "../../src/sync/sync-client.js";

export const MODEL = { id: "test-model", dimension: 4 };

/**
 * Waits for a condition on signals.
 * @param {() => unknown} condition
 * @param {string} [what]
 * @returns {Promise<void>}
 */
export function until(condition, what = condition.toString()) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => finish(() => reject(new Error(`never came true: ${what}`))), 20_000);
		const poll = setInterval(() => condition() && finish(resolve), 5);
		/** @param {() => void} settle */
		const finish = (settle) => {
			clearTimeout(timer);
			clearInterval(poll);
			settle();
		};
	});
}

/**
 * @param {number[]} numbers
 * @returns {Float32Array} (d,)
 */
export const embeddingOf = (...numbers) => Float32Array.from(numbers);

export class Client {
	#level;
	/** @type {import("../../src/contract/errors.js").ErrorObject[]} */
	problems = [];
	/** @type {Partial<import("../../src/state/state.js").EngineState>[]} */
	states = [];
	memberCount = 0;
	/** @type {import("../../src/state/state.js").Contributor[]} */
	contributors = [];
	/** Why the room was over. @type {string[]} */
	overs = [];
	/** Rooms that refused a secret. @type {string[]} */
	wrongSecrets = [];
	/** Ids that rooms accepted instead of the first. @type {string[]} */
	newMembers = [];

	/**
	 * @param {object} options
	 * @param {string} options.base
	 * @param {string|null} [options.room]
	 * @param {import("../../src/project/store.js").Store|null} [options.store]
	 * @param {import("../../src/project/store.js").Project} [options.project] a stored one
	 * @param {import("../../src/project/store.js").StoredExample[]} [options.examples]
	 * @param {import("../../src/project/store.js").OutboxItem[]} [options.queued]
	 * @param {import("../../src/project/undo/steps.js").Step[]} [options.steps]
	 * @param {import("../../src/project/bin.js").BinRow[]} [options.binned]
	 * @param {{id: string, dimension: number}} [options.model]
	 * @param {import("../../src/state/state.js").AccessLevel|null} [options.level] what it lets others do where it owns the room; null: what the
	 *   room says
	 * @param {{id: string, name: string, secret?: string}|null} [options.member] who it is, for the others
	 * @param {import("../../src/state/state.js").OwnMember} [options.newMember] who it is where the room refuses the other's secret
	 */
	constructor({
		base,
		room = null,
		store = null,
		project,
		examples = [],
		queued = [],
		steps = [],
		binned = [],
		model = MODEL,
		level = "editAll",
		member = null,
		newMember,
	}) {
		this.#level = level;
		this.replica = new Replica();
		this.replica.open({ project: project ?? newProject(model.id, room), store, examples, queued, binned });
		this.teaching = new Teaching({ replica: this.replica });
		this.undoStack = this.teaching.undoStack;
		this.undoStack.open(steps);
		this.connection = new Connection(base);
		this.syncClient = new SyncClient({
			connection: this.connection,
			replica: this.replica,
			model,
			member: () => member && { secret: `the secret of ${member.id}`, ...member },
			newMember: newMember && (() => newMember),
			onNewMember: (_, accepted) => this.newMembers.push(accepted.id),
			onSettings: (settings) => this.replica.configure(settings),
			onProblem: (error) => this.problems.push(error),
			onMembership: (membership) => {
				if (this.#lets(membership)) return;
				// What fails, the next joining does again.
				this.syncClient.request("setAccess", { level }).catch(() => {});
			},
			onContributors: (contributors) => {
				this.contributors = contributors;
			},
			onOver: (key) => this.overs.push(key),
			onWrongSecret: (code) => {
				this.wrongSecrets.push(code);
				if (level === null) return;
				// The room has another owner since the server lost its memory: it goes on as a member.
				this.replica.keepOwnerSecret(code, null);
				this.connection.close();
				this.connection.open();
			},
			onPresence: (memberCount) => {
				this.memberCount = memberCount;
			},
		});
		this.teaching.connect(this.syncClient);
		this.engine = new Engine({ replica: this.replica, onState: (state) => this.states.push(state) });
		this.engine.connect({ connection: this.connection, syncClient: this.syncClient });
	}

	get outbox() {
		return this.replica.outbox;
	}

	/** Connects, and waits until client and server are the same. */
	async connect() {
		this.connection.open();
		await this.settled();
	}

	/** Waits until client and server are the same. */
	async settled() {
		const lets = () => this.#lets(this.replica.project.membership ?? null);
		await until(() => this.syncClient.canAnswer && this.outbox.length === 0 && lets(), "in sync");
	}

	/** @param {import("../../src/state/state.js").Membership|null} membership @returns {boolean} whether others may do what it lets them */
	#lets(membership) {
		return membership?.role !== "owner" || this.#level === null || membership.access.level === this.#level;
	}

	/**
	 * Teaches an example.
	 * @param {string} label
	 * @param {Float32Array} embedding
	 */
	show(label, embedding) {
		const id = newId();
		this.teaching.addExample({ id, label, group: null, embedding, thumbnail: null });
		return id;
	}

	/**
	 * Classifies an embedding.
	 * @param {Float32Array} embedding
	 */
	ask(embedding) {
		return this.engine.classify(embedding, this.replica.project.settings);
	}

	/**
	 * Puts the class of a place first.
	 * @param {number} place
	 */
	order(place) {
		const { labels } = this.replica;
		const first = labels[place % Math.max(1, labels.length)];
		if (first !== undefined) this.teaching.orderClasses([first]);
	}

	/** @returns {{labels: string[], examples: Record<string, string>}} what the replica holds: examples' labels by id */
	get contents() {
		const { replica } = this;
		const examples = Object.fromEntries(
			replica
				.ids()
				.sort()
				.map((id) => [id, replica.example(id).label]),
		);
		return { labels: replica.labels, examples };
	}

	/** @returns {[string, ...[string, number, string|null][]]} the project's name, and the look of every class in order */
	get look() {
		const { classes, project } = this.replica;
		return [
			project.name,
			...classes.value.map(
				({ label, colour, emoji }) => /** @type {[string, number, string|null]} */ ([label, colour, emoji]),
			),
		];
	}

	close() {
		this.syncClient.close();
		this.connection.close();
		this.replica.close();
	}
}

/**
 * What the server's room holds, as a newcomer sees it.
 * @param {string} base
 * @param {string} room
 */
export async function contentsOf(base, room) {
	const newcomer = new Client({ base, room });
	await newcomer.connect();
	const { contents } = newcomer;
	newcomer.close();
	return contents;
}

/**
 * How the server's room looks to a newcomer.
 * @param {string} base
 * @param {string} room
 */
export async function lookOf(base, room) {
	const newcomer = new Client({ base, room });
	await newcomer.connect();
	const { look } = newcomer;
	newcomer.close();
	return look;
}
