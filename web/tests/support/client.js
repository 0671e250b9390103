// A page without its camera: the replica, the queue, the room and the engine, put together as
// session.js does, for tests that run in Node.

import { Engine } from "../../src/app/engine.js";
import { newId } from "../../src/project/ids.js";
import { Outbox } from "../../src/project/outbox.js";
import { Replica } from "../../src/project/replica.js";
import { newProject } from "../../src/project/store.js";
import { Teaching } from "../../src/project/teaching.js";
import { UndoStack } from "../../src/project/undo-stack.js";
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

/** @param {number[]} numbers */
export const vector = (...numbers) => Float32Array.from(numbers);

export class Client {
	outbox = new Outbox();
	undoStack = new UndoStack();
	/** @type {import("../../src/contract/errors.js").ErrorObject[]} */
	problems = [];
	/** @type {Partial<import("../../src/state/state.js").EngineState>[]} */
	states = [];
	here = 0;

	/**
	 * @param {object} options
	 * @param {string} options.base
	 * @param {string|null} [options.room]
	 * @param {import("../../src/project/store.js").Store|null} [options.store]
	 * @param {import("../../src/project/store.js").Project} [options.project] one that was kept
	 * @param {import("../../src/project/store.js").StoredExample[]} [options.examples]
	 * @param {import("../../src/project/store.js").OutboxItem[]} [options.queued]
	 * @param {{id: string, dimension: number}} [options.model]
	 */
	constructor({ base, room = null, store = null, project, examples = [], queued = [], model = MODEL }) {
		this.replica = new Replica(project ?? newProject(model.id, room), store);
		this.outbox.load(queued);
		this.replica.load(examples);
		this.teaching = new Teaching({
			replica: this.replica,
			outbox: this.outbox,
			undoStack: this.undoStack,
			room: () => this.room,
		});
		this.connection = new Connection(base);
		this.room = new SyncClient({
			connection: this.connection,
			replica: this.replica,
			outbox: this.outbox,
			model,
			onSettings: (settings) => {
				this.replica.project.settings = { ...settings };
			},
			onProblem: (error) => this.problems.push(error),
			onPresence: (here) => {
				this.here = here;
			},
		});
		this.engine = new Engine({
			replica: this.replica,
			connection: this.connection,
			room: this.room,
			onState: (state) => this.states.push(state),
		});
	}

	/** Connects, and waits until nothing is left to do. */
	async meet() {
		this.connection.open();
		await this.settled();
	}

	async settled() {
		await until(() => this.room.answers && this.outbox.length === 0, "in sync");
	}

	/**
	 * @param {string} label
	 * @param {Float32Array} embedding
	 */
	show(label, embedding) {
		const id = newId();
		this.teaching.addExample({ id, label, group: null, embedding, thumbnail: null });
		return id;
	}

	/** @param {Float32Array} embedding */
	ask(embedding) {
		return this.engine.classify(embedding, this.replica.project.settings);
	}

	/** @returns {{labels: string[], examples: Record<string, string>}} what it holds */
	get holding() {
		const { replica } = this;
		const examples = Object.fromEntries(
			replica
				.ids()
				.sort()
				.map((id) => [id, replica.example(id).label]),
		);
		return { labels: replica.labels, examples };
	}

	close() {
		this.room.close();
		this.connection.close();
		this.replica.close();
	}
}

/**
 * What the server holds, as a newcomer sees it.
 * @param {string} base
 * @param {string} room
 */
export async function holdingOf(base, room) {
	const newcomer = new Client({ base, room });
	await newcomer.meet();
	const { holding } = newcomer;
	newcomer.close();
	return holding;
}
