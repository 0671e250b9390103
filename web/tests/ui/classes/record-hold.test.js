// What a press means, in each way to record.

import { afterEach, beforeEach, expect, test } from "vitest";
import { createState } from "../../../src/state/state.js";
import { createRecordHold } from "../../../src/ui/classes/record-hold.js";
import { setHandsFree } from "../../../src/ui/context/hands-free.js";

/** @type {string[]} */
let log;
/** @type {number} */
let now;
/** @type {import("../../../src/ui/classes/hold.js").Hold} */
let hold;
/** @type {string|undefined} */
let label;

beforeEach(() => {
	log = [];
	now = 0;
	label = "cat";
	const state = createState();
	const session = {
		...state,
		/** @param {string} label @param {{way: "hold"|"lock"|"burst"}} plan */
		startRecording(label, { way }) {
			state.recording.value = label;
			state.recordingWay.value = way;
			log.push(`${way} ${label}`);
		},
		stopRecording() {
			state.recording.value = null;
			state.recordingWay.value = null;
			log.push("stop");
		},
	};
	hold = createRecordHold(
		/** @type {any} */ (session),
		() => label,
		() => now,
	);
});
afterEach(() => setHandsFree({ way: "hold" }));

/** @param {number} ms */
function press(ms) {
	hold.begin("key 1");
	now += ms;
	hold.end("key 1");
}

test("hold: it ends with the press, however short", () => {
	press(20);
	press(900);
	expect(log).toEqual(["hold cat", "stop", "hold cat", "stop"]);
});

test("lock: a tap goes on until the next one; a longer press ends with its release", () => {
	setHandsFree({ way: "lock" });
	press(249);
	expect(log).toEqual(["lock cat"]);
	press(249);
	expect(log).toEqual(["lock cat", "stop"]);
	press(250);
	expect(log).toEqual(["lock cat", "stop", "lock cat", "stop"]);
});

test.each(["burst", "countdown"])("%s: a tap starts it, however long, and another one stops it", (way) => {
	setHandsFree({ way: /** @type {"burst"} */ (way) });
	press(900);
	expect(log).toEqual(["burst cat"]);
	press(20);
	expect(log).toEqual(["burst cat", "stop"]);
	press(20);
	expect(log).toHaveLength(3);
});

test("without a class nothing is recorded, and what goes on is stopped", () => {
	setHandsFree({ way: "burst" });
	press(20);
	label = undefined;
	press(20);
	press(20);
	expect(log).toEqual(["burst cat", "stop"]);
});
