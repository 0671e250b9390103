// Room codes as people type them, and links that others can reach where there are such.

import { expect, test } from "vitest";
import { asRoomCode, joinLinks } from "../../src/app/rooms-here.js";

test.each([
	["KIWI-42", "KIWI-42"],
	[" kiwi-42\n", "KIWI-42"],
	["kiwi 42", "KIWI-42"],
	["kiwi_42", "KIWI-42"],
	["kiwi\u201342", "KIWI-42"],
	["kiwi \u2014 42", "KIWI-42"],
	["ｋｉｗｉ－４２", "KIWI-42"],
	["ocean tulip robot 427", "OCEAN-TULIP-ROBOT-427"],
	["Ocean - Tulip-ROBOT 427 ", "OCEAN-TULIP-ROBOT-427"],
	["ab", null],
	["", null],
	["kiwi/42", null],
	["käse-42", null],
	["a".repeat(25), null],
])("%j is the code %j", (text, code) => {
	expect(asRoomCode(text)).toBe(code);
});

const LAN = "https://192.168.1.20:8443/";
const HTTP = "http://192.168.1.20:8000/";

test.each([
	["this computer's own, and the server tells none", "http://127.0.0.1:8000/", [], ["http://127.0.0.1:8000/"], true],
	["this computer's own, and the server tells one", "http://localhost:8000/", [LAN], [LAN], false],
	["of several the first comes first", "http://127.0.0.1:8000/", [LAN, HTTP], [LAN, HTTP], false],
	["this computer's own is of no use to others", "http://127.0.0.1:8000/", ["http://[::1]:8000/", HTTP], [HTTP], false],
	["nothing but this computer's own", "http://[::1]:8000/", ["http://localhost:8000/"], ["http://[::1]:8000/"], true],
	["one that the server knows, too", HTTP, [LAN, HTTP], [LAN, HTTP], false],
	["one that a proxy gave it", "https://school.example/teach/", [HTTP], ["https://school.example/teach/", HTTP], false],
	["a name that a phone may not know", "https://laptop.local/", [LAN], [LAN, "https://laptop.local/"], false],
	["http, where a camera needs https", HTTP, [LAN], [LAN, HTTP], false],
	["no server of ours", "https://school.example/page/?x=1#top", [], ["https://school.example/page/"], false],
	["what is no page's address", "http://127.0.0.1/", ["javascript:alert(1)", "nonsense", HTTP], [HTTP], false],
	["twice the same", "http://127.0.0.1/", [HTTP, HTTP], [HTTP], false],
])("the page was opened at: %s", (_, page, addresses, expected, isOnlyHere) => {
	const told = addresses.map((url) => ({ url, kind: "lan" }));
	const links = expected.map((address) => `${address}?room=KIWI-42`);
	expect(joinLinks(page, told, "KIWI-42")).toEqual({ links, isOnlyHere });
});
