import { describe, expect, it } from "vitest";
import { clampShare, FIRST, restoreArrangement } from "../../../src/ui/context/arrangement.js";

describe("restoreArrangement", () => {
	it("brings back what was kept", () => {
		const kept = { place: "below", picture: 0.3, panel: 0.6, folded: true };
		expect(restoreArrangement(JSON.stringify(kept))).toEqual(kept);
	});

	it.each([
		null,
		"",
		"{",
		"null",
		"7",
		'"below"',
		"[]",
		'{"place":"above","picture":"wide","panel":null,"folded":"yes"}',
	])("is as on a first visit after %s", (remembered) => expect(restoreArrangement(remembered)).toEqual(FIRST));

	it("leaves no part without room", () => {
		const kept = restoreArrangement('{"picture":0.01,"panel":1e9}');
		expect([kept.picture, kept.panel]).toEqual([0.25, 0.75]);
	});
});

it("keeps a share within its bounds", () => {
	expect([clampShare(0, "picture"), clampShare(0.5, "picture"), clampShare(1, "panel")]).toEqual([0.25, 0.5, 0.75]);
});
