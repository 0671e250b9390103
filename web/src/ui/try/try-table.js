// What becomes of tried photos as a list: sorted, filtered, counted, and written as a table for a spreadsheet.

import { computeShownShare, getShare } from "../answer/shares.js";

/**
 * @typedef {import("../../app/try-photos.js").TriedPhoto} TriedPhoto
 * @typedef {Pick<TriedPhoto, "number"|"name"|"answer"|"taught">} Row
 */

/** @type {readonly ["added", "name", "answer", "sureness"]} */
export const ORDERS = ["added", "name", "answer", "sureness"];
/** @type {readonly ["all", "notSure", "unknown", "corrected"]} */
export const KINDS = ["all", "notSure", "unknown", "corrected"];

/** @typedef {typeof ORDERS[number]} Order */
/** @typedef {{kind: typeof KINDS[number]} | {kind: "class", label: string}} Filter class: what it says, or was corrected to */

const CERTAINTIES = /** @type {const} */ (["unknown", "notSure", "sure"]);

/**
 * How sure an answer is, as one number.
 * @param {Row} row
 * @returns {number} -1: there is none; 0..1 unknown, 1..2 not sure, 2..3 sure
 * @example
 * computeSureness({ answer: { certainty: "sure", confidences: { cat: 0.9 }, unknownShare: 0, label: "cat" } }); // 2.9
 */
export function computeSureness({ answer }) {
	if (!answer) return -1;
	// The more likely something else is, the less there is of an answer.
	return CERTAINTIES.indexOf(answer.certainty) + computeShownShare(answer, answer.label);
}

/**
 * @template {Row} T
 * @param {readonly T[]} rows
 * @param {Order} order of equals, the one that came first is first
 * @param {string} [language] its alphabet; "2.jpg" comes before "10.jpg"
 * @returns {T[]}
 */
export function sortRows(rows, order, language) {
	const collator = new Intl.Collator(language, { numeric: true });
	/** What it doesn't know comes last. @param {Row} row */
	const answerOf = ({ answer }) => (answer && answer.certainty !== "unknown" ? answer.label : null);
	/** @type {Record<Order, (a: Row, b: Row) => number>} */
	const compare = {
		added: () => 0,
		name: (a, b) => collator.compare(a.name, b.name),
		answer: (a, b) => {
			const [one, other] = [answerOf(a), answerOf(b)];
			if (one === null || other === null) return Number(one === null) - Number(other === null);
			return collator.compare(one, other) || computeSureness(b) - computeSureness(a);
		},
		sureness: (a, b) => computeSureness(a) - computeSureness(b),
	};
	return [...rows].sort((a, b) => compare[order](a, b) || a.number - b.number);
}

/**
 * @param {Row} row
 * @param {Filter} filter
 * @returns {boolean}
 */
export function isShown({ answer, taught }, filter) {
	if (filter.kind === "all") return true;
	if (filter.kind === "corrected") return taught !== null;
	if (filter.kind === "class") {
		return taught === filter.label || (answer?.certainty !== "unknown" && answer?.label === filter.label);
	}
	return answer?.certainty === filter.kind;
}

/**
 * @param {readonly Row[]} rows
 * @returns {Record<"sure"|"notSure"|"unknown", number>}
 */
export function countCertainties(rows) {
	const counts = { sure: 0, notSure: 0, unknown: 0 };
	for (const { answer } of rows) if (answer) counts[answer.certainty] += 1;
	return counts;
}

/** Spreadsheets take what begins like this for a formula: also after spaces, and in the wide forms of East Asian keyboards. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r]/;

/**
 * One cell of a table. What a spreadsheet would run as a formula begins with an apostrophe: names of files and classes may
 * come from anybody.
 * @param {string|number} value
 * @returns {string}
 * @example
 * writeCell("=1+1"); // "'=1+1"
 * writeCell('a "b", c'); // '"a ""b"", c"'
 */
export function writeCell(value) {
	if (typeof value === "number") return Number.isFinite(value) ? String(Number(value.toFixed(4))) : "";
	const text = FORMULA.test(value) ? `'${value}` : value;
	return /[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * @typedef {object} TableWords
 * @property {string} name
 * @property {string} answer
 * @property {string} certainty
 * @property {string} somethingElse
 * @property {string} distance
 * @property {string} corrected
 * @property {Record<"sure"|"notSure"|"unknown", string>} certainties
 */

/**
 * Writes a table (RFC 4180): a line for each photo, with a share from 0 to 1 for each class and for something else, and the
 * distance to the nearest example.
 * @param {readonly Row[]} rows
 * @param {readonly string[]} labels
 * @param {TableWords} words
 * @returns {string}
 */
export function writeTable(rows, labels, words) {
	const head = [
		words.name,
		words.answer,
		words.certainty,
		...labels,
		words.somethingElse,
		words.distance,
		words.corrected,
	];
	const lines = rows.map(({ name, answer, taught }) => {
		if (!answer) return [name, "", "", ...labels.map(() => ""), "", "", taught ?? ""];
		const { certainty, label, unknownShare, neighbours, confidences } = answer;
		return [
			name,
			certainty === "unknown" ? "" : label,
			words.certainties[certainty],
			...labels.map((own) => getShare(confidences, own) * (1 - unknownShare)),
			unknownShare,
			neighbours[0]?.distance ?? "",
			taught ?? "",
		];
	});
	// The mark at the beginning tells spreadsheets that it is UTF-8.
	return `\ufeff${[head, ...lines].map((cells) => `${cells.map(writeCell).join(",")}\r\n`).join("")}`;
}
