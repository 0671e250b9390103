// A phone as the camera, for the parts of the page that ask what the camera does.

import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";

vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} }));
const { selectCameraPhase } = await import("../../../src/ui/context/phone.js");
const { followPresented, isPresenting } = await import("../../../src/ui/context/presenting.js");

/** @type {any} */
let session;
let stop = () => {};

/** @param {import("../../../src/state/state.js").PhoneState["state"]} state */
const setPhone = (state) => {
	session.phone.value = { state, key: "", pictureUrl: null };
};

beforeEach(() => {
	const present = vi.fn(async () => {});
	session = {
		...createState(),
		present,
		people: async () => ({ present }),
		pauseCamera: vi.fn(() => setPhone("paused")),
		resumeCamera: vi.fn(() => setPhone("on")),
		setHeatMode: () => {},
	};
	session.membership = signal({ role: "owner" });
	session.engine.value = { ...session.engine.value, connected: true };
	session.project.value = { ...session.project.value, room: "KIWI-42" };
});
afterEach(() => {
	stop();
	isPresenting.value = false;
});

test("what the camera does is what the phone does, once it has come", () => {
	expect(selectCameraPhase(session)).toBe("off");
	setPhone("waiting");
	expect(selectCameraPhase(session)).toBe("off");
	for (const [state, phase] of /** @type {const} */ ([
		["on", "on"],
		["lost", "on"],
		["paused", "paused"],
	])) {
		setPhone(state);
		expect(selectCameraPhase(session)).toBe(phase);
	}
	session.phone.value = null;
	session.camera.value = { ...session.camera.value, state: "busy" };
	expect(selectCameraPhase(session)).toBe("busy");
});

test("the owner's other device pauses a phone that is the projector's camera, and is told that it is paused", async () => {
	setPhone("on");
	stop = followPresented(session);
	session.presented.value = { presenting: true, heat: false, paused: true };
	expect([session.pauseCamera.mock.calls.length, session.phone.value.state]).toEqual([1, "paused"]);
	session.presented.value = { presenting: true, heat: false, paused: false };
	expect([session.resumeCamera.mock.calls.length, session.phone.value.state]).toEqual([1, "on"]);
	expect(session.present).not.toHaveBeenCalled();
	setPhone("paused");
	await vi.waitFor(() =>
		expect(session.present).toHaveBeenLastCalledWith({ presenting: true, heat: false, paused: true }),
	);
});

test("a member's page shows nothing that somebody else presents", () => {
	setPhone("on");
	session.membership.value = { role: "member" };
	stop = followPresented(session);
	session.presented.value = { presenting: true, heat: true, paused: true };
	expect(isPresenting.value).toBe(false);
	expect(session.pauseCamera).not.toHaveBeenCalled();
});
