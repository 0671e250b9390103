// Files for the whole page: a project's file that is dropped anywhere, that the system opens with the installed app, Ctrl+S and
// Ctrl+O.

import { isProjectFile } from "./widgets/dropped-files.js";

/** @typedef {import("../app/session.js").Session} Session */

/**
 * @param {Session} session
 * @returns {() => void} stops listening
 */
export function listenToFiles(session) {
	/** @param {(files: import("../app/project-files.js").ProjectFiles) => Promise<void>} action */
	const run = async (action) => {
		if (session.ready.value && !session.isCovered.value) await action(await session.files());
	};

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.repeat) return;
		const key = event.key.toLowerCase();
		if (key !== "s" && key !== "o") return;
		// Also in a field: the browser would save the page, or leave it.
		event.preventDefault();
		void run((files) => (key === "s" ? files.save() : files.choose()));
	};

	/** @param {DragEvent} event */
	const onDrop = (event) => {
		const place = [...(event.dataTransfer?.files ?? [])].findIndex(isProjectFile);
		if (place < 0 || !event.dataTransfer) return;
		event.preventDefault();
		const file = event.dataTransfer.files[place];
		// Asked now: after the event, the browser has forgotten what was dropped.
		const items = [...event.dataTransfer.items].filter(({ kind }) => kind === "file");
		const asked = items[place]?.getAsFileSystemHandle?.() ?? Promise.resolve(null);
		void run(async (files) => {
			const handle = await asked.catch(() => null);
			await files.open(file, handle?.kind === "file" ? /** @type {FileSystemFileHandle} */ (handle) : null);
		});
	};

	window.launchQueue?.setConsumer(({ files: [handle] }) => {
		if (handle) void whenReady(session, () => run((files) => files.openHandle(handle)));
	});
	addEventListener("keydown", onKeyDown);
	// Before the drop zones, which stop the event.
	addEventListener("drop", onDrop, { capture: true });
	return () => {
		removeEventListener("keydown", onKeyDown);
		removeEventListener("drop", onDrop, { capture: true });
	};
}

/**
 * @param {Session} session
 * @param {() => Promise<void>} action
 */
function whenReady({ ready }, action) {
	let stop = () => {};
	let isDone = false;
	stop = ready.subscribe((isReady) => {
		if (!isReady || isDone) return;
		isDone = true;
		void action();
		queueMicrotask(() => stop());
	});
}
