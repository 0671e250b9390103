// What each check notices: not before it is so, and what it remembers.

import { describe, expect, test } from "vitest";
import { CHECK_NAMES, createCheck } from "../../src/lessons/checks.js";
import { DEFAULT_SETTINGS } from "../../src/state/state.js";

/** @typedef {import("../../src/lessons/checks.js").LessonFacts} LessonFacts */

/** @type {LessonFacts} */
const NOTHING = {
	cameraIsOn: false,
	isExample: false,
	classes: [],
	answer: null,
	settings: DEFAULT_SETTINGS,
	panel: null,
	heat: "off",
	isCropped: false,
	showsPictures: false,
	step: null,
	twoWays: null,
};

/**
 * Examples of each class, in turn of each recording.
 * @param {...[count: number, recordings: number, key?: number, first?: number]} rows first: the number of the first of them
 */
const classes = (...rows) => ({
	classes: rows.map(([count, recordings, key, first = 0], place) => ({
		examples: Array.from({ length: count }, (_, example) => ({
			id: `${key ?? place}-${first + example}`,
			group: `${key ?? place}-recording-${(first + example) % recordings}`,
		})),
	})),
});

/** @param {string} label @param {object} [more] */
const answer = (label, more) => ({ answer: { label, isUnknown: false, nearest: "a", novelty: 0.2, ...more } });

/** @param {object} more */
const settings = (more) => ({ settings: { ...DEFAULT_SETTINGS, ...more } });

const moved = { step: { what: "exampleMoved" } };

