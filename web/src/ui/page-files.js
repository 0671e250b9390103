// Files for the whole page: a project's file that is dropped anywhere, that the system opens with the installed app, Ctrl+S and
// Ctrl+O.

import { isProjectFile } from "./widgets/dropped-files.js";

/** @typedef {import("../app/session.js").Session} Session */

/**
 * @param {Session} session
 * @returns {() => void} stops listening
 */
export function listenToFiles(session) {
	/** @param {(files: import("../app/projects/project-files.js").ProjectFiles) => Promise<void>} action */
	const run = async (action) => {
		if (!session.ready.value || session.isCovered.value) return;
		try {
			await action(await session.files());
		} catch {
			// The page's message says why.
		}
	};
	/** Files that are to be opened, one after another. */
	let opening = Promise.resolve();
	/** @param {Parameters<typeof run>[0]} action */
	const queue = (action) => {
		opening = opening.then(() => run(action));
	};

	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.repeat) return;
		const key = event.key.toLowerCase();
		if (key !== "s" && key !== "o") return;
		// Also in a field: the browser would save the page, or leave it.
		event.preventDefault();
		// Pressed while the page is still loading, it is not lost.
		whenReady(session, () => void run((files) => (key === "s" ? files.save() : files.choose())));
	};

	/** @param {DragEvent} event */
	const onDrop = (event) => {
		const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === "file");
		for (const [place, file] of [...(event.dataTransfer?.files ?? [])].entries()) {
			if (!isProjectFile(file)) continue;
			event.preventDefault();
			// Asked now: after the event, the browser has forgotten what was dropped.
			const asked = items[place]?.getAsFileSystemHandle?.().catch(() => null);
			queue(async (files) => {
				const handle = await asked;
				await files.open(file, handle?.kind === "file" ? /** @type {FileSystemFileHandle} */ (handle) : null);
			});
		}
	};

	window.launchQueue?.setConsumer(({ files: handles }) => {
		whenReady(session, () => {
			for (const handle of handles) queue((files) => files.openHandle(handle));
		});
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
 * @param {() => void} action
 */
function whenReady({ ready }, action) {
	let stop = () => {};
	let isDone = false;
	stop = ready.subscribe((isReady) => {
		if (!isReady || isDone) return;
		isDone = true;
		action();
		queueMicrotask(() => stop());
	});
}
