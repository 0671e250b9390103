// Somebody guesses room codes: the server's own sentence, where it does not tell any more.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { askForRoom, makeRoom } from "../../../src/app/rooms-here.js";
import { TestServer } from "../../support/server.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const server = new TestServer();
beforeAll(() => server.start({ SHOWTELL_TRIES_BY_ADDRESS: "2" }));
afterAll(() => server.kill());

test("a room is there or not, until too many codes were wrong", async () => {
	const made = await makeRoom(server.base);
	expect(await askForRoom(server.base, made && "room" in made ? made.room : "")).toBe("exists");
	for (const code of ["NO-1", "NO-2"]) expect(await askForRoom(server.base, code)).toBe("missing");
	await expect(askForRoom(server.base, "NO-3")).rejects.toMatchObject({ code: "tooManyTries", expected: "2" });
	expect(await askForRoom("http://127.0.0.1:9/", "NO-4")).toBe("unknown");
});
