// Where the page begins: the session, the words, the theme, and the first render.

import { render } from "preact";
import { createSession } from "./session.js";
import { Page } from "./ui/page.jsx";
import { startTheme } from "./ui/theme.js";
import { startWords } from "./words.js";

const session = createSession({ base: document.baseURI });
startTheme();
startWords();
const root = /** @type {HTMLElement} */ (document.getElementById("page"));
root.replaceChildren();
render(<Page session={session} />, root);
session.start();
