// Before every test: the page's words in English, all of them, as they are once the page has been open for a while.

import { vi } from "vitest";
import { loadLater, useLanguage } from "../../src/i18n/language.js";

vi.stubGlobal("document", { documentElement: {} });
await useLanguage("en");
await loadLater();
vi.unstubAllGlobals();
