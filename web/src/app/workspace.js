// All that works on the open project: replica (with its outbox), undo, teaching, engine, insights, store. Every part exists
// from the start. Before `open`, the project is empty and nothing is kept; before `connect`, this browser answers by itself.

import contractLimits from "../../../contract/limits.json" with { type: "json" };
import { Replica } from "../project/replica.js";
import { NO_STORE } from "../project/store.js";
import { Teaching } from "../project/teaching.js";
import { UndoStack } from "../project/undo-stack.js";
import { Engine } from "./engine.js";
import { Insights } from "./insights.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/state.js").EngineState} EngineState
 */

/** Takes the changes of a project without a room: there is nothing to send. */
const NO_ROOM = { limits: contractLimits, send: () => {} };

export class Workspace {
	/** Between `open` and `close`: what is taught before or after that would not be kept. */
	isOpen = false;
	/** @type {import("../project/store.js").ProjectStore} */
	store = NO_STORE;
	undoStack;
	replica;
	teaching;
	insights;
	engine;
	#state;

	/**
	 * @param {object} options
	 * @param {State} options.state
	 * @param {() => void} options.onLearnt "auto" or "adapted" may mean something else now
	 * @param {() => Worker} [options.makeWorker] for the evaluation
	 * @example
	 * const workspace = new Workspace({ state, onLearnt: () => {} });
	 * workspace.open({ project, store, examples, queued });
	 * workspace.teaching.addClass("cat");
	 * workspace.connect({ connection, syncClient });
	 */
	constructor({ state, onLearnt, makeWorker }) {
		this.#state = state;
		this.undoStack = new UndoStack(state.undoable);
		this.replica = new Replica(undefined, null, state.classes);
		this.teaching = new Teaching({ replica: this.replica, undoStack: this.undoStack });
		this.insights = new Insights({ state, replica: this.replica, onLearnt, makeWorker });
		this.engine = new Engine({
			replica: this.replica,
			onState: (patch) => this.setEngineState(patch),
			automatic: () => this.insights.automatic,
		});
	}

	/**
	 * Goes on with a project as the store has it, in place of the one before, which must be disconnected.
	 * @param {object} kept
	 * @param {import("../project/store.js").Project} kept.project
	 * @param {import("../project/store.js").ProjectStore} kept.store
	 * @param {import("../project/store.js").StoredExample[]} kept.examples in order of arrival
	 * @param {import("../project/store.js").OutboxItem[]} kept.queued oldest first
	 * @param {import("../capture/embed-messages.js").Manifest} [kept.manifest] the model's
	 */
	open({ project, store, examples, queued, manifest }) {
		this.store = store;
		this.undoStack.clear();
		this.replica.open({ project, store, examples, queued });
		this.replica.save();
		this.insights.open(store, manifest);
		this.isOpen = true;
	}

	/**
	 * From now on changes are sent to the server, and it answers while it can.
	 * @param {object} server
	 * @param {import("../sync/connection.js").Connection} server.connection
	 * @param {import("../sync/sync-client.js").SyncClient} server.syncClient
	 */
	connect({ connection, syncClient }) {
		this.teaching.connect(syncClient);
		this.engine.connect({ connection, syncClient });
		this.insights.connect({ connection, syncClient });
	}

	/** From now on the project works alone. */
	disconnect() {
		this.teaching.connect(NO_ROOM);
		this.engine.disconnect();
		this.insights.disconnect();
	}

	/** Another tab works with the store: what would be taught from now on would not be kept. */
	pause() {
		this.isOpen = false;
		this.store = NO_STORE;
	}

	/**
	 * Adds an example, unless the project is closed: a frame may be answered after that.
	 * @param {import("../project/replica.js").Example} example
	 * @throws {import("../contract/errors.js").ContractError} as Teaching.addExample
	 */
	addExample(example) {
		if (this.isOpen) this.teaching.addExample(example);
	}

	/**
	 * One recording or one upload is finished, and becomes one step of undo, unless the project is closed.
	 * @param {"recorded"|"uploaded"} what
	 * @param {string} label
	 * @param {string[]} ids of the examples
	 */
	finished(what, label, ids) {
		if (this.isOpen) this.teaching.finished(what, label, ids);
	}

	/**
	 * How the project classifies from now on, as the room says.
	 * @param {import("../state/state.js").ClassifierSettings} settings
	 */
	useSettings(settings) {
		this.#state.settings.value = { ...settings };
		this.replica.configure(settings);
	}

	/** @param {Partial<EngineState>} patch */
	setEngineState(patch) {
		const { engine } = this.#state;
		const before = engine.peek();
		const keys = /** @type {(keyof EngineState)[]} */ (Object.keys(patch));
		if (keys.some((key) => before[key] !== patch[key])) engine.value = { ...before, ...patch };
	}

	/** Stops. The store is not closed: its owner does that. */
	close() {
		this.isOpen = false;
		this.insights.close();
		this.replica.close();
	}
}
