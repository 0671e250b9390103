// Pictures that a room lends: their addresses end with them, and a large room does not fill the memory.

import { afterEach, expect, test, vi } from "vitest";
import { LentPictures } from "../../src/project/room/lent-pictures.js";

const picture = new Blob(["picture"], { type: "image/jpeg" });
const revoked = vi.spyOn(URL, "revokeObjectURL");
afterEach(() => revoked.mockClear());

test("an address is revoked when another picture comes, when its example goes, and when all go", () => {
	const lent = new LentPictures();
	expect([lent.urlOf("a"), lent.blobOf("a"), lent.blobOf("never asked for")]).toEqual([null, null, null]);
	/** @type {(string|null)[]} */
	const urls = [];
	for (const id of ["a", "a", "b", "c"]) {
		lent.lend(id, picture);
		urls.push(lent.urlOf(id));
	}
	lent.keepDuring(() => lent.forget("c"));
	expect(revoked.mock.calls.flat()).toEqual([urls[0]]);
	lent.forget("b");
	expect([lent.urlOf("a"), lent.urlOf("b"), lent.urlOf("c")]).toEqual([urls[1], null, urls[3]]);
	lent.clear();
	expect([lent.urlOf("a"), lent.blobOf("c")]).toEqual([null, null]);
	expect(revoked.mock.calls.flat()).toEqual([urls[0], urls[2], urls[1], urls[3]]);
});

test("so many are taken unasked, and every one that was asked for", () => {
	const lent = new LentPictures();
	for (let i = 0; i < 600; i += 1) lent.lendUnasked(`${i}`, picture);
	expect([lent.urlOf("499"), lent.urlOf("500")]).toEqual([expect.stringMatching(/^blob:/), null]);
	lent.lend("500", picture);
	expect(lent.urlOf("500")).toMatch(/^blob:/);
	lent.clear();
	lent.lendUnasked("500", picture);
	expect(lent.urlOf("500")).not.toBeNull();
	lent.clear();
});
