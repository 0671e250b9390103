import { afterEach, beforeEach, expect, test, vi } from "vitest";
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
	const recording = { value: /** @type {string|null} */ (null) };
	const session = {
		classes: { value: [{ label: "cat" }, { label: "dog" }] },
		camera: { value: { state: "on" } },
		recording,
		/** @param {string} label */
		startRecording: (label) => {
			recording.value = label;
			log.push(label);
		},
		undo: () => log.push("undo"),
		redo: () => log.push("redo"),
		stopRecording: () => {
			recording.value = null;
			log.push("stop");
		},
	};
	stop = listenToKeys(/** @type {any} */ (session));
});
afterEach(() => {
	stop();
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
