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
	/** Lines of a record whose quotation mark is still open, and their ends. @type {string[]} */
	#open = [];
	#openCharacters = 0;
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
		// Lines and their ends take turns.
		const parts = all.split(/(\r\n|\n|\r)/);
		this.#rest = isLast ? "" : `${parts.pop()}${held}`;
		parts.push("");
		/** @type {CsvRecord[]} */
		const records = [];
		for (let i = 0; i < parts.length - 1; i += 2) records.push(...this.#take(parts[i], parts[i + 1]));
		if (this.#rest.length + this.#openCharacters > MAX_CHARACTERS || (isLast && this.#open.length > 0)) {
			throw badFile(`CSV ${this.#line}`, '"…"');
		}
		return records;
	}

	/**
	 * @param {string} line
	 * @param {string} end
	 * @returns {CsvRecord[]}
	 */
	#take(line, end) {
		this.#line += 1;
		if (this.#open.length > 0 !== hasOddQuotes(line)) {
			this.#open.push(line, end);
			this.#openCharacters += line.length + end.length;
			return [];
		}
		const record = [...this.#open, line].join("");
		this.#open = [];
		this.#openCharacters = 0;
		if (record.trim() === "") return [];
		this.#delimiter ??= delimiterOf(record);
		return [{ line: this.#line, fields: splitRecord(record, this.#delimiter) }];
	}
}

/** @param {string} text */
const hasOddQuotes = (text) => text.split('"').length % 2 === 0;

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
	/** @type {string[]} */
	let pieces = [];
	for (const piece of record.split(delimiter)) {
		const isOpen = pieces.length > 0 !== hasOddQuotes(piece);
		pieces.push(piece);
		if (isOpen) continue;
		const bare = pieces.join(delimiter).trim();
		const isQuoted = bare.length > 1 && bare.startsWith('"') && bare.endsWith('"');
		fields.push(isQuoted ? bare.slice(1, -1).replaceAll('""', '"') : bare);
		pieces = [];
	}
	return fields;
}
