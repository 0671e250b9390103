// Which project is open at the end: after a copy, and where another tab takes over meanwhile.

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { newProject } from "../../../src/project/store.js";
import { embeddingOf } from "../../support/client.js";
import { closeProjects, openProjects } from "../../support/projects.js";

beforeEach(() => vi.stubGlobal("indexedDB", new IDBFactory()));
afterEach(async () => {
	await closeProjects();
	vi.unstubAllGlobals();
});

describe("another tab takes over while a project is opened", () => {
	test.each(["reading", "embedding"])(
		"during the %s: it is refused, and nothing is taught that is not kept",
		async (when) => {
			const { state, workspace, store, projects, embed, serverLink, counts } = await openProjects();

			const { id } = state.project.value;
			const other = { ...newProject("m"), name: "Other" };
			store.save(other);
			const takeOver = () => {
				workspace.pause();
				return store.close();
			};
			/** @type {Promise<unknown>} */
			let opening;
			if (when !== "embedding") {
				serverLink.disconnect.mockImplementation(takeOver);
				opening = projects.open(other.id);
			} else {
				embed.mockImplementation(async () => {
					await takeOver();
					return embeddingOf(0, 1);
				});
				const example = { id: "a", label: "dog", group: null, thumbnail: new Blob(["picture"]) };
				const classes = [{ label: "dog", colour: null, emoji: null, enabled: true }];
				const content = { name: "", model: null, settings: null, classes, examples: [example], embeddings: null };
				opening = projects.create(content);
			}
			await expect(opening).rejects.toBeInstanceOf(Error);
			expect(workspace.isOpen).toBe(false);
			expect([state.project.value.id, counts()]).toEqual([id, {}]);
		},
	);
});

test("after a copy, a reload opens the project that is open, and not the copy", async () => {
	const { state, store, projects } = await openProjects();
	await projects.duplicate(state.project.value.id, "Copy");
	await store.settled();
	expect((await store.projects()).map(({ name }) => name)).toEqual(["", "Copy"]);
});
