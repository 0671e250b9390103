// The page's way to a server, where there is one: finds it, connects, joins the open project's room, and shows how that goes.
// A project without a room works alone: nothing is sent. The code of the connection is loaded with the first room.

import { effect, signal } from "@preact/signals";
import { findServer } from "./find-server.js";
import { keepMemberIn, memberIn, newMember } from "./room/own-member.js";

/** Between two tries to load the code. */
const RETRY_MS = 3000;

/** @type {Partial<import("../state/state.js").EngineState>} */
const ALONE = {
	where: "browser",
	ms: null,
	pending: 0,
	syncing: false,
	connected: false,
	everConnected: false,
	note: null,
};

export class ServerLink {
	#base;
	#state;
	#workspace;
	#isClosed = false;
	/** Counts the links: what was begun for an earlier one ends. */
	#linkCount = 0;
	/** @type {Promise<boolean>|null} */
	#found = null;
	#disconnect = () => {};
	/** @type {import("../sync/sync-client.js").SyncClient|null} */
	#syncClient = null;
	/** @type {import("./room/room-pictures.js").RoomPictures|null} */
	#pictures = null;
	#onOver;
	#onCameraFrame;

	/**
	 * @param {object} options
	 * @param {string} options.base the page's address
	 * @param {import("../state/state.js").State} options.state sets `server` and `engine`
	 * @param {import("./workspace.js").Workspace} options.workspace
	 * @param {(key: "roomClosed"|"removedFromRoom", room: string) => void} [options.onOver] the room is over for this browser
	 * @param {(frame: import("./phone-camera.js").CameraFrame) => void} [options.onCameraFrame] of another device that is the camera
	 */
	constructor({ base, state, workspace, onOver = () => {}, onCameraFrame = () => {} }) {
		this.#base = base;
		this.#onCameraFrame = onCameraFrame;
		this.#onOver = onOver;
		this.#state = state;
		this.#workspace = workspace;
	}

	/**
	 * Looks for a server, and connects the open project to its room, if it has one. Resolves without a server, too.
	 * @param {{id: string, dimension: number}} model
	 */
	async connect({ id, dimension }) {
		this.disconnect();
		const link = this.#linkCount;
		const isOver = () => this.#isClosed || link !== this.#linkCount;
		this.#found ??= this.#find();
		const exists = await this.#found;
		if (!exists || isOver() || this.#workspace.replica.project.room === null) return;
		const parts = await this.#load(isOver);
		if (!parts || isOver()) return;
		this.#start(parts, { id, dimension });
	}

	/**
	 * Asks for something that changes nothing here: as the room's owner, or to tell what is seen.
	 * @param {string} event
	 * @param {Record<string, unknown>} data
	 * @throws {import("../contract/problem.js").Problem} the server refused
	 * @throws {Error} there is no connection, or it ended
	 */
	async request(event, data) {
		if (!this.#syncClient) throw new Error("no connection");
		await this.#syncClient.request(event, data);
	}

	/** @param {string} id of an example whose box is shown without a picture: the room is asked for one, where it has such */
	askForPicture(id) {
		this.#pictures?.ask(id);
	}

	/** Ends the connection; the project goes on alone, until `connect`. */
	disconnect() {
		this.#linkCount += 1;
		this.#disconnect();
		this.#disconnect = () => {};
	}

	close() {
		this.#isClosed = true;
		this.disconnect();
	}

	/** @returns {Promise<boolean>} */
	async #find() {
		const exists = await findServer(this.#base, () => this.#isClosed);
		if (!this.#isClosed) this.#state.server.value = exists;
		return exists;
	}

	/**
	 * @param {() => boolean} isOver
	 * @returns {Promise<typeof import("./room-parts.js")|null>} null: it is over
	 */
	async #load(isOver) {
		while (!isOver()) {
			try {
				return await import("./room-parts.js");
			} catch {
				// The network failed.
				await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
			}
		}
		return null;
	}

	/**
	 * @param {typeof import("./room-parts.js")} parts
	 * @param {{id: string, dimension: number}} model
	 */
	#start({ Connection, SyncClient, RoomPictures }, model) {
		const state = this.#state;
		const workspace = this.#workspace;
		/** @param {Partial<import("../state/state.js").ProjectState>} patch */
		const setProject = (patch) => {
			state.project.value = { ...state.project.value, ...patch };
		};
		const connection = new Connection(this.#base);
		const refusal = signal(/** @type {import("../state/state.js").ErrorObject|null} */ (null));
		connection.listen({
			onConnect: () => workspace.setEngineState({ connected: true, everConnected: true }),
			onDisconnect: () => {
				pictures.pause();
				workspace.setEngineState({ connected: false, where: "browser" });
				setProject({ here: 0 });
			},
			onEvent: ({ event, data }) => {
				if (event === "cameraFrame") this.#onCameraFrame(data);
			},
			onRefusal: (error) => {
				const { problem } = state;
				// Said once: it is asked again for as long as it takes, and what was put away stays away.
				if (error || problem.value === refusal.value) problem.value = error;
				refusal.value = error;
			},
		});
		const { replica } = workspace;
		const pictures = new RoomPictures({
			...{ base: this.#base, replica },
			onChange: (canBeAsked) => {
				state.roomHasPictures.value = canBeAsked;
			},
		});
		const syncClient = new SyncClient({
			connection,
			replica,
			model,
			onSettings: (settings) => workspace.useSettings(settings),
			onProblem: (error) => {
				state.problem.value = error;
			},
			onPresence: (memberCount) => setProject({ here: memberCount }),
			onMembership: (membership) => {
				state.membership.value = membership;
				pictures.switch(membership?.access.thumbnails === true);
			},
			onContributors: (contributors) => {
				state.contributors.value = contributors;
			},
			onPresented: (view) => {
				state.presented.value = view;
			},
			onEntry: (entry) => pictures.enter(entry),
			onRoomCode: (roomCode) => setProject({ room: roomCode }),
			onProjectName: (name) => setProject({ name }),
			onOver: (key, room) => {
				// It would join again, and so make the room anew.
				connection.close();
				this.#onOver(key, room);
			},
			onWrongSecret: (room) => {
				state.notice.value = { key: "wrongSecret", room };
			},
			member: (room) => memberIn(state, workspace.store, room),
			newMember: () => newMember(state.member.value?.name),
			onNewMember: (room, member) => keepMemberIn(state, workspace.store, room, member),
		});
		workspace.connect({ connection, syncClient });
		this.#syncClient = syncClient;
		this.#pictures = pictures;
		const stopFollowing = effect(() => {
			const { syncing, note } = syncClient;
			workspace.setEngineState({
				pending: replica.outbox.size.value,
				syncing: syncing.value,
				note: note.value ?? refusal.value,
			});
			// Before the first question, too: the page shows who would answer it.
			if (syncClient.canAnswer) workspace.setEngineState({ where: "server" });
		});
		this.#disconnect = () => {
			this.#syncClient = null;
			this.#pictures = null;
			syncClient.close();
			connection.close();
			pictures.close();
			stopFollowing();
			workspace.disconnect();
			workspace.setEngineState(ALONE);
			setProject({ here: 0 });
		};
		connection.open(replica.project.room);
	}
}
