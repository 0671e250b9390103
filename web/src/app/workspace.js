// All that works on the open project: replica (with its outbox), undo, teaching, engine, insights, store. Every part exists
// from the start. Before `open`, the project is empty and nothing is kept; before `connect`, this browser answers by itself.

import { problem } from "../contract/problem.js";
import { ClassActions } from "../project/class-actions.js";
import { Losses } from "../project/losses.js";
import { Replica } from "../project/replica.js";
import { NO_STORE } from "../project/store.js";
import { Teaching } from "../project/teaching.js";
import { Engine } from "./engine.js";
import { Insights } from "./insights.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/state.js").EngineState} EngineState
 */

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
		this.replica = new Replica(undefined, null, state.classes);
		this.replica.actions = new ClassActions(state.actions);
		this.teaching = new Teaching({
			replica: this.replica,
			undo: { undoable: state.undoable, history: state.history },
			listener: {
				onSettings: (settings) => {
					state.settings.value = settings;
				},
				onName: (name) => {
					state.project.value = { ...state.project.value, name };
				},
			},
		});
		this.undoStack = this.teaching.undoStack;
		this.losses = new Losses({ replica: this.replica, losses: state.losses });
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
	 * @param {import("../project/undo/steps.js").Step[]} [kept.steps] of undo and redo, oldest first
	 * @param {import("../project/bin.js").BinRow[]} [kept.binned] what was deleted
	 * @param {import("../capture/embed-messages.js").Manifest} [kept.manifest] the model's
	 */
	open({ project, store, examples, queued, steps = [], binned = [], manifest }) {
		this.store = store;
		this.losses.reset();
		this.replica.open({ project, store, examples, queued, binned });
		this.undoStack.open(steps);
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
		this.teaching.connect(null);
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
	 * @param {string} [run] the upload that it belongs to
	 * @throws {import("../contract/errors.js").ContractError} as Teaching.addExample
	 */
	addExample(example, run) {
		if (this.isOpen) this.teaching.addExample(example, run);
	}

	/**
	 * Adds examples of a file to the project that was open when its import began.
	 * @param {import("../project/replica.js").Example[]} examples
	 * @param {{project: string, run: string}} of the project's id, and the import that they belong to
	 * @throws {import("../contract/problem.js").Problem} projectChanged: another project, or tab, was opened meanwhile
	 * @throws {import("../contract/errors.js").ContractError} as Teaching.addImported
	 */
	addImported(examples, { project, run }) {
		if (!this.isOpen || this.replica.project.id !== project) throw problem("projectChanged");
		this.teaching.addImported(examples, run);
	}

	/**
	 * One recording or one upload is finished, and is announced as one step of undo, unless the project is closed.
	 * @param {string[]} ids of the examples
	 */
	finished(ids) {
		if (this.isOpen) this.teaching.finished(ids);
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
		this.losses.reset();
		this.insights.close();
		this.replica.close();
	}
}
