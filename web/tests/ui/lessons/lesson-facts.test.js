import { expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";
import { createFacts } from "../../../src/ui/lessons/lesson-facts.js";

vi.hoisted(() => vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} })));

test.each(
	/** @type {const} */ ([
		["off", null, false],
		["refused", null, false],
		["on", null, true],
		["paused", null, true],
		// This device's own camera is stopped while a phone is in its place.
		["off", "on", true],
		["off", "paused", true],
		["off", "lost", true],
		["off", "waiting", false],
	]),
)("with a camera that is %s and a phone that is %s there is a camera: %s", (camera, phone, expected) => {
	const state = createState();
	state.camera.value = { ...state.camera.value, state: camera };
	if (phone) state.phone.value = { state: phone, key: "key", pictureUrl: null };
	expect(createFacts(/** @type {any} */ (state)).cameraIsOn).toBe(expected);
});