/** A mark, what the page shows one after another, and whether the step is done then. @type {[string, [Partial<LessonFacts>, boolean][]][]} */
const CASES = [
	[
		"camera",
		[
			[{}, false],
			[{ cameraIsOn: true }, true],
		],
	],
	[
		"classes 2",
		[
			[{}, false],
			[classes([0, 0]), false],
			[classes([0, 0], [0, 0]), true],
		],
	],
	// Those that were there before the step began are not what it asks for; one that is deleted need not be made twice.
	[
		"classes 2",
		[
			[classes([9, 1], [9, 1]), false],
			[classes([9, 1]), false],
			[classes([9, 1], [0, 0]), false],
			[classes([9, 1], [0, 0], [0, 0]), true],
		],
	],
	[
		"examples 10 2",
		[
			[{}, false],
			[classes([10, 1], [9, 1]), false],
			[classes([10, 1], [3, 1], [12, 1]), true],
		],
	],
	[
		"examples 10 2",
		[
			[classes([30, 1], [30, 1]), false],
			[classes([40, 2], [30, 1]), false],
			[classes([40, 2], [5, 1]), false],
			// Those that come back by undo are not new.
			[classes([40, 2], [30, 1]), false],
			[classes([15, 1, 1, 25], [40, 2, 0]), true],
		],
	],
	[
		"examples 10 1",
		[
			[classes([30, 1], [30, 1]), false],
			[classes([30, 1], [30, 1], [9, 1]), false],
			[classes([30, 1], [30, 1], [10, 1]), true],
		],
	],
	// An example that goes to another class is not new either.
	[
		"examples 10 1",
		[
			[classes([30, 1], [2, 1]), false],
			[
				{
					classes: [
						{ examples: [...classes([20, 1]).classes[0].examples, ...classes([12, 1, 1]).classes[0].examples] },
					],
				},
				true,
			],
		],
	],
	[
		"examples 10 1",
		[
			[classes([20, 1], [0, 1]), false],
			[
				{
					classes: [
						{ examples: classes([10, 1]).classes[0].examples },
						{ examples: classes([10, 1, 0, 10]).classes[0].examples },
					],
				},
				false,
			],
		],
	],
	[
		"recordings 2 2",
		[
			[classes([30, 1], [30, 2]), false],
			[classes([30, 3], [30, 3]), false],
			[classes([30, 3], [30, 4]), true],
		],
	],
	// Whoever has no camera opens the page's example: there is nothing to teach it with.
	["classes 3", [[{ ...classes([9, 1], [9, 1], [9, 1]), isExample: true }, true]]],
	["examples 9 2", [[{ ...classes([9, 1], [9, 1]), isExample: true }, true]]],
	["examples 9 2", [[{ ...classes([9, 1], [9, 1]), isExample: true, cameraIsOn: true }, false]]],
	// A camera that is switched is off for a moment.
	...["classes 2", "examples 9 2", "recordings 1 2"].map(
		(mark) =>
			/** @type {[string, [Partial<LessonFacts>, boolean][]]} */ ([
				mark,
				[
					[{ ...classes([9, 1], [9, 1]), isExample: true, cameraIsOn: true }, false],
					[{ ...classes([9, 1], [9, 1]), isExample: true, cameraIsOn: false }, false],
				],
			]),
	),
	[
		"more 5",
		[
			[classes([10, 1]), false],
			[classes([14, 1]), false],
			[classes([10, 1], [5, 1]), true],
		],
	],
	// What is deleted meanwhile does not have to be recorded twice.
	[
		"more 5",
		[
			[classes([10, 1]), false],
			[classes([2, 1, 0, 8]), false],
			[classes([10, 1]), false],
			[classes([7, 1, 0, 8]), true],
		],
	],
	[
		"answers 2",
		[
			[answer("a"), false],
			[answer("a"), false],
			[{}, false],
			[answer("b"), true],
		],
	],
	[
		"answers 2",
		[
			[answer("a"), false],
			[answer("b", { isUnknown: true }), false],
		],
	],
	[
		"unknown",
		[
			[answer("a"), false],
			[answer("a", { isUnknown: true }), true],
		],
	],
	[
		"neighbours 2",
		[
			[answer("a"), false],
			[answer("a", { nearest: null }), false],
			[answer("a", { nearest: "b" }), true],
		],
	],
	[
		"farther",
		[
			[answer("a"), false],
			[{}, false],
			[answer("a", { novelty: 0.29 }), false],
			[answer("a", { novelty: 0.31 }), true],
		],
	],
	[
		"k",
		[
			[settings({ k: 7 }), false],
			[settings({ k: 7 }), false],
			[settings({ k: 8 }), true],
		],
	],
	[
		"k 1",
		[
			[settings({ k: 3 }), false],
			[settings({ k: 1 }), true],
		],
	],
	[
		"k 5 15",
		[
			[settings({ k: 15 }), false],
			[settings({ k: 5 }), false],
			[settings({ k: 9 }), false],
			[settings({ k: 15 }), true],
		],
	],
	[
		"metric euclidean manhattan auto",
		[
			[settings({ metric: "auto" }), false],
			[settings({ metric: "manhattan" }), false],
			[settings({ metric: "euclidean" }), false],
			[settings({ metric: "auto" }), true],
		],
	],
	[
		"votes uniform distance",
		[
			[settings({ weights: "uniform" }), false],
			[settings({ weights: "distance" }), true],
		],
	],
	[
		"limit never",
		[
			[settings({ unknownDistance: "auto" }), false],
			[settings({ unknownDistance: null }), true],
		],
	],
	[
		"limit hand auto",
		[
			[settings({ unknownDistance: 0.3 }), false],
			[settings({ unknownDistance: "auto" }), true],
		],
	],
	[
		"heat winner contrast",
		[
			[{ heat: "contrast" }, false],
			[{ heat: "winner" }, false],
			[{ heat: "contrast" }, true],
		],
	],
	[
		"panel map",
		[
			[{ panel: "test" }, false],
			[{}, false],
			[{ panel: "map" }, true],
		],
	],
	[
		"crop",
		[
			[{}, false],
			[{ isCropped: true }, true],
		],
	],
	[
		"pictures",
		[
			[{}, false],
			[{ showsPictures: true }, true],
		],
	],
	[
		"moved",
		[
			[{}, false],
			[{ step: { what: "classAdded" } }, false],
			[moved, true],
		],
	],
	// The move that was made before the step began does not count; another one does.
	[
		"moved",
		[
			[moved, false],
			[moved, false],
			[{ step: { what: "exampleMoved" } }, true],
		],
	],
	[
		"pixels 2",
		[
			[{}, false],
			[{ twoWays: { byPixels: "a", byNetwork: "a" } }, false],
			[{ twoWays: { byPixels: "b", byNetwork: "a" } }, false],
			[{ twoWays: { byPixels: "b", byNetwork: "b" } }, true],
		],
	],
	// What differs from the start is not what was tried.
	[
		"pixels differ",
		[
			[{ twoWays: { byPixels: "b", byNetwork: "a" } }, false],
			[{ twoWays: { byPixels: "a", byNetwork: "a" } }, false],
			[{}, false],
			[{ twoWays: { byPixels: "b", byNetwork: "a" } }, true],
		],
	],
];

describe("createCheck", () => {
	test.each(CASES)("%s", (mark, moments) => {
		const check = createCheck(mark.split(" "));
		expect(moments.map(([facts]) => check({ ...NOTHING, ...facts }))).toEqual(moments.map(([, isDone]) => isDone));
	});

	test("is tried with every name", () => {
		const tried = new Set(CASES.map(([mark]) => mark.split(" ")[0]));
		expect(CHECK_NAMES.filter((name) => !tried.has(name))).toEqual([]);
	});

	test("begins anew for each step", () => {
		createCheck(["answers", "2"])({ ...NOTHING, ...answer("a") });
		expect(createCheck(["answers", "2"])({ ...NOTHING, ...answer("b") })).toBe(false);
	});

	test("reads only what it needs", () => {
		/** @type {string[]} */
		const read = [];
		const facts = new Proxy(NOTHING, {
			get: (target, name) => {
				read.push(String(name));
				return Reflect.get(target, name);
			},
		});
		createCheck(["heat", "winner"])(facts);
		expect(read).toEqual(["heat"]);
	});

	test.each([
		"dance",
		"constructor",
		"",
		"camera 1",
		"examples 10",
		"k 0",
		"votes",
		"panel kitchen",
		"pixels",
		"pixels agree",
	])("refuses %s", (mark) => {
		expect(() => createCheck(mark.split(" "))).toThrow(RangeError);
	});
});
