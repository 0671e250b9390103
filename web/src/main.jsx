// The page's entry: creates the session, starts theme and language, and renders the page.

import { render } from "preact";
import { createSession } from "./app/session.js";
import { startLanguage } from "./i18n/language.js";
import { startTheme } from "./ui/context/theme.js";
import { Page } from "./ui/page.jsx";

async function start() {
	const session = createSession({ base: document.baseURI });
	startTheme();
	const languageIsReady = startLanguage();
	session.start();
	await languageIsReady;
	const root = /** @type {HTMLElement} */ (document.getElementById("page"));
	root.replaceChildren();
	render(<Page session={session} />, root);
}

start();
