import { expect, it } from "vitest";
import { selectAdviceAboveCards, selectAdviceForCard } from "../../../src/ui/classes/advice-place.js";

/** @typedef {import("../../../src/state/state.js").Advice} Advice */

const cards = ["mug", "cup", "pen"];
/** @type {Advice} */
const few = { key: "few", labels: ["pen"], ids: [], count: 2 };
/** @type {Advice} */
const overlap = { key: "overlap", labels: ["mug", "cup"], ids: ["a", "b"] };
/** @type {Advice} */
const background = { key: "background", labels: [], ids: ["a"] };
/** @type {Advice} */
const gone = { key: "copies", labels: ["hat"], ids: ["x"] };
const all = [few, overlap, background, gone];

it("puts what is about one class on its card, and there only", () => {
	expect(cards.map((label) => selectAdviceForCard(all, label))).toEqual([[], [], [few]]);
});

it("puts the rest above the cards: about two, about all, and about a class without a card", () => {
	expect(selectAdviceAboveCards(all, cards)).toEqual([overlap, background, gone]);
});

it("shows each piece exactly once", () => {
	const shown = [...cards.flatMap((label) => selectAdviceForCard(all, label)), ...selectAdviceAboveCards(all, cards)];
	expect(new Set(shown)).toEqual(new Set(all));
	expect(shown.length).toBe(all.length);
});
