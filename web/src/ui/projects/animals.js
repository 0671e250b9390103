// Animals whose name one can take instead of one's own. Their words are in i18n/messages as animal.…; none is used to tease.

export const ANIMALS = /** @type {const} */ ({
	...{ ant: "🐜", bear: "🐻", beaver: "🦫", bee: "🐝", butterfly: "🦋", dolphin: "🐬", eagle: "🦅", elephant: "🐘" },
	...{ flamingo: "🦩", fox: "🦊", frog: "🐸", giraffe: "🦒", hedgehog: "🦔", kangaroo: "🦘", koala: "🐨", lion: "🦁" },
	...{ lizard: "🦎", llama: "🦙", octopus: "🐙", otter: "🦦", owl: "🦉", panda: "🐼", parrot: "🦜", penguin: "🐧" },
	...{ rabbit: "🐰", squirrel: "🐿️", swan: "🦢", tiger: "🐯", turtle: "🐢", zebra: "🦓" },
});

/** @typedef {keyof typeof ANIMALS} Animal */

const OFFERED = 3;

/**
 * @param {readonly Animal[]} [before] those that were offered last: they don't come again at once
 * @returns {Animal[]} a few, drawn by chance, no two the same
 * @example
 * drawAnimals(); // ["otter", "lion", "bee"]
 */
export function drawAnimals(before = []) {
	const left = /** @type {Animal[]} */ (Object.keys(ANIMALS)).filter((each) => !before.includes(each));
	return Array.from({ length: OFFERED }, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]);
}
