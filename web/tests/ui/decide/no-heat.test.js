import { afterEach, expect, test, vi } from "vitest";
import { createState } from "../../../src/state/state.js";
import { stagePicture } from "../../../src/ui/context/page-state.js";

vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => {} }));
const { describeNoHeat } = await import("../../../src/ui/decide/no-heat.js");

afterEach(() => {
	stagePicture.value = null;
});

test("nothing that a phone shows glows; a photo on the stage does in a moment, and so does the page's own camera", () => {
	const session = /** @type {any} */ (createState());
	expect(describeNoHeat(session)).toMatch(/^Show something to the camera/);
	session.phone.value = { state: "waiting", key: "", pictureUrl: null };
	expect(describeNoHeat(session)).toMatch(/^Show something to the camera/);
	session.phone.value = { state: "on", key: "", pictureUrl: null };
	expect(describeNoHeat(session)).toMatch(/^A phone’s picture doesn’t glow/);
	stagePicture.value = { url: "blob:x", file: new File([], "x") };
	expect(describeNoHeat(session)).toMatch(/^Show something to the camera/);
});
