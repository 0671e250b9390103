// A server whose rooms come from a backup: pages give back what they have beside it, and what is deleted then stays deleted.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Losses } from "../../src/project/losses.js";
import { Client, contentsOf, embeddingOf, until } from "../support/client.js";
import { TestServer } from "../support/server.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const server = new TestServer();
const folder = mkdtempSync(join(tmpdir(), "backup-"));

beforeAll(() => server.start());
afterAll(async () => {
	await server.kill();
	rmSync(folder, { recursive: true, force: true });
});

/** How the rooms of an earlier moment are kept, and how they come back: a backup, and the folder's files copied by hand. */
const WAYS = {
	backup: {
		keep: () => server.command("backup", join(folder, "rooms.db")),
		bringBack: () => server.command("restore", join(folder, "rooms.db")),
	},
	copy: {
		keep: () => server.restartAfter(async () => cpSync(server.folder, join(folder, "copy"), { recursive: true })),
		bringBack: async () => {
			rmSync(server.folder, { recursive: true });
			cpSync(join(folder, "copy"), server.folder, { recursive: true });
			await server.command("restored");
		},
	},
};

test.each(
	/** @type {const} */ ([
		["backup", "KIWI-42"],
		["copy", "LIME-77"],
	]),
)("what was taught after a %s comes back from a page, and a room that is deleted then does not", async (way, room) => {
	const { keep, bringBack } = WAYS[way];
	const client = new Client({ base: server.base, room, member: { id: "ada", name: "Ada" } });
	const losses = new Losses({ replica: client.replica });
	try {
		await client.connect();
		const [first, gone] = [client.show("cat", embeddingOf(1, 0, 0, 0)), client.show("cat", embeddingOf(2, 1, 0, 0))];
		await client.settled();
		await keep();
		client.teaching.deleteExample(gone);
		const later = client.show("dog", embeddingOf(0, 1, 0, 0));
		await client.settled();
		// What was deleted after the backup is back, too: nothing tells it from what somebody added since.
		const examples = { [first]: "cat", [gone]: "cat", [later]: "dog" };
		for (const _time of ["once", "and again"]) {
			const epoch = client.replica.project.epoch;
			await server.restartAfter(bringBack);
			await until(() => client.replica.project.epoch !== epoch, "the room has another life");
			await client.settled();
			await until(() => client.replica.count === 3, "all is here");
			expect(client.contents).toEqual({ labels: ["cat", "dog"], examples });
			expect(await contentsOf(server.base, room)).toEqual(client.contents);
			expect([client.overs, losses.list]).toEqual([[], []]);
		}

		await server.restartAfter(() => server.command("delete", room.toLowerCase().replace("-", " "), "--yes"));
		await until(() => client.overs.length > 0, "the page is told that the room is closed");
		expect(client.overs).toEqual(["roomClosed"]);
		expect(await server.command("rooms")).not.toContain(room);
	} finally {
		losses.reset();
		client.close();
	}
});
