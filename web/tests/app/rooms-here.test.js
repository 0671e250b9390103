// Room codes as people type them.

import { expect, test } from "vitest";
import { asRoomCode } from "../../src/app/rooms-here.js";

test.each([
	["KIWI-42", "KIWI-42"],
	[" kiwi-42\n", "KIWI-42"],
	["kiwi 42", "KIWI-42"],
	["kiwi_42", "KIWI-42"],
	["kiwi\u201342", "KIWI-42"],
	["kiwi \u2014 42", "KIWI-42"],
	["ab", null],
	["", null],
	["kiwi/42", null],
	["käse-42", null],
	["a".repeat(25), null],
])("%j is the code %j", (text, code) => {
	expect(asRoomCode(text)).toBe(code);
});
