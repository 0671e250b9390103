// Starts the page as a camera only. Loaded in place of the whole page where its address says so.

import { render } from "preact";
import { loadLater } from "../i18n/language.js";
import { CameraPage } from "./camera-page.jsx";
import { createCameraSession } from "./camera-session.js";

/**
 * @param {string} key that pairs this camera with who asks it
 * @param {HTMLElement} root
 */
export async function startCamera(key, root) {
	const session = createCameraSession({ key });
	void session.start();
	// The page goes on in the browser's own words where they can't be loaded.
	await loadLater().catch(() => {});
	root.replaceChildren();
	render(<CameraPage session={session} />, root);
}
