// The colours of the classes can be read and told apart from what is behind them (WCAG 2.2: 4.5 for text,
// 3 for what is drawn), in both themes.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import limits from "../../../contract/limits.json" with { type: "json" };
import { PALETTE_SIZE } from "../../src/state/state.js";

const css = readFileSync(new URL("../../src/style/tokens.css", import.meta.url), "utf8");
const [light, dark] = css.split(':root[data-theme="dark"]').map((part) => {
	const block = part.slice(part.indexOf("{"), part.indexOf("}"));
	return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]));
});

/**
 * WCAG's relative luminance.
 * @param {string} hex
 */
function luminance(hex) {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * @param {string} one
 * @param {string} other
 */
function contrast(one, other) {
	const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
}

/**
 * Hue in Oklab, in degrees.
 * @param {string} hex
 */
function hue(hex) {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	});
	const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
	const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
	const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
	const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
	return (Math.atan2(0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s, a) * 180) / Math.PI;
}

/** The grey in the colours of an answer that is not sure, 0..1. */
const GREYED = Math.max(...[...css.matchAll(/--greyed: (\d+)%/g)].map(([, percent]) => Number(percent))) / 100;

/**
 * As `color-mix(in srgb, one, other share)`.
 * @param {string} one
 * @param {string} other
 * @param {number} share of the other
 */
function mix(one, other, share) {
	const channels = [1, 3, 5].map((at) => {
		const [a, b] = [one, other].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16));
		return Math.round(a + share * (b - a))
			.toString(16)
			.padStart(2, "0");
	});
	return `#${channels.join("")}`;
}

describe.each([
	["light", light],
	["dark", dark],
])("%s", (_theme, colours) => {
	const slots = Array.from({ length: PALETTE_SIZE }, (_, slot) => slot);

	it.each(slots)("slot %i", (slot) => {
		for (const behind of ["card", "paper", "sunk"]) {
			expect(contrast(colours[`t${slot}`], colours[behind]), `text on ${behind}`).toBeGreaterThanOrEqual(4.5);
		}
		// A bar lies on its track, an edge on its card.
		for (const behind of ["card", "sunk"]) {
			expect(contrast(colours[`c${slot}`], colours[behind]), `fill on ${behind}`).toBeGreaterThanOrEqual(3);
		}
		// While recording, the button is filled with the text's colour and written on in the card's.
		expect(contrast(colours[`t${slot}`], colours.card)).toBeGreaterThanOrEqual(4.5);
	});

	it.each(slots)("slot %i, muted while the answer is not sure", (slot) => {
		expect(GREYED).toBeGreaterThan(0);
		const { soft, card, paper, sunk } = colours;
		const text = mix(colours[`t${slot}`], soft, GREYED);
		for (const behind of [card, paper]) expect(contrast(text, behind)).toBeGreaterThanOrEqual(4.5);
		for (const behind of [card, sunk]) {
			expect(contrast(mix(colours[`c${slot}`], soft, GREYED), behind)).toBeGreaterThanOrEqual(3);
		}
	});

	it.each([
		["ink", ["card", "paper", "sunk", "raised"]],
		["soft", ["card", "paper", "sunk"]],
		["good", ["good-wash"]],
		["warn", ["warn-wash"]],
		["bad", ["bad-wash", "card"]],
		["on-ink", ["ink"]],
	])("%s reads on %j", (name, behind) => {
		for (const other of behind) expect(contrast(colours[name], colours[other]), other).toBeGreaterThanOrEqual(4.5);
	});

	it("draws edges and focus so that they are seen", () => {
		for (const name of ["edge", "accent"]) expect(contrast(colours[name], colours.card)).toBeGreaterThanOrEqual(3);
	});

	it("has twelve different colours", () => {
		expect(new Set(slots.map((slot) => colours[`c${slot}`])).size).toBe(PALETTE_SIZE);
	});
});

describe("hue", () => {
	it.each(Array.from({ length: PALETTE_SIZE }, (_, slot) => slot))("of slot %i is the same in both themes", (slot) => {
		for (const kind of ["c", "t"]) {
			const turn = Math.abs(hue(light[`${kind}${slot}`]) - hue(dark[`${kind}${slot}`]));
			expect(Math.min(turn, 360 - turn), `${kind}${slot}`).toBeLessThanOrEqual(15);
		}
	});
});

describe("more classes than hues", () => {
	const slots = readFileSync(new URL("../../src/style/slots.css", import.meta.url), "utf8");
	/** What each colour's rules set. @type {Map<number, Record<string, string>>} */
	const looks = new Map();
	for (const [, selectors, body] of slots.matchAll(/((?:\[data-slot="\d+"\],?\s*)+)\{([^}]*)\}/g)) {
		const values = Object.fromEntries(
			[...body.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]),
		);
		for (const [, slot] of selectors.matchAll(/"(\d+)"/g))
			looks.set(Number(slot), { ...looks.get(Number(slot)), ...values });
	}

	it("have colours enough for a full room", () => {
		expect(limits.colours).toBeGreaterThanOrEqual(limits.classesPerRoom);
		expect(limits.colours % PALETTE_SIZE).toBe(0);
	});

	it("each colour has its hue, and all differ in hue or pattern", () => {
		expect([...looks.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: limits.colours }, (_, slot) => slot));
		for (const [slot, look] of looks) {
			expect(look).toMatchObject({ "--c": `var(--c${slot % PALETTE_SIZE})`, "--t": `var(--t${slot % PALETTE_SIZE})` });
			expect("--pattern" in look).toBe(slot >= PALETTE_SIZE);
		}
		expect(new Set([...looks.values()].map((look) => JSON.stringify(look))).size).toBe(limits.colours);
	});
});
