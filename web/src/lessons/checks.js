// What a step of a lesson can notice by itself. A mark in docs/lessons/ names a check, <!-- check: examples 10 2 -->; the page
// gives it what it shows anyway. Pure: no DOM, no signals.

/** @typedef {import("../state/result.js").ClassifierSettings} ClassifierSettings */

/**
 * @typedef {object} LessonFacts what the page shows now; each is read only by the checks that need it
 * @property {boolean} cameraIsOn
 * @property {boolean} isExample the open project is the page's example
 * @property {readonly {examples: readonly {id: string, group: string|null}[]}[]} classes group: the recording; null: a photo
 * @property {{label: string, isUnknown: boolean, nearest: string|null, novelty: number}|null} answer nearest: id of the nearest
 *   example; null: there is none that says anything
 * @property {ClassifierSettings} settings
 * @property {string|null} panel which panel of "How it decides" is in sight
 * @property {string} heat the mode of the heat map
 * @property {boolean} isCropped
 * @property {boolean} showsPictures whether the pictures of a cell, or of a tip, are open
 * @property {{what: string}|null} step the last step of undo; another object for each
 * @property {{byPixels: string, byNetwork: string}|null} twoWays the labels of the nearest examples, by both ways of comparing
 */

/** @typedef {(facts: LessonFacts) => boolean} Check whether the step is done; remembers what it was shown before */

/** Covering a thing makes its nearest example at least so many times as far away. */
const FARTHER_TIMES = 1.5;

/** @param {string} word @returns {number} @throws {RangeError} it is no positive whole number */
function wholeNumber(word) {
	if (!/^[1-9]\d{0,3}$/.test(word)) throw new RangeError(`a check's number is ${word}; expected 1 to 9999`);
	return Number(word);
}

/**
 * All these values have been there since the step began, and the last of them is there now.
 * @param {string[]} values
 * @param {readonly string[]|null} known null: positive whole numbers
 * @param {(facts: LessonFacts) => string} read
 * @returns {Check}
 * @throws {RangeError}
 */
function seenAll(values, known, read) {
	if (values.length === 0) throw new RangeError("a check has no values; expected at least one");
	for (const value of values) {
		if (known === null) wholeNumber(value);
		else if (!known.includes(value))
			throw new RangeError(`a check's value is ${value}; expected one of ${known.join(", ")}`);
	}
	const seen = new Set();
	return (facts) => {
		const now = read(facts);
		seen.add(now);
		return now === values.at(-1) && values.every((value) => seen.has(value));
	};
}

/**
 * @param {string[]} words
 * @param {number} count
 * @returns {number[]}
 * @throws {RangeError} not so many numbers
 */
function numbers(words, count) {
	if (words.length !== count) throw new RangeError(`a check has ${words.length} numbers; expected ${count}`);
	return words.map(wholeNumber);
}

/**
 * @param {string[]} words
 * @param {(facts: LessonFacts) => boolean} check
 * @returns {Check}
 * @throws {RangeError} there is a word
 */
function alone(words, check) {
	numbers(words, 0);
	return check;
}

/**
 * The pupil has no camera and has opened the page's example: what it brings is all that can be taught there.
 * @returns {(facts: LessonFacts) => boolean}
 */
function usesExample() {
	let hadCamera = false;
	return (facts) => {
		// A camera that is switched is off for a moment.
		hadCamera ||= facts.cameraIsOn;
		return facts.isExample && !hadCamera;
	};
}

/**
 * What came to each class since the step began. What was there before is not what the step asks for, also where it comes back by undo or
 * goes to another class.
 * @param {(example: LessonFacts["classes"][number]["examples"][number]) => string} nameOf examples of one name count once
 * @returns {(facts: LessonFacts) => number[]} of each class
 */
function added(nameOf) {
	/** @type {ReadonlySet<string>|null} */
	let before = null;
	return ({ classes }) => {
		before ??= new Set(classes.flatMap(({ examples }) => examples.map(nameOf)));
		const known = before;
		return classes.map(({ examples }) => new Set(examples.map(nameOf).filter((name) => !known.has(name))).size);
	};
}

/**
 * So much has come to so many classes.
 * @param {string[]} words
 * @param {(example: LessonFacts["classes"][number]["examples"][number]) => string} nameOf
 * @returns {Check}
 */
function taught(words, nameOf) {
	const [each, of] = numbers(words, 2);
	const add = added(nameOf);
	const isExample = usesExample();
	return (facts) => {
		const came = add(facts);
		const counts = isExample(facts) ? facts.classes.map(({ examples }) => new Set(examples.map(nameOf)).size) : came;
		return counts.filter((count) => count >= each).length >= of;
	};
}

/** @param {ClassifierSettings["unknownDistance"]} limit */
const limitName = (limit) => (limit === null ? "never" : limit === "auto" ? "auto" : "hand");

