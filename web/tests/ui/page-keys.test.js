import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createState } from "../../src/state/state.js";
import { handsFree, setHandsFree } from "../../src/ui/context/hands-free.js";
import { listenToKeys } from "../../src/ui/page-keys.js";

/** @type {EventTarget} */
let page;
/** @type {string[]} */
let log;
/** @type {() => void} */
let stop;

beforeEach(() => {
	page = new EventTarget();
	log = [];
	vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
	vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
	vi.stubGlobal("document", new EventTarget());
	vi.stubGlobal("Element", class {});
	const state = createState();
	const { recording, recordingWay } = state;
	state.classes.value = /** @type {any} */ ([
		{ key: 0, label: "cat" },
		{ key: 1, label: "dog" },
	]);
	const session = {
		...state,
		/** @param {string} label @param {{way: "hold"|"lock"|"burst"}} plan */
		startRecording: (label, { way }) => {
			recording.value = label;
			recordingWay.value = way;
			log.push(label);
		},
		undo: () => log.push("undo"),
		redo: () => log.push("redo"),
		stopRecording: () => {
			recording.value = null;
			recordingWay.value = null;
			log.push("stop");
		},
	};
	stop = listenToKeys(/** @type {any} */ (session));
});
afterEach(() => {
	stop();
	setHandsFree({ way: "hold", footKey: null });
	vi.unstubAllGlobals();
});

/** @param {"keydown"|"keyup"} type @param {string} code @param {string} key */
const press = (type, code, key) => page.dispatchEvent(Object.assign(new Event(type), { code, key }));

test.each([
	["on a French layout, with Shift let go first", "Digit2", "2", "é"],
	["on a French layout, without Shift", "Digit2", "é", "é"],
	["on the keypad", "Numpad2", "2", "2"],
])("a digit's key records as long as it is held, %s", (_, code, down, up) => {
	press("keydown", code, down);
	expect(log).toEqual(["dog"]);
	press("keyup", "ShiftLeft", "Shift");
	expect(log).toEqual(["dog"]);
	press("keyup", code, up);
	expect(log).toEqual(["dog", "stop"]);
});

test.each([
	["of no class", "Digit3", "3"],
	["that is none", "KeyA", "a"],
	["of the keypad without Num Lock", "Numpad2", "ArrowDown"],
])("a key %s records nothing", (_, code, key) => {
	press("keydown", code, key);
	press("keyup", code, key);
	expect(log).toEqual([]);
});

test.each([
	["Ctrl+Z", { ctrlKey: true, key: "z" }, ["undo"]],
	["Cmd+Z", { metaKey: true, key: "z" }, ["undo"]],
	["Shift+Ctrl+Z", { ctrlKey: true, shiftKey: true, key: "Z" }, ["redo"]],
	["Shift+Cmd+Z", { metaKey: true, shiftKey: true, key: "z" }, ["redo"]],
	["Ctrl+Y", { ctrlKey: true, key: "y" }, ["redo"]],
	["Z alone", { key: "z" }, []],
	["Alt+Ctrl+Z", { ctrlKey: true, altKey: true, key: "z" }, []],
	["Shift+Ctrl+Y", { ctrlKey: true, shiftKey: true, key: "Y" }, []],
])("%s undoes, makes again, or does nothing", (_, keys, expected) => {
	const event = Object.assign(new Event("keydown", { cancelable: true }), { code: "KeyZ", ...keys });
	page.dispatchEvent(event);
	expect(log).toEqual(expected);
	expect(event.defaultPrevented).toBe(expected.length > 0);
});

test("a foot switch records the class that was recorded last, as long as it is held", () => {
	setHandsFree({ footKey: "PageDown" });
	press("keydown", "Digit2", "2");
	press("keyup", "Digit2", "2");
	const event = Object.assign(new Event("keydown", { cancelable: true }), { code: "PageDown", key: "PageDown" });
	page.dispatchEvent(event);
	// It must not scroll.
	expect(event.defaultPrevented).toBe(true);
	page.dispatchEvent(Object.assign(new Event("keydown"), { code: "PageDown", key: "PageDown", repeat: true }));
	press("keyup", "PageDown", "PageDown");
	expect(log).toEqual(["dog", "stop", "dog", "stop"]);
	expect(handsFree.value.footKey).toBe("PageDown");
});

test("where a tap locks, the next press of the same key ends it, another class's key goes on with that, and Escape stops", () => {
	setHandsFree({ way: "lock" });
	press("keydown", "Digit1", "1");
	press("keyup", "Digit1", "1");
	expect(log).toEqual(["cat"]);
	press("keydown", "Digit1", "1");
	press("keyup", "Digit1", "1");
	expect(log).toEqual(["cat", "stop"]);
	press("keydown", "Digit1", "1");
	press("keyup", "Digit1", "1");
	press("keydown", "Digit2", "2");
	press("keyup", "Digit2", "2");
	expect(log).toEqual(["cat", "stop", "cat", "stop", "dog"]);
	press("keydown", "Escape", "Escape");
	expect(log.at(-1)).toBe("stop");
	press("keydown", "Escape", "Escape");
	expect(log).toHaveLength(6);
});
