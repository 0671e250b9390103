import { describe, expect, it } from "vitest";
import { chooseByKey, keyOfClass } from "../../../src/ui/review/queue-keys.js";

/** @param {Partial<KeyboardEvent>} event */
const press = (event) =>
	/** @type {KeyboardEvent} */ ({
		key: "",
		code: "",
		ctrlKey: false,
		metaKey: false,
		altKey: false,
		repeat: false,
		...event,
	});

describe("chooseByKey", () => {
	it("takes the classes by digits, then by letters", () => {
		expect(chooseByKey(press({ key: "1", code: "Digit1" }), 12)).toEqual({ kind: "class", index: 0 });
		expect(chooseByKey(press({ key: "9", code: "Numpad9" }), 12)).toEqual({ kind: "class", index: 8 });
		expect(chooseByKey(press({ key: "&", code: "Digit1" }), 12)).toEqual({ kind: "class", index: 0 });
		expect(chooseByKey(press({ key: "c", code: "KeyC" }), 12)).toEqual({ kind: "class", index: 11 });
		expect(chooseByKey(press({ key: "C", code: "KeyC" }), 12)).toEqual({ kind: "class", index: 11 });
	});

	it("agrees with the key that is shown", () => {
		for (let index = 0; index < 35; index++) {
			const key = /** @type {string} */ (keyOfClass(index));
			const code = index < 9 ? `Digit${key}` : `Key${key}`;
			expect(chooseByKey(press({ key, code }), 35)).toEqual({ kind: "class", index });
		}
		expect(keyOfClass(35)).toBeNull();
	});

	it.each([
		["ArrowRight", "keep"],
		["ArrowLeft", "back"],
		["Delete", "delete"],
		["Backspace", "delete"],
	])("takes %s as %s", (key, kind) => expect(chooseByKey(press({ key }), 2)).toEqual({ kind }));

	it.each([
		["a class that is not there", press({ key: "3", code: "Digit3" })],
		["a letter without a class", press({ key: "a", code: "KeyA" })],
		["a held key", press({ key: "1", code: "Digit1", repeat: true })],
		["a browser's own shortcut", press({ key: "1", code: "Digit1", ctrlKey: true })],
		["undo", press({ key: "z", code: "KeyZ", metaKey: true })],
		["the keypad without Num Lock", press({ key: "End", code: "Numpad1" })],
		["Enter, which is the focused button's", press({ key: "Enter" })],
	])("leaves %s alone", (_, event) => expect(chooseByKey(event, 2)).toBeNull());
});
