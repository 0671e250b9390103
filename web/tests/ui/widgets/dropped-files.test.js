import { describe, expect, it } from "vitest";
import { isPicture, readDropped } from "../../../src/ui/widgets/dropped-files.js";

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

describe("readDropped", () => {
	it("takes the pictures among dropped files, and says how many others there are", async () => {
		const files = [picture("a.jpg"), picture("notes.txt", "text/plain"), picture("b.HEIC", "")];
		const { pictures, passedOver } = await readDropped(transfer(files.map(fileEntry), files));
		expect(pictures.map(({ name }) => name)).toEqual(["a.jpg", "b.HEIC"]);
		expect(passedOver).toMatchObject({ code: "passedOver", came: "1" });
		expect((await readDropped(transfer([], files.slice(0, 1)))).passedOver).toBe(null);
	});

	it("goes through folders, page by page and all the way down", async () => {
		const deep = folderEntry([
			fileEntry(picture("d.png", "image/png")),
			fileEntry(picture("e.pdf", "application/pdf")),
		]);
		const entries = [
			folderEntry(["a", "b", "c"].map((name) => fileEntry(picture(`${name}.jpg`))).concat(/** @type {any} */ (deep))),
		];
		const { pictures } = await readDropped(transfer(entries, [picture("folder", "")]));
		expect(pictures.map(({ name }) => name)).toEqual(["a.jpg", "b.jpg", "c.jpg", "d.png"]);
	});

	it("gives the first file where none is a picture, so that it can be refused by its name", async () => {
		const notes = [picture("notes.txt", "text/plain"), picture("more.txt", "text/plain")];
		const expected = { pictures: [notes[0]], collection: null, passedOver: { code: "passedOver", came: "1" } };
		expect(await readDropped(transfer(notes.map(fileEntry), notes))).toMatchObject(expected);
		const folder = [folderEntry(notes.map(fileEntry))];
		expect(await readDropped(transfer(folder, [picture("folder", "")]))).toMatchObject(expected);
	});

	it("finds nothing where nothing was dropped", async () => {
		expect(await readDropped(null)).toEqual({ pictures: [], collection: null, passedOver: null });
	});

	it("takes what can be read where a file can't, and names that one", async () => {
		const gone = {
			...{ isFile: true, isDirectory: false, name: "gone.jpg" },
			/** @param {unknown} _ @param {(error: Error) => void} reject */
			file: (_, reject) => reject(new DOMException("It was deleted.", "NotFoundError")),
		};
		const folder = [folderEntry([fileEntry(picture("a.jpg")), gone])];
		const { pictures, passedOver } = await readDropped(transfer(folder, []));
		expect(pictures.map(({ name }) => name)).toEqual(["a.jpg"]);
		expect(passedOver).toMatchObject({ code: "fileNotRead", came: "gone.jpg" });
	});

	/** @param {string} name @param {object[]} entries */
	const folder = (name, entries) => ({ ...folderEntry(entries), name });
	/** @param {string} name @param {string} [type] */
	const file = (name, type) => ({ ...fileEntry(picture(name, type)), name });

	it("gives folders of folders with their paths, and leaves out what is hidden", async () => {
		const tree = folder("pets", [
			folder("cat", [file("1.jpg"), file("._1.jpg"), folder(".thumbnails", [file("1.jpg")])]),
			folder("dog", [file("2.jpg")]),
			folder("__MACOSX", [folder("dog", [file("3.jpg")])]),
		]);
		const { pictures, collection } = await readDropped(transfer([tree], [picture("pets", "")]));
		expect(collection).toMatchObject({ name: "pets", files: [{ path: "pets/cat/1.jpg" }, { path: "pets/dog/2.jpg" }] });
		expect(pictures.map(({ name }) => name)).toEqual(["1.jpg", "2.jpg"]);
	});

	it("finds no classes in a folder of pictures", async () => {
		const { collection } = await readDropped(transfer([folder("cat", [file("1.jpg"), file("2.jpg")])], []));
		expect(collection).toBe(null);
	});

	it.each(["pets.zip", "pets.tm", "knn.json", "table.csv"])("takes %s for a file of many examples", async (name) => {
		const dropped = picture(name, "");
		expect((await readDropped(transfer([fileEntry(dropped)], [dropped]))).collection).toBe(dropped);
		const two = [dropped, picture("1.jpg")];
		expect((await readDropped(transfer(two.map(fileEntry), two))).collection).toBe(null);
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
