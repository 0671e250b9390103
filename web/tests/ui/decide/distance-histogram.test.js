// The axis of counts says nothing where there are none: "0 / 0" around the middle's 0 says less than nothing.

import { h, render } from "preact";
import { afterEach, expect, test, vi } from "vitest";
import { DistanceHistogram } from "../../../src/ui/decide/distance-histogram.jsx";
import { FakeDocument } from "../../support/fake-document.js";

afterEach(() => vi.unstubAllGlobals());

test.each(
	/** @type {const} */ ([
		[[0, 0], [0, 0], "0"],
		[[0, 4], [0, 0], "40"],
		[[0, 4], [7, 0], "407"],
	]),
)("counts %j and %j: %s", (same, other, expected) => {
	const page = new FakeDocument();
	vi.stubGlobal("document", page);
	const unknown = /** @type {any} */ ({ same: [...same], other: [...other] });
	render(h(DistanceHistogram, { unknown, limit: null, now: null }), /** @type {any} */ (page.documentElement));
	expect(page.documentElement.find("histogram-counts")?.textContent).toBe(expected);
});
