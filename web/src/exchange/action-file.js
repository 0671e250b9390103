// A sound or a picture of an action in a project's file. The twin is server/exchange/action_file.py.

import limits from "../../../contract/limits.json" with { type: "json" };
import { FILE_TYPES, fileKind } from "../contract/actions.js";
import { badFile } from "./bad-file.js";
import { pictureShape } from "./picture-shape.js";

/**
 * @param {Uint8Array} bytes untrusted
 * @param {string} name in the zip
 * @returns {Blob}
 * @throws {ContractError} badFile: they are something else than the name says
 */
export function readActionFile(bytes, name) {
	const kind = fileKind(bytes);
	if (kind === null || !name.endsWith(`.${kind}`)) throw badFile(name, Object.keys(FILE_TYPES).join(", "));
	if (pixelsOf(bytes, kind) > limits.picturePixels) throw badFile(name, `≤ ${limits.picturePixels} px`);
	return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: FILE_TYPES[kind] });
}

/** @param {Uint8Array} bytes @param {string} kind */
function pixelsOf(bytes, kind) {
	if (kind === "gif") return (bytes[6] + 256 * bytes[7]) * (bytes[8] + 256 * bytes[9]);
	return FILE_TYPES[kind].startsWith("image/") ? pictureShape(bytes).pixels : 0;
}
