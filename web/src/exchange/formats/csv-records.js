// The records of a comma-separated file, while its text comes in pieces. The twin is csv_records.py.

import limits from "../../../../contract/limits.json" with { type: "json" };
import { badFile } from "../bad-file.js";

/** In the order that decides between equals: numbers with a decimal comma have as many commas as semicolons. */
const DELIMITERS = ["\t", ";", ","];
/** A quotation mark that is never closed would take in the whole file. */
const MAX_CHARACTERS = limits.dimension * 32;

/** @typedef {{line: number, fields: string[]}} CsvRecord line: of its end, from 1 */

export class CsvRecords {
	/** @type {string|null} */
	#delimiter = null;
	/** Text without a line end yet. */
	#rest = "";
	/** Lines of a record with an open quotation mark. */
	#open = "";
	#line = 0;

	/**
	 * @param {string} text the next piece
	 * @param {boolean} [isLast]
	 * @returns {CsvRecord[]} those that are complete; empty lines are passed over
	 * @throws {import("../../contract/errors.js").ContractError} badFile
	 * @example
	 * new CsvRecords().push('cat,"1"\n', true); // [{ line: 1, fields: ["cat", "1"] }]
	 */
	push(text, isLast = false) {
		let all = this.#rest + text;
		// A carriage return at the end may be the first half of a line end.
		const held = !isLast && all.endsWith("\r") ? "\r" : "";
		all = all.slice(0, all.length - held.length);
		const lines = all.split(/\r\n|\n|\r/);
		this.#rest = isLast ? "" : `${lines.pop()}${held}`;
		const records = lines.flatMap((line) => this.#take(line));
		if (this.#rest.length + this.#open.length > MAX_CHARACTERS || (isLast && this.#open !== "")) {
			throw badFile(`CSV ${this.#line}`, '"…"');
		}
		return records;
	}

	/** @param {string} line @returns {CsvRecord[]} */
	#take(line) {
		this.#line += 1;
		const record = this.#open === "" ? line : `${this.#open}\n${line}`;
		if (record.split('"').length % 2 === 0) {
			this.#open = record;
			return [];
		}
		this.#open = "";
		if (record.trim() === "") return [];
		this.#delimiter ??= delimiterOf(record);
		return [{ line: this.#line, fields: splitRecord(record, this.#delimiter) }];
	}
}

/** @param {string} record */
function delimiterOf(record) {
	const bare = record.replace(/"[^"]*"/g, "");
	const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
	return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

/**
 * @param {string} record
 * @param {string} delimiter
 * @returns {string[]} without quotation marks around them, and without spaces at both ends of what has none
 */
function splitRecord(record, delimiter) {
	if (!record.includes('"')) return record.split(delimiter).map((field) => field.trim());
	/** @type {string[]} */
	const fields = [];
	let field = "";
	for (const piece of record.split(delimiter)) {
		field = field === "" ? piece : `${field}${delimiter}${piece}`;
		if (field.split('"').length % 2 === 0) continue;
		const bare = field.trim();
		const isQuoted = bare.length > 1 && bare.startsWith('"') && bare.endsWith('"');
		fields.push(isQuoted ? bare.slice(1, -1).replaceAll('""', '"') : bare);
		field = "";
	}
	return fields;
}
