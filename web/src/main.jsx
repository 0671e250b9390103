// The page's entry: creates the session, starts words and theme, and renders the page.

import { render } from "preact";
import { createSession } from "./app/session.js";
import { startWords } from "./i18n/words.js";
import { startTheme } from "./ui/context/theme.js";
import { Page } from "./ui/page.jsx";

const session = createSession({ base: document.baseURI });
startTheme();
startWords();
const root = /** @type {HTMLElement} */ (document.getElementById("page"));
root.replaceChildren();
render(<Page session={session} />, root);
session.start();
