// What a press means, in each way to record.

import { afterEach, beforeEach, expect, test } from "vitest";
import { createState } from "../../../src/state/state.js";
import { createHoldHandlers } from "../../../src/ui/classes/hold.js";
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
/** @type {import("../../../src/state/state.js").State} */
let state;

beforeEach(() => {
	log = [];
	now = 0;
	label = "cat";
	state = createState();
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
	press(399);
	expect(log).toEqual(["lock cat"]);
	press(399);
	expect(log).toEqual(["lock cat", "stop"]);
	press(400);
	expect(log).toEqual(["lock cat", "stop", "lock cat", "stop"]);
});

test("lock: a tap that a busy device handles late is a tap, by the times of its events", () => {
	setHandsFree({ way: "lock" });
	const on = createHoldHandlers(hold);
	const event = { pointerId: 1, button: 0, currentTarget: { setPointerCapture: () => {} } };
	on.onPointerDown(/** @type {any} */ ({ ...event, timeStamp: 1000 }));
	now = 3000;
	on.onPointerUp(/** @type {any} */ ({ ...event, timeStamp: 1080 }));
	expect(log).toEqual(["lock cat"]);
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

test("lock: a screen reader's click goes on when the focus moves, and the next click stops it", () => {
	setHandsFree({ way: "lock" });
	const on = createHoldHandlers(hold);
	const click = () => on.onClick(/** @type {MouseEvent} */ ({ detail: 0 }));
	click();
	now += 900;
	on.onBlur();
	expect(log).toEqual(["lock cat"]);
	click();
	expect(log).toEqual(["lock cat", "stop"]);
	click();
	expect(log).toEqual(["lock cat", "stop", "lock cat"]);
	// It ends at its limit: the next click begins another.
	state.recording.value = null;
	state.recordingWay.value = null;
	click();
	expect(log).toEqual(["lock cat", "stop", "lock cat", "lock cat"]);
});

test("hold: a screen reader's click records until the next one, or until the focus moves", () => {
	const on = createHoldHandlers(hold);
	const click = () => on.onClick(/** @type {MouseEvent} */ ({ detail: 0 }));
	click();
	click();
	click();
	on.onBlur();
	expect(log).toEqual(["hold cat", "stop", "hold cat", "stop"]);
});
