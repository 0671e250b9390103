// The same texts are emojis here and in the server: both are tested with the same file.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isEmoji } from "../../src/contract/emoji.js";

/** @type {{good: string[], bad: string[]}} */
const emojis = JSON.parse(readFileSync(new URL("../../../tests/support/emojis.json", import.meta.url), "utf8"));

test.each(emojis.good)("%j is one", (text) => expect(isEmoji(text)).toBe(true));
test.each(emojis.bad)("%j is none", (text) => expect(isEmoji(text)).toBe(false));
