// The page's way to a server, where there is one: finds it, connects, joins the project's room, and shows how that goes.

import { effect } from "@preact/signals";
import { Connection } from "../sync/connection.js";
import { SyncClient } from "../sync/sync-client.js";
import { findServer } from "./find-server.js";

export class ServerLink {
	#base;
	#state;
	#workspace;
	#isClosed = false;
	#disconnect = () => {};

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {import("../state/state.js").State} options.state
	 * @param {import("./workspace.js").Workspace} options.workspace
	 */
	constructor({ base, state, workspace }) {
		this.#base = base;
		this.#state = state;
		this.#workspace = workspace;
	}

	/**
	 * Looks for a server and connects the open workspace to it. Resolves without one, too.
	 * @param {{id: string, dimension: number}} model
	 */
	async connect({ id, dimension }) {
		const exists = await findServer(this.#base, () => this.#isClosed);
		if (!exists || this.#isClosed) return;
		const state = this.#state;
		const workspace = this.#workspace;
		/** @param {Partial<import("../state/state.js").ProjectState>} patch */
		const setProject = (patch) => {
			state.project.value = { ...state.project.value, ...patch };
		};
		const connection = new Connection(this.#base);
		connection.listen({
			onConnect: () => workspace.setEngineState({ connected: true, everConnected: true }),
			onDisconnect: () => {
				workspace.setEngineState({ connected: false, where: "browser" });
				setProject({ here: 0 });
			},
		});
		const { replica } = workspace;
		const syncClient = new SyncClient({
			connection,
			replica,
			model: { id, dimension },
			onSettings: (settings) => workspace.useSettings(settings),
			onProblem: (error) => {
				state.problem.value = error;
			},
			onPresence: (memberCount) => setProject({ here: memberCount }),
			onRoomCode: (roomCode) => setProject({ room: roomCode }),
			onProjectName: (name) => setProject({ name }),
		});
		workspace.connect({ connection, syncClient });
		const stopFollowing = effect(() => {
			const { syncing, note } = syncClient;
			workspace.setEngineState({
				pending: replica.outbox.size.value,
				syncing: syncing.value,
				note: note.value,
			});
			// Before the first question, too: the page shows who would answer it.
			if (syncClient.canAnswer) workspace.setEngineState({ where: "server" });
		});
		this.#disconnect = () => {
			syncClient.close();
			connection.close();
			stopFollowing();
		};
		connection.open();
	}

	close() {
		this.#isClosed = true;
		this.#disconnect();
	}
}
