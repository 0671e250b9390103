// A sound or a picture of an action in a project's file. The twin is server/exchange/action_file.py.

import limits from "../../../contract/limits.json" with { type: "json" };
import { FILE_TYPES, fileKind } from "../contract/actions.js";
import { badFile } from "./bad-file.js";
import { gifShape } from "./gif-shape.js";
import { pictureShape } from "./picture-shape.js";

/**
 * @param {Uint8Array} bytes untrusted
 * @param {string} name in the zip
 * @returns {Blob}
 * @throws {ContractError} badFile: they are something else than the name says, or too large
 */
export function readActionFile(bytes, name) {
	const kind = fileKind(bytes);
	if (kind === null || !name.endsWith(`.${kind}`)) throw badFile(name, Object.keys(FILE_TYPES).join(", "));
	if (pixelsOf(bytes, kind, name) > limits.picturePixels) throw badFile(name, `≤ ${limits.picturePixels} px`);
	return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: FILE_TYPES[kind] });
}

/** @param {Uint8Array} bytes @param {string} kind @param {string} name */
function pixelsOf(bytes, kind, name) {
	if (kind === "gif") {
		const { width, height, frameWidth, frameHeight } = gifShape(bytes);
		if (frameWidth > width || frameHeight > height) throw badFile(name, `≤ ${width} × ${height} px`);
		return width * height;
	}
	return FILE_TYPES[kind].startsWith("image/") ? pictureShape(bytes).pixels : 0;
}
