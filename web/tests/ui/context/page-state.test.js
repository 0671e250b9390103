import { afterEach, expect, it, vi } from "vitest";
import { chooseDecideTab, DECIDE_TABS, decideTab, restoreDecideTab } from "../../../src/ui/context/page-state.js";

afterEach(() => vi.unstubAllGlobals());

it.each([
	["map", "map"],
	["test", "test"],
	[null, "neighbours"],
	["from the future", "neighbours"],
])("remembered %s: opens at %s", (remembered, expected) => {
	expect(restoreDecideTab(remembered)).toBe(expected);
});

it("remembers the tab that was chosen", () => {
	const setItem = vi.fn();
	vi.stubGlobal("localStorage", { setItem });
	chooseDecideTab("heat");
	expect(decideTab.value).toBe("heat");
	expect(setItem).toHaveBeenCalledWith("decideTab", "heat");
	expect(DECIDE_TABS).toContain("heat");
});

it("opens it where storage is switched off, too", () => {
	vi.stubGlobal("localStorage", {
		setItem: () => {
			throw new Error("denied");
		},
	});
	chooseDecideTab("test");
	expect(decideTab.value).toBe("test");
});
