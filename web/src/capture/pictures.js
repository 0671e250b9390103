// From a file that a person chose to a picture that the model can take.

import { problem } from "../contract/problem.js";
import { cropPicture } from "./video-frames.js";

const LARGEST_BYTES = 40 * 1024 * 1024;
const LARGEST_POINTS = 120_000_000;
/** The brands by which HEIC and HEIF files begin, after "ftyp". */
const HEIC_BRANDS = /^(heic|heix|hevc|hevx|heim|heis|mif1|msf1)$/;

/**
 * Reads a picture the right way up (its EXIF orientation is followed) and crops it.
 * @param {Blob} file
 * @param {number} size_px the model's input
 * @returns {Promise<ImageBitmap>} square
 * @throws {import("../contract/problem.js").Problem} emptyFile, heicPicture, notPicture, hugePicture
 */
export async function readPicture(file, size_px) {
	const name = file instanceof File && file.name ? file.name : "The file";
	if (file.size === 0) throw problem("emptyFile", { came: name });
	if (file.size > LARGEST_BYTES) throw problem("hugePicture", { came: name, expected: "40 MB" });
	/** @type {ImageBitmap} */
	let picture;
	try {
		picture = await createImageBitmap(file, { imageOrientation: "from-image" });
	} catch {
		throw problem((await isHeic(file)) ? "heicPicture" : "notPicture", { came: name });
	}
	if (picture.width * picture.height > LARGEST_POINTS) {
		picture.close();
		throw problem("hugePicture", { came: name, expected: "120 million points" });
	}
	return await cropPicture(picture, size_px);
}

/**
 * @param {Blob} file
 * @returns {Promise<boolean>} by what it begins with: names and types of files lie
 */
export async function isHeic(file) {
	const head = new TextDecoder("latin1").decode(await file.slice(4, 12).arrayBuffer());
	return head.startsWith("ftyp") && HEIC_BRANDS.test(head.slice(4));
}
