// The projects of a browser, for tests.

import { vi } from "vitest";
import { ProjectSwitch } from "../../src/app/projects/project-switch.js";
import { Projects } from "../../src/app/projects/projects.js";
import { People } from "../../src/app/room/people.js";
import { Workspace } from "../../src/app/workspace.js";
import { newId } from "../../src/knn/ids.js";
import { newProject, Store } from "../../src/project/store.js";
import { createState } from "../../src/state/state.js";
import { embeddingOf } from "./client.js";
import { FakeWorker } from "./fake-worker.js";

const MANIFEST = /** @type {any} */ ({ id: "m", dimension: 2 });
const cleanup = /** @type {(() => unknown)[]} */ ([]);

/** Closes what openProjects opened. */
export async function closeProjects() {
	for (const close of cleanup.splice(0).reverse()) await close();
}

/** All projects of a browser, one of them open, with stand-ins for what records, uploads and connects. */
export async function openProjects() {
	const state = createState();
	const workspace = new Workspace({ state, onLearnt: () => {}, makeWorker: () => new FakeWorker().asWorker });
	const store = await Store.open({ report: (error) => Promise.reject(new Error(error.message)) });
	const parts = {
		explaining: { reset: vi.fn() },
		recording: { stop: vi.fn() },
		recorder: { cleared: vi.fn(), cancel: vi.fn() },
		uploads: { cleared: vi.fn(), cancel: vi.fn() },
		serverLink: { disconnect: vi.fn(), connect: vi.fn(async () => {}), request: vi.fn(async () => {}) },
	};
	const projectSwitch = new ProjectSwitch({
		.../** @type {any} */ (parts),
		...{ state, workspace, server: true, onError: () => {} },
	});
	projectSwitch.manifest = MANIFEST;
	projectSwitch.enter({ project: newProject("m"), store, examples: [], queued: [], steps: [], binned: [] });
	const embed = vi.fn(async () => embeddingOf(0, 1));
	const projects = new Projects({ base: "http://page.test/", state, workspace, projectSwitch, embed });
	const people = new People({
		...{ state, workspace, projectSwitch, projects: async () => projects },
		serverLink: /** @type {any} */ (parts.serverLink),
	});
	cleanup.push(
		() => store.close(),
		() => workspace.close(),
	);
	/** @param {string} label @param {Blob|null} [thumbnail] */
	const show = (label, thumbnail = null) =>
		workspace.addExample({ id: newId(), label, group: null, embedding: embeddingOf(1, 0), thumbnail });
	const counts = () => Object.fromEntries(state.classes.value.map(({ label, count }) => [label, count]));
	return { state, workspace, store, projects, people, show, counts, embed, ...parts };
}
