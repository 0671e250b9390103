// Embeddings as a table: id, label, group, e0, e1, … Read with and without a header, and as the files come: large ones are
// never in memory as text. The twin is csv_table.py.

import { ContractError } from "../../contract/errors.js";
import { CsvRecords } from "./csv-records.js";
import { Rows } from "./rows.js";
import { number } from "./write-numbers.js";

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const DECIMAL_COMMA = /^[+-]?\d+,\d+(e[+-]?\d+)?$/i;
const LABEL_NAMES = ["label", "class", "target", "y"];
/** e0, x1, dim_3, 7 */
const NUMBERED = /^[a-z_ -]*\d+$/i;

/** @typedef {{width: number, label: number, id: number, group: number, numbers: number[]}} Columns -1: there is none */

/** @type {import("./format.js").Format} */
export const csv = {
	name: "csv",
	sniff: ({ text }) => text !== null && /[,;\t]/.test(text),
	async read({ pieces, name }, { onProgress } = {}) {
		const rows = new Rows(name);
		/** @type {import("./format.js").Skipped[]} */
		const skipped = [];
		const records = new CsvRecords();
		/** @type {Columns|null} */
		let columns = null;
		/** @param {import("./csv-records.js").CsvRecord} record */
		const take = ({ line, fields }) => {
			if (columns === null) {
				columns = columnsOf(fields);
				if (!isNumber(fields.at(-1) ?? "")) return;
			}
			const { width, id, label, group, numbers } = columns;
			if (fields.length !== width) throw new ContractError("unevenRows", { came: line, expected: numbers.length });
			if (fields[label].trim() === "") {
				skipped.push({ name: String(line), reason: "unlabelled" });
				return;
			}
			const row = numbers.map((column) => numberOf(fields[column], line));
			rows.add(fields[label], row, { id: fields[id], group: fields[group], place: line });
		};
		for await (const { text, isLast, share } of pieces()) {
			for (const record of records.push(text, isLast)) take(record);
			await onProgress?.(share);
		}
		return { content: rows.content(), skipped };
	},
	async *write({ examples, embeddings, model }) {
		const d = model?.dimension ?? 0;
		yield `id,label,group,${Array.from({ length: d }, (_, i) => `e${i}`).join(",")}\n`;
		for (const [i, { id, label, group }] of examples.entries()) {
			const row = Array.from(/** @type {Float32Array} */ (embeddings).subarray(i * d, (i + 1) * d), number);
			yield `${[id, label, group ?? ""].map(quoted).join(",")},${row.join(",")}\n`;
		}
	},
};

/** @param {string} field */
const quoted = (field) =>
	/[",;\t\r\n]/.test(field) || field !== field.trim() ? `"${field.replaceAll('"', '""')}"` : field;

/** @param {string} field */
const isNumber = (field) => NUMBER.test(field) || DECIMAL_COMMA.test(field);

/**
 * Which column is what, by the first record: a header where its last field is no number.
 * @param {string[]} fields
 * @returns {Columns}
 */
function columnsOf(fields) {
	const names = fields.map((field) => field.toLowerCase());
	if (!isNumber(names.at(-1) ?? "")) {
		const label = names.findIndex((name) => LABEL_NAMES.includes(name));
		const numbers = names.flatMap((name, column) => (NUMBERED.test(name) ? [column] : []));
		if (label < 0 || numbers.length === 0)
			throw new ContractError("noLabelColumn", { came: fields.slice(0, 4).join(", ") });
		return { width: fields.length, label, id: names.indexOf("id"), group: names.indexOf("group"), numbers };
	}
	// Without a header, what comes before the numbers is the label; the id and the label; or the id, the label and the group.
	const texts = Math.min(3, Math.max(1, fields.findIndex(isNumber)));
	const numbers = fields.map((_, column) => column).slice(texts);
	return { width: fields.length, label: texts > 1 ? 1 : 0, id: texts > 1 ? 0 : -1, group: texts > 2 ? 2 : -1, numbers };
}

/**
 * @param {string} field
 * @param {number} line
 */
function numberOf(field, line) {
	if (NUMBER.test(field)) return Number(field);
	const code = DECIMAL_COMMA.test(field) ? "decimalComma" : "notNumber";
	throw new ContractError(code, { came: field, expected: line });
}
