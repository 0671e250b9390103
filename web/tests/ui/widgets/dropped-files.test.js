import { describe, expect, it } from "vitest";
import { isPicture, readDroppedPictures } from "../../../src/ui/widgets/dropped-files.js";

/** @param {string} name */
const picture = (name, type = "image/jpeg") => new File(["x"], name, { type });

/** @param {File} file */
const fileEntry = (file) => ({
	isFile: true,
	isDirectory: false,
	/** @param {(file: File) => void} resolve */
	file: (resolve) => resolve(file),
});

/**
 * A folder whose reader hands out its entries in pages, as browsers do.
 * @param {object[]} entries
 */
const folderEntry = (entries, page = 2) => ({
	isFile: false,
	isDirectory: true,
	createReader() {
		let at = 0;
		return {
			/** @param {(entries: object[]) => void} resolve */
			readEntries(resolve) {
				resolve(entries.slice(at, at + page));
				at += page;
			},
		};
	},
});

/**
 * @param {object[]} entries
 * @param {File[]} files
 * @returns {any}
 */
const transfer = (entries, files) => ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files });

describe("readDroppedPictures", () => {
	it("takes the pictures among dropped files", async () => {
		const files = [picture("a.jpg"), picture("notes.txt", "text/plain"), picture("b.HEIC", "")];
		const found = await readDroppedPictures(transfer(files.map(fileEntry), files));
		expect(found.map(({ name }) => name)).toEqual(["a.jpg", "b.HEIC"]);
	});

	it("goes through folders, page by page and all the way down", async () => {
		const deep = folderEntry([
			fileEntry(picture("d.png", "image/png")),
			fileEntry(picture("e.pdf", "application/pdf")),
		]);
		const entries = [
			folderEntry(["a", "b", "c"].map((name) => fileEntry(picture(`${name}.jpg`))).concat(/** @type {any} */ (deep))),
		];
		const found = await readDroppedPictures(transfer(entries, [picture("folder", "")]));
		expect(found.map(({ name }) => name)).toEqual(["a.jpg", "b.jpg", "c.jpg", "d.png"]);
	});

	it("gives the first file where none is a picture, so that it can be refused by its name", async () => {
		const notes = [picture("notes.txt", "text/plain"), picture("more.txt", "text/plain")];
		expect(await readDroppedPictures(transfer(notes.map(fileEntry), notes))).toEqual([notes[0]]);
		const folder = [folderEntry(notes.map(fileEntry))];
		expect(await readDroppedPictures(transfer(folder, [picture("folder", "")]))).toEqual([notes[0]]);
	});

	it("finds nothing where nothing was dropped", async () => {
		expect(await readDroppedPictures(null)).toEqual([]);
	});
});

describe("isPicture", () => {
	it.each([
		["photo.jpeg", "", true],
		["photo", "image/avif", true],
		["photo.jpg.exe", "", false],
		["photo.jpg", "text/html", false],
	])("%s of type %j: %s", (name, type, expected) => {
		expect(isPicture(picture(name, type))).toBe(expected);
	});
});