const METRICS = ["auto", "cosine", "adapted", "euclidean", "manhattan"];
const PANELS = ["neighbours", "map", "heat", "test", "coach"];

/** @type {Record<string, (words: string[]) => Check>} */
const MAKERS = {
	camera: (words) => alone(words, ({ cameraIsOn }) => cameraIsOn),
	/** So many classes more than when the step began. */
	classes: (words) => {
		const [by] = numbers(words, 1);
		let least = Number.POSITIVE_INFINITY;
		const isExample = usesExample();
		return (facts) => {
			const { length } = facts.classes;
			least = Math.min(least, length);
			return length >= (isExample(facts) ? 0 : least) + by;
		};
	},
	/** So many new examples in each of so many classes. */
	examples: (words) => taught(words, ({ id }) => id),
	/** So many new recordings in each of so many classes; a photo is one of its own. */
	recordings: (words) => taught(words, ({ id, group }) => group ?? id),
	/** So many more examples than when the step began. */
	more: (words) => {
		const [by] = numbers(words, 1);
		const add = added(({ id }) => id);
		return (facts) => add(facts).reduce((sum, count) => sum + count, 0) >= by;
	},
	/** Answers of so many classes, sure or not. */
	answers: (words) => {
		const [of] = numbers(words, 1);
		/** @type {Set<string>} */
		const labels = new Set();
		return ({ answer }) => {
			if (answer && !answer.isUnknown) labels.add(answer.label);
			return labels.size >= of;
		};
	},
	unknown: (words) => alone(words, ({ answer }) => answer?.isUnknown === true),
	/** So many examples have been the nearest one. */
	neighbours: (words) => {
		const [of] = numbers(words, 1);
		const ids = new Set();
		return ({ answer }) => {
			if (answer?.nearest) ids.add(answer.nearest);
			return ids.size >= of;
		};
	},
	farther: (words) => {
		let least = Number.POSITIVE_INFINITY;
		return alone(words, ({ answer }) => {
			if (!answer) return false;
			least = Math.min(least, answer.novelty);
			return answer.novelty > least * FARTHER_TIMES;
		});
	},
	/** With values: they were chosen, the last one now. Without: another k than before. */
	k: (words) => {
		if (words.length > 0) return seenAll(words, null, ({ settings }) => String(settings.k));
		/** @type {number|null} */
		let first = null;
		return ({ settings }) => {
			first ??= settings.k;
			return settings.k !== first;
		};
	},
	metric: (words) => seenAll(words, METRICS, ({ settings }) => settings.metric),
	votes: (words) => seenAll(words, ["uniform", "distance"], ({ settings }) => settings.weights),
	limit: (words) => seenAll(words, ["never", "auto", "hand"], ({ settings }) => limitName(settings.unknownDistance)),
	heat: (words) => seenAll(words, ["off", "winner", "contrast"], ({ heat }) => heat),
	panel: (words) => seenAll(words, PANELS, ({ panel }) => panel ?? ""),
	crop: (words) => alone(words, ({ isCropped }) => isCropped),
	pictures: (words) => alone(words, ({ showsPictures }) => showsPictures),
	/** An example was put into another class since the step began. */
	moved: (words) => {
		/** @type {LessonFacts["step"]|undefined} */
		let before;
		return alone(words, ({ step }) => {
			if (before === undefined) before = step;
			return step !== before && step?.what === "exampleMoved";
		});
	},
	/**
	 * With a number: the neighbours by pixels and by the network are shown, and so many classes were nearest by the network. With
	 * "differ": they are of two classes, after they were of one.
	 */
	pixels: (words) => {
		if (words[0] === "differ" && words.length === 1) {
			let agreed = false;
			return ({ twoWays }) => {
				if (twoWays === null) return false;
				if (twoWays.byPixels === twoWays.byNetwork) agreed = true;
				return agreed && twoWays.byPixels !== twoWays.byNetwork;
			};
		}
		if (words.length !== 1 || !/^\d+$/.test(words[0]))
			throw new RangeError(`a check has ${words.join(" ")}; expected differ, or a number`);
		const of = wholeNumber(words[0]);
		/** @type {Set<string>} */
		const labels = new Set();
		return ({ twoWays }) => {
			if (twoWays) labels.add(twoWays.byNetwork);
			return labels.size >= of;
		};
	},
};

/** @type {readonly string[]} */
export const CHECK_NAMES = Object.keys(MAKERS);

/**
 * @param {readonly string[]} words of a mark: the check's name, then its values
 * @returns {Check} for one step, from its beginning on
 * @throws {RangeError} there is no such check, or it takes other values
 * @example
 * const check = createCheck(["classes", "2"]);
 * check({ ...facts, classes: [] }); // false
 */
export function createCheck([name, ...words]) {
	if (!Object.hasOwn(MAKERS, name)) {
		throw new RangeError(`a check is called ${name}; expected one of ${CHECK_NAMES.join(", ")}`);
	}
	return MAKERS[name](words);
}
