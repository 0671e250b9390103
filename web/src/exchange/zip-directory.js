// What a zip says of itself: its directory, read and checked before anything in it is. A zip is untrusted, so one that can be
// read in two ways (two directories, files on top of each other, two files of one name) is refused. The format: PKWARE's
// APPNOTE 6.3. zip-reader.js reads the files themselves.

import { badFile } from "./bad-file.js";

/**
 * @typedef {object} ZipEntry one file in a zip
 * @property {string} name with slashes
 * @property {number} method 0: stored; 8: deflated
 * @property {number} crc CRC-32 of its bytes, as declared
 * @property {number} packed its bytes in the zip
 * @property {number} size its bytes, as declared
 * @property {number} at where its header begins
 * @property {number} end where the next one begins, or the directory
 */

const END = 0x06054b50;
const END_BYTES = 22;
/** 6.3, the newest of the format that changes how a file is read. */
const NEWEST = 63;
const HEAD = 0x02014b50;
const HEAD_BYTES = 46;
const MAX_COMMENT = 0xffff;
const ENCRYPTED = 1;
const UTF8 = 0x800;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
/** The upper half of the code page that zips without UTF-8 have, 437. */
const CODE_PAGE =
	"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/**
 * @param {Blob} zip
 * @param {{maxEntries: number, isForeign?: boolean}} options isForeign: see checkNames
 * @returns {Promise<ZipEntry[]>} all files, without folders, in the order in which they lie in the zip
 * @throws {import("../contract/errors.js").ContractError} badFile
 */
export async function readDirectory(zip, { maxEntries, isForeign = false }) {
	const tailAt = Math.max(0, zip.size - END_BYTES - MAX_COMMENT);
	const tail = new DataView(await zip.slice(tailAt).arrayBuffer());
	const place = findEnd(tail);
	if (place < 0) throw badFile("zip", "PK");
	const [disk, firstDisk, here, count] = [4, 6, 8, 10].map((offset) => tail.getUint16(place + offset, true));
	const size = tail.getUint32(place + 12, true);
	const at = tail.getUint32(place + 16, true);
	// Zip64 has these numbers at their limits, or a locator, and a directory elsewhere.
	const hasLocator = place >= LOCATOR_BYTES && tail.getUint32(place - LOCATOR_BYTES, true) === LOCATOR;
	if (hasLocator) throw badFile("zip", "PK, 1/1");
	if (disk !== 0 || firstDisk !== 0 || here !== count || at + size !== tailAt + place) throw badFile("zip", "PK, 1/1");
	if (count > maxEntries) throw badFile(`zip: ${count}`, `≤ ${maxEntries}`);
	const bytes = new Uint8Array(await zip.slice(at, at + size).arrayBuffer());
	const entries = [...heads(bytes, count)].sort((a, b) => a.at - b.at);
	const ends = [...entries.slice(1).map((entry) => entry.at), at];
	if (entries.length > 0 && entries[0].at !== 0) throw badFile("zip", "PK");
	const placed = entries.map((entry, i) => ({ ...entry, end: ends[i] }));
	for (const { at: begin, packed, end, name } of placed) {
		if (begin + packed >= end) throw badFile(name, "PK");
	}
	checkNames(
		placed.map(({ name }) => name),
		isForeign,
	);
	return placed.filter(({ name }) => !name.endsWith("/"));
}

/**
 * @param {DataView} tail the zip's last bytes
 * @returns {number} where its end record begins; -1: there is none
 */
function findEnd(tail) {
	for (let at = tail.byteLength - END_BYTES; at >= 0; at--) {
		const reachesEnd = at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength;
		if (tail.getUint32(at, true) === END && reachesEnd) return at;
	}
	return -1;
}

/**
 * Nothing in the extra fields is used, but each must end within them.
 * @param {DataView} view
 * @param {number} at
 * @param {number} length of all together
 */
function checkExtra(view, at, length) {
	const end = at + length;
	while (at + 4 <= end) at += 4 + view.getUint16(at + 2, true);
	if (at > end) throw badFile("zip", "PK");
}

/**
 * @param {Uint8Array} bytes the directory
 * @param {number} count
 */
function* heads(bytes, count) {
	const view = new DataView(bytes.buffer);
	let at = 0;
	for (let i = 0; i < count; i++) {
		if (at + HEAD_BYTES > bytes.length || view.getUint32(at, true) !== HEAD) throw badFile("zip", "PK");
		const flags = view.getUint16(at + 8, true);
		const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
		const nameAt = at + HEAD_BYTES;
		at = nameAt + nameLength + extraLength + commentLength;
		if (at > bytes.length) throw badFile("zip", "PK");
		const start = nameAt - HEAD_BYTES;
		checkExtra(view, nameAt + nameLength, extraLength);
		if (view.getUint8(start + 6) > NEWEST) throw badFile("zip", `PK ≤ ${NEWEST / 10}`);
		const entry = {
			name: decodeName(bytes.subarray(nameAt, nameAt + nameLength), (flags & UTF8) !== 0),
			method: view.getUint16(start + 10, true),
			crc: view.getUint32(start + 16, true),
			packed: view.getUint32(start + 20, true),
			size: view.getUint32(start + 24, true),
			at: view.getUint32(start + 42, true),
		};
		if (flags & ENCRYPTED || (entry.method !== 0 && entry.method !== 8)) throw badFile(entry.name, "deflate");
		if (entry.method === 0 && entry.packed !== entry.size) throw badFile(entry.name, `${entry.packed} B`);
		yield entry;
	}
	if (at !== bytes.length) throw badFile("zip", "PK");
}

/**
 * A file's name, in the directory or before the file.
 * @param {Uint8Array} bytes
 * @param {boolean} isUtf8 says the zip; others say nothing and write UTF-8, as macOS does, or a code page
 * @returns {string}
 * @throws {import("../contract/errors.js").ContractError} badFile
 * @example
 * decodeName(Uint8Array.of(0x8e), false); // "Ä"
 */
export function decodeName(bytes, isUtf8) {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		if (isUtf8) throw badFile("zip", "UTF-8");
		return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : CODE_PAGE[byte - 128])).join("");
	}
}

/**
 * Refuses names that would lead out of a folder or that a file system takes for one another.
 * @param {string[]} names
 * @param {boolean} [isForeign] other programs made the zip, and nothing in it becomes a file: a name may have a colon, and two
 *   may differ by case or accents alone, as classes may
 * @throws {import("../contract/errors.js").ContractError} badFile
 * @example
 * checkNames(["a.txt", "A.TXT"]); // throws ContractError "badFile"
 */
export function checkNames(names, isForeign = false) {
	const seen = new Set();
	for (const name of names) {
		const folders = name.replace(/\/$/, "").split("/");
		// biome-ignore lint/suspicious/noControlCharactersInRegex: a name may hold anything
		const isOdd = /[\\\u0000-\u001f\u007f]/.test(name) || folders.some((part) => ["", ".", ".."].includes(part));
		const hasColon = /^[A-Za-z]:$/.test(folders[0]) || (name.includes(":") && !isForeign);
		if (isOdd || hasColon) throw badFile(name, "a/b.txt");
		const path = folders.join("/");
		const key = isForeign ? path : path.normalize("NFC").toLowerCase();
		if (seen.has(key)) throw badFile(name, "1 ×");
		seen.add(key);
	}
}
