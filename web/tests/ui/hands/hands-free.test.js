// What a device remembers of how it records.

import { expect, test } from "vitest";
import { planOf, restoreHandsFree, WAYS } from "../../../src/ui/context/hands-free.js";

const DEFAULTS = restoreHandsFree(null);

test("at first a button is held, and nothing is heard, said or left out", () => {
	expect(DEFAULTS).toEqual({
		...{ way: "hold", pictures: 20, seconds: 5, skipsCopies: false },
		...{ footKey: null, speaks: false, beeps: false },
	});
});

test.each([
	"",
	"[",
	"null",
	"7",
	'"x"',
	'{"way":"fly","pictures":0,"seconds":1e9,"skipsCopies":1,"footKey":"<b>","speaks":"no"}',
])("what was not written by this page is passed over: %s", (remembered) => {
	expect(restoreHandsFree(remembered)).toEqual(DEFAULTS);
});

test("what was remembered comes back", () => {
	const kept = {
		way: "countdown",
		pictures: 7,
		seconds: 3,
		skipsCopies: true,
		footKey: "F13",
		speaks: true,
		beeps: true,
	};
	expect(restoreHandsFree(JSON.stringify(kept))).toEqual(kept);
});

test("each way has a plan: only a hold has no end of its own", () => {
	const plans = Object.fromEntries(WAYS.map((way) => [way, planOf({ ...DEFAULTS, way })]));
	expect(plans).toEqual({
		hold: { way: "hold", skipsCopies: false },
		lock: { way: "lock", skipsCopies: false, pictures: 200, ms: 30_000 },
		burst: { way: "burst", skipsCopies: false, pictures: 20, everyMs: 250 },
		countdown: { way: "burst", skipsCopies: false, pictures: 20, everyMs: 250, countdownSeconds: 3 },
	});
});
