// The actions in a project's file: the list in project.json, and the sounds and pictures beside it. docs/file.md describes them.
// The twin is server/exchange/action_rows.py.

import limits from "../../../contract/limits.json" with { type: "json" };
import {
	ACTION_FIELDS,
	completeAction,
	completeActions,
	FILE_TYPES,
	isKind,
	UNKNOWN_KEY,
} from "../contract/actions.js";
import { ContractError } from "../contract/errors.js";
import { badFile } from "./bad-file.js";

/**
 * @typedef {Omit<import("../contract/actions.js").Action, "file"> & {file?: Blob|null}} ContentAction
 * @typedef {{label: string, actions: ContentAction[]}} ContentActions label: UNKNOWN_KEY for "I don't know"
 */

const FILE_NAME = new RegExp(`^actions/[0-9]{1,9}\\.(?:${Object.keys(FILE_TYPES).join("|")})$`);
const KINDS = new Map(Object.entries(FILE_TYPES).map(([kind, type]) => [type, kind]));

/**
 * Reads the list of project.json. Kinds that it doesn't know are left out.
 * @param {unknown} value untrusted
 * @returns {{label: string, actions: any[]}[]} their files are names in the zip
 * @throws {ContractError} badFile
 */
export function readActionRows(value) {
	if (value === undefined || value === null) return [];
	const isRow = (/** @type {any} */ row) => typeof row?.label === "string" && Array.isArray(row.actions);
	if (!Array.isArray(value) || value.length > limits.classesPerRoom + 1 || !value.every(isRow)) {
		throw badFile("project.json: actions", "[{…}]");
	}
	/** @type {Set<unknown>} */
	const names = new Set();
	const isName = (/** @type {unknown} */ name) => {
		const isNew = typeof name === "string" && FILE_NAME.test(name) && !names.has(name);
		names.add(name);
		return isNew;
	};
	try {
		return value.map(({ label, actions }) => {
			const known = actions.filter((/** @type {any} */ action) => isKind(action?.kind));
			return { label, actions: known.map((/** @type {any} */ action) => completeAction(action, isName)) };
		});
	} catch (error) {
		if (error instanceof ContractError) throw badFile("project.json: actions", error.expected ?? "");
		throw error;
	}
}

/**
 * @param {ContentActions[]} rows its types are checked too
 * @param {ReadonlySet<string>} labels of the classes
 * @throws {ContractError} badAction
 */
export function checkActionRows(rows, labels) {
	const seen = new Set();
	for (const { label, actions } of rows) {
		if ((label !== UNKNOWN_KEY && !labels.has(label)) || seen.has(label)) {
			throw new ContractError("badAction", { came: label, expected: "label" });
		}
		seen.add(label);
		const complete = completeActions(actions, ({ kind }) => {
			const types = ACTION_FIELDS[kind]?.file?.of?.map((each) => FILE_TYPES[each]) ?? [];
			return (file) => file instanceof Blob && types.includes(file.type) && isSmall(file);
		});
		for (const [i, action] of actions.entries()) {
			if (isSame(action, complete[i])) continue;
			throw new ContractError("badAction", { came: Object.keys(action), expected: "all fields, and no others" });
		}
	}
}

/** @param {Record<string, unknown>} action @param {Record<string, unknown>} other whether they have the same fields and values */
const isSame = (action, other) =>
	Object.keys(action).length === Object.keys(other).length &&
	Object.entries(other).every(([name, field]) => action[name] === field);

/** @param {Blob} file */
const isSmall = ({ size }) => size > 0 && size <= limits.actionFileBytes;

/**
 * @param {ContentActions[]} rows that were checked
 * @returns {{rows: {label: string, actions: any[]}[], files: {name: string, blob: Blob}[]}} rows: as project.json has them
 */
export function nameActionFiles(rows) {
	/** @type {{name: string, blob: Blob}[]} */
	const files = [];
	/** @param {Blob} blob */
	const named = (blob) => {
		const name = `actions/${files.length}.${KINDS.get(blob.type)}`;
		files.push({ name, blob });
		return name;
	};
	const written = rows.map(({ label, actions }) => ({
		label,
		actions: actions.map((action) => (action.file ? { ...action, file: named(action.file) } : action)),
	}));
	return { rows: written, files };
}
