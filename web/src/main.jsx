// The page's entry: creates the session, starts theme and language, renders the page, and has it kept for use offline.

import { effect } from "@preact/signals";
import { render } from "preact";
import { cameraKeyOf } from "./app/room/camera-link.js";
import { takeOwnerSecret } from "./app/room/secrets.js";
import { createSession } from "./app/session.js";
import { loadLater, startLanguage } from "./i18n/language.js";
import { startSimpleWords } from "./i18n/simple-words.js";
import { startTheme } from "./ui/context/theme.js";
import { Page } from "./ui/page.jsx";

/** Which version this page is of, where it is kept. */
const controller = navigator.serviceWorker?.controller ?? null;

/**
 * Once the model has come, which a person waits for: nothing is fetched beside it.
 * @param {import("./app/session.js").Session} session
 */
function loadTheRest(session) {
	const stop = effect(() => {
		if (!["ready", "failed"].includes(session.model.value.state)) return;
		queueMicrotask(() => stop());
		loadLater().catch(() => {});
		if (!import.meta.env.PROD) return;
		import("./offline/updates.js").then(({ startUpdates }) => startUpdates({ controller })).catch(() => {});
	});
}

async function start() {
	const root = /** @type {HTMLElement} */ (document.getElementById("page"));
	const cameraKey = cameraKeyOf(location.hash);
	// The page is another one then, or is none any more.
	addEventListener("hashchange", () => {
		if (cameraKeyOf(location.hash) !== cameraKey) location.reload();
	});
	if (cameraKey !== null) {
		startTheme();
		await startLanguage();
		const { startCamera } = await import("./phone/start-camera.jsx");
		return await startCamera(cameraKey, root);
	}
	// Before anything else: nobody shall read it in the address.
	const ownerSecret = takeOwnerSecret();
	const session = createSession({ base: document.baseURI, ownerSecret });
	addEventListener("hashchange", () => {
		const secret = takeOwnerSecret();
		if (secret)
			session
				.people()
				.then((people) => people.own(secret))
				.catch(() => {});
	});
	startTheme();
	startSimpleWords();
	const languageIsReady = startLanguage();
	session.start();
	loadTheRest(session);
	await languageIsReady;
	root.replaceChildren();
	render(<Page session={session} />, root);
}

start();
