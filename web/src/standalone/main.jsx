// The entry of an exported page (player.html): a project that answers, and can't be taught. exchange/exports/standalone.js
// puts it into a zip with the project's file and the model.

import { render } from "preact";
import { loadLater, startLanguage } from "../i18n/language.js";
import { startTheme } from "../ui/context/theme.js";
import { createPlayer } from "./player.js";
import { PlayerPage } from "./player-page.jsx";

async function start() {
	startTheme();
	const player = createPlayer();
	const languageIsReady = startLanguage();
	const isStarted = player.start();
	await languageIsReady;
	await loadLater();
	const root = /** @type {HTMLElement} */ (document.getElementById("page"));
	root.replaceChildren();
	render(<PlayerPage player={player} />, root);
	await isStarted;
	// keep.worker.js. One file is on the disk already.
	if (!root.dataset.main) navigator.serviceWorker?.register("./sw.js").catch(() => {});
}

start();
