// Opens one project in place of another while the page goes on: camera and model keep running. Everything that follows a
// project is told here, in this order: what is recorded ends, the connection ends, the next project is shown, its room is joined.

/**
 * @typedef {import("./project-opener.js").KeptProject} KeptProject
 * @typedef {import("../../state/state.js").Notice} Notice
 */

export class ProjectSwitch {
	/** The model's, which all projects here are of. @type {import("../../capture/embedder.js").Manifest|null} */
	manifest = null;
	#parts;

	/**
	 * @param {object} parts
	 * @param {import("../../state/state.js").State} parts.state
	 * @param {import("../workspace.js").Workspace} parts.workspace
	 * @param {import("../../explain/explaining.js").Explaining} parts.explaining
	 * @param {import("../recording.js").Recording} parts.recording
	 * @param {import("../../project/recorder.js").Recorder} parts.recorder
	 * @param {import("../../project/uploads.js").Uploads} parts.uploads
	 * @param {import("../server-link.js").ServerLink} parts.serverLink
	 * @param {boolean} parts.server false: never look for a server
	 * @param {(error: unknown) => void} parts.onError
	 */
	constructor(parts) {
		this.#parts = parts;
	}

	/**
	 * Ends the work on the open project: what is recorded and uploaded, and its connection.
	 * @returns {Promise<void>} resolves when what the server had answered by now has been kept
	 */
	async leave() {
		const { state, workspace, recording, recorder, uploads, serverLink } = this.#parts;
		recording.stop();
		// A frame that is answered later belongs to this project, and is not recorded into the next one.
		for (const label of workspace.replica.labels) {
			recorder.cleared(label);
			uploads.cleared(label);
		}
		recorder.cancel();
		uploads.cancel();
		state.unreadFiles.value = [];
		serverLink.disconnect();
		// The server's last answer may be on its way through a few promises: it must not reach the next project.
		await new Promise((resolve) => setTimeout(resolve, 0));
	}

	/**
	 * Shows a project, and joins its room, if it has one.
	 * @param {KeptProject & {store: import("../../project/store.js").ProjectStore}} kept
	 * @param {Notice|null} [notice]
	 */
	enter(kept, notice = null) {
		const { project } = kept;
		const { state, workspace, explaining } = this.#parts;
		explaining.reset();
		state.answer.value = null;
		state.settings.value = { ...project.settings };
		state.actionsSwitch.value = project.actionsSwitch ?? "on";
		state.tally.value = new Map();
		// The person allowed it for the project before.
		state.isTellingAnswers.value = false;
		project.usedAt = Date.now();
		workspace.open({ ...kept, manifest: this.manifest ?? undefined });
		this.show(notice);
		this.connect();
	}

	/**
	 * Shows name and room of the open project as they are now.
	 * @param {Notice|null} [notice]
	 */
	show(notice = null) {
		const { state, workspace } = this.#parts;
		const { id, name, room, cameFrom = null, isSample = false, membership = null } = workspace.replica.project;
		state.project.value = { id, name, room, here: 0, cameFrom, isSample };
		state.membership.value = membership;
		state.contributors.value = [];
		// It says nothing of this project's classes.
		state.meter.value = null;
		state.notice.value = notice;
		// Without a server, a reload shall try the address's room again.
		if (notice?.key !== "noServer") followAddress(room);
	}

	/** Connects the open project to its room, if it has one. */
	connect() {
		const { serverLink, server, onError } = this.#parts;
		if (server && this.manifest) serverLink.connect(this.manifest).catch(onError);
	}
}

/**
 * Has the page's address name the open project's room, so that a reload stays in it.
 * @param {string|null} room
 */
function followAddress(room) {
	if (typeof history === "undefined") return;
	const address = new URL(location.href);
	if (room === null) address.searchParams.delete("room");
	else address.searchParams.set("room", room);
	if (address.href !== location.href) history.replaceState(history.state, "", address);
}
