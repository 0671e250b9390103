// From a file that a person chose to a picture that the model can take. vision.js imports it.

import { problem } from "../contract/problem.js";
import { cropPicture } from "./video-frames.js";

/** Of a file; a larger one is not read. */
export const MAX_BYTES = 40 * 1024 * 1024;
const MAX_PIXELS = 120_000_000;
/** The brands of HEIC and HEIF files: bytes 8 to 11, after "ftyp". */
const HEIC_BRANDS = /^(heic|heix|hevc|hevx|heim|heis|mif1|msf1)$/;

/**
 * Reads a picture, turns it upright (by its EXIF orientation) and crops it.
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>} square
 * @throws {import("../contract/problem.js").Problem} emptyFile, heicPicture, notPicture, hugePicture
 */
export async function readPicture(file) {
	const name = file instanceof File && file.name ? file.name : "The file";
	if (file.size === 0) throw problem("emptyFile", { came: name });
	if (file.size > MAX_BYTES) throw problem("hugePicture", { came: name, expected: "40 MB" });
	/** @type {ImageBitmap} */
	let picture;
	try {
		picture = await createImageBitmap(file, { imageOrientation: "from-image" });
	} catch {
		throw problem((await isHeic(file)) ? "heicPicture" : "notPicture", { came: name });
	}
	if (picture.width * picture.height > MAX_PIXELS) {
		picture.close();
		throw problem("hugePicture", { came: name, expected: "120 million points" });
	}
	return await cropPicture(picture);
}

/**
 * Looks at the first bytes, since names and types of files are often wrong.
 * @param {Blob} file
 * @returns {Promise<boolean>}
 */
export async function isHeic(file) {
	const bytes = await file
		.slice(4, 12)
		.arrayBuffer()
		// A folder, or a file that was moved meanwhile.
		.catch(() => new ArrayBuffer(0));
	const signature = new TextDecoder("latin1").decode(bytes);
	return signature.startsWith("ftyp") && HEIC_BRANDS.test(signature.slice(4));
}
