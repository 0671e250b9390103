import { beforeEach, describe, expect, it, vi } from "vitest";
import { createHold, createHoldHandlers } from "../../../src/ui/classes/hold.js";

/** @type {string[]} */
let log;
beforeEach(() => {
	log = [];
});
const recorder = () => createHold({ start: () => void log.push("start"), stop: () => void log.push("stop") });

/**
 * @param {object} event
 * @returns {any}
 */
const event = (event) => ({ preventDefault: vi.fn(), ...event });

/** @param {number} pointerId */
const press = (pointerId, button = 0) => event({ pointerId, button, currentTarget: { setPointerCapture: vi.fn() } });

describe("createHold", () => {
	it("starts once and stops once", () => {
		const hold = recorder();
		expect(hold.begin("a")).toBe(true);
		expect(hold.begin("b")).toBe(false);
		hold.end("b");
		expect(hold.isHeld()).toBe(true);
		hold.end("a");
		hold.end("a");
		expect(log).toEqual(["start", "stop"]);
	});

	it("is not held where the start was refused", () => {
		const hold = createHold({ start: () => false, stop: () => void log.push("stop") });
		expect(hold.begin("a")).toBe(false);
		hold.end();
		expect(log).toEqual([]);
	});

	it("may be held again from within its own stop", () => {
		/** @type {import("../../../src/ui/classes/hold.js").Hold} */
		const hold = createHold({ start: () => void log.push("start"), stop: () => void log.push("stop") });
		hold.begin("a");
		hold.end();
		hold.begin("a");
		expect(log).toEqual(["start", "stop", "start"]);
	});
});

describe("createHoldHandlers", () => {
	it.each([["onPointerUp"], ["onPointerCancel"], ["onLostPointerCapture"]])("a press ends with %s", (end) => {
		const on = /** @type {any} */ (createHoldHandlers(recorder()));
		const down = press(7);
		on.onPointerDown(down);
		expect(down.currentTarget.setPointerCapture).toHaveBeenCalledWith(7);
		on[end](event({ pointerId: 7 }));
		expect(log).toEqual(["start", "stop"]);
	});

	it("a second finger neither starts nor stops", () => {
		const on = createHoldHandlers(recorder());
		on.onPointerDown(press(1));
		on.onPointerDown(press(2));
		on.onPointerUp(event({ pointerId: 2 }));
		expect(log).toEqual(["start"]);
	});

	it("only the main button holds", () => {
		createHoldHandlers(recorder()).onPointerDown(press(1, 2));
		expect(log).toEqual([]);
	});

	it.each([" ", "Enter"])("the key %j holds, however often it repeats", (key) => {
		const on = createHoldHandlers(recorder());
		const down = event({ key, repeat: false });
		on.onKeyDown(down);
		expect(down.preventDefault).toHaveBeenCalled();
		on.onKeyDown(event({ key, repeat: true }));
		on.onKeyUp(event({ key }));
		expect(log).toEqual(["start", "stop"]);
	});

	it("other keys do nothing", () => {
		const on = createHoldHandlers(recorder());
		const tab = event({ key: "Tab", repeat: false });
		on.onKeyDown(tab);
		expect(tab.preventDefault).not.toHaveBeenCalled();
		expect(log).toEqual([]);
	});

	it("losing the focus ends it", () => {
		const on = createHoldHandlers(recorder());
		on.onKeyDown(event({ key: " ", repeat: false }));
		on.onBlur();
		expect(log).toEqual(["start", "stop"]);
	});

	it("a screen reader's click toggles; a mouse's click, which follows its press, does nothing", () => {
		const on = createHoldHandlers(recorder());
		on.onClick(event({ detail: 1 }));
		expect(log).toEqual([]);
		on.onClick(event({ detail: 0 }));
		on.onClick(event({ detail: 0 }));
		expect(log).toEqual(["start", "stop"]);
	});
});
