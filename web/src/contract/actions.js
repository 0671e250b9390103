// What an action of a class may be: its kinds and their fields, which contract/actions.json lists and the server reads too. The
// twin is server/contract/actions.py. Anything may import this module.

import kinds from "../../../contract/actions.json" with { type: "json" };
import limits from "../../../contract/limits.json" with { type: "json" };
import { ContractError } from "./errors.js";

/** @typedef {"say"|"sound"|"picture"|"text"|"count"|"serial"|"microbit"|"key"|"midi"|"webhook"} ActionKind */

/**
 * @typedef {object} Action what happens when a class has won; each kind has some of the fields
 * @property {ActionKind} kind
 * @property {number} cooldown seconds, 0..60: so long it does not happen again
 * @property {string} [text] that is said, shown or sent; {label} stands for the class, {share} for its percent
 * @property {string} [sound] a built-in one
 * @property {string|null} [file] id of an own sound or picture in the store; null: none
 * @property {number} [baud] bits a second of a serial board
 * @property {string} [key] that is pressed in a game
 * @property {number} [note] MIDI, 0..127
 * @property {number} [channel] MIDI, 1..16
 * @property {string} [address] of a program on this device
 */

/** @typedef {{type: string, default?: any, of?: any[], least?: number, most?: number, pattern?: string}} FieldRule */

/** @type {Readonly<Record<string, Record<string, FieldRule>>>} */
export const ACTION_FIELDS = kinds;
/** Seconds that an action of any kind rests after it happened. @type {Readonly<FieldRule>} */
export const COOLDOWN = Object.freeze({ type: "whole", least: 0, most: limits.actionSeconds });
/** @type {readonly ActionKind[]} */
export const ACTION_KINDS = /** @type {ActionKind[]} */ (Object.keys(kinds));
/** Stands for "I don't know" where actions are kept by label: no class has an empty one. */
export const UNKNOWN_KEY = "";

/** What a file in the project may be, by the ending of its name. @type {Readonly<Record<string, string>>} */
export const FILE_TYPES = Object.freeze({
	mp3: "audio/mpeg",
	wav: "audio/wav",
	ogg: "audio/ogg",
	jpg: "image/jpeg",
	png: "image/png",
	webp: "image/webp",
	gif: "image/gif",
});

/**
 * An action with all its fields, and no others. What is missing has its first value.
 * @param {Record<string, any>} value untrusted
 * @param {(file: unknown) => boolean} [isFile] what a file is: an id in the store, a Blob, a name in a zip
 * @returns {any} an Action
 * @throws {ContractError} badAction
 * @example
 * completeAction({ kind: "say" }); // { kind: "say", cooldown: 0, text: "" }
 */
export function completeAction(value, isFile = (file) => typeof file === "string") {
	const { kind, cooldown = 0 } = value;
	if (!isKind(kind)) throw new ContractError("badAction", { came: kind, expected: ACTION_KINDS.join(", ") });
	const right = expectation(COOLDOWN, cooldown, isFile);
	if (right !== null) refuse("cooldown", cooldown, right);
	/** @type {Record<string, any>} */
	const action = { kind, cooldown };
	for (const [name, rule] of Object.entries(ACTION_FIELDS[kind])) {
		const field = value[name] ?? firstValue(rule);
		const expected = expectation(rule, field, isFile);
		if (expected !== null) refuse(name, field, expected);
		action[name] = field;
	}
	return action;
}

/**
 * The actions of one class, each with all its fields.
 * @param {readonly Record<string, any>[]} actions untrusted
 * @param {(action: Record<string, any>) => ((file: unknown) => boolean)|undefined} [fileRule] what a file of an action is
 * @returns {any[]} Actions
 * @throws {ContractError} badAction: one of them, or there are too many
 * @example
 * completeActions([{ kind: "count" }]); // [{ kind: "count", cooldown: 0 }]
 */
export function completeActions(actions, fileRule = () => undefined) {
	const [came, expected] = [actions.length, limits.actionsPerClass];
	if (came > expected) throw new ContractError("badAction", { came, expected: `≤ ${expected}` });
	return actions.map((action) => completeAction(action, fileRule(action)));
}

/**
 * @param {unknown} kind
 * @returns {kind is ActionKind} false: of a newer version, or of none
 * @example
 * isKind("say"); // true
 */
export function isKind(kind) {
	return typeof kind === "string" && Object.hasOwn(kinds, kind);
}

/**
 * What a file is, by its first bytes.
 * @param {Uint8Array} bytes 12 of them or more
 * @returns {string|null} a key of FILE_TYPES; null: none of these
 * @example
 * fileKind(Uint8Array.of(0x47, 0x49, 0x46, 0x38, 0x39, 0x61)); // "gif"
 */
export function fileKind(bytes) {
	const text = String.fromCharCode(...bytes.subarray(0, 12));
	if (text.startsWith("\xff\xd8\xff")) return "jpg";
	if (text.startsWith("\x89PNG\r\n\x1a\n")) return "png";
	if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "gif";
	if (text.startsWith("RIFF")) return { WEBP: "webp", WAVE: "wav" }[text.slice(8)] ?? null;
	if (text.startsWith("OggS")) return "ogg";
	// A tag, or the first frame of MPEG audio of layer III.
	const isFrame = bytes[0] === 0xff && (bytes[1] & 0xe6) === 0xe2;
	return text.startsWith("ID3") || isFrame ? "mp3" : null;
}

/** @param {FieldRule} rule */
function firstValue(rule) {
	if (rule.default !== undefined) return rule.default;
	return rule.type === "choice" ? rule.of?.[0] : rule.type === "file" ? null : "";
}

/**
 * @param {FieldRule} rule
 * @param {unknown} field
 * @param {(file: unknown) => boolean} isFile
 * @returns {string|null} what would be right; null: the field is
 */
function expectation({ type, of = [], least = 0, most = 0, pattern }, field, isFile) {
	switch (type) {
		case "choice":
			return of.includes(field) ? null : of.join(", ");
		case "whole":
			return isWhole(field, least, most) ? null : `${least}–${most}`;
		case "file":
			return field === null || isFile(field) ? null : of.join(", ");
		default: {
			const isText = typeof field === "string" && !/\p{Surrogate}/u.test(field);
			if (!isText || [...field].length > limits.actionCharacters) return `≤ ${limits.actionCharacters}`;
			return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(field) ? null : "http://localhost:8080/";
		}
	}
}

/**
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 */
const isWhole = (value, least, most) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

/**
 * @param {string} name
 * @param {unknown} field
 * @param {string} expected
 * @returns {never}
 */
function refuse(name, field, expected) {
	const came = typeof field === "object" ? name : `${name} ${field}`;
	throw new ContractError("badAction", { came, expected: `${name} ${expected}` });
}
