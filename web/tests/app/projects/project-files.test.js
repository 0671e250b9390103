// Files are saved and opened one at a time, into and from places that may be gone.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ProjectFiles } from "../../../src/app/projects/project-files.js";
import { createState } from "../../../src/state/state.js";

const CONTENT = /** @type {any} */ ({
	...{ name: "Pets", model: { id: "m", dimension: 2 }, settings: null, classes: [], examples: [] },
	embeddings: new Float32Array(),
});

/** A file on the disk. */
function fileHandle(name = "pets.showandtell") {
	const written = { isClosed: false };
	return {
		...{ name, written },
		isThere: true,
		async getFile() {
			if (!this.isThere) throw new DOMException("It is gone.", "NotFoundError");
			return new File([], name);
		},
		requestPermission: async () => "granted",
		async createWritable() {
			if (!this.isThere) throw new DOMException("It is gone.", "NotFoundError");
			return {
				write: async () => {},
				close: async () => {
					written.isClosed = true;
				},
				abort: async () => {},
			};
		},
	};
}

function setUp() {
	const state = createState();
	state.project.value = { ...state.project.value, id: "p", name: "Pets" };
	/** @type {Map<string, any>} */
	const kept = new Map();
	const store = {
		preference: async (/** @type {string} */ key) => kept.get(key),
		setPreference: (/** @type {string} */ key, /** @type {any} */ value) => kept.set(key, value),
	};
	const projects = async () => ({ content: async () => CONTENT });
	const files = new ProjectFiles({
		state,
		workspace: /** @type {any} */ ({ store }),
		projects: /** @type {any} */ (projects),
	});
	return { state, files, kept };
}

const picker = vi.fn();
beforeEach(() => vi.stubGlobal("window", { showSaveFilePicker: picker }));
afterEach(() => {
	vi.unstubAllGlobals();
	picker.mockReset();
});

test("a second file is told to wait, until the first is done", async () => {
	const { state, files } = setUp();
	/** @type {(error: Error) => void} */
	let end = () => {};
	const arrayBuffer = () =>
		new Promise((_, reject) => {
			end = reject;
		});
	const slow = /** @type {any} */ ({ name: "slow.showandtell", size: 1000, slice: () => ({ arrayBuffer }) });
	const first = files.open(slow);
	await files.open(new File([], "second.showandtell"));
	expect(state.problem.value?.code).toBe("fileBusy");
	end(new DOMException("gone", "NotReadableError"));
	await first;
	expect(state.problem.value).toMatchObject({ code: "fileNotRead", came: "slow.showandtell" });
	const saved = fileHandle();
	picker.mockResolvedValue(saved);
	await files.save();
	expect(saved.written.isClosed).toBe(true);
});

test("what a file has to wait for is no problem any more when that is done", async () => {
	const { state, files } = setUp();
	const handle = fileHandle();
	picker.mockResolvedValue(handle);
	const first = files.save();
	await files.save();
	expect(state.problem.value?.code).toBe("fileBusy");
	await first;
	expect([state.problem.value, handle.written.isClosed]).toEqual([null, true]);
});

test("a project is saved again without asking, and elsewhere where its file is gone", async () => {
	const { state, files } = setUp();
	const [one, other] = [fileHandle(), fileHandle("other.showandtell")];
	picker.mockResolvedValueOnce(one).mockResolvedValueOnce(other);
	await files.save();
	await files.save();
	expect(picker).toHaveBeenCalledTimes(1);
	one.isThere = false;
	await files.save();
	expect(picker).toHaveBeenCalledTimes(2);
	expect(state.notice.value).toEqual({ key: "saved", name: "other.showandtell" });
	expect([state.problem.value, other.written.isClosed]).toEqual([null, true]);
});
