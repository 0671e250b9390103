// Pictures from addresses: which are refused, what goes along with the question, and how much may come.

import { expect, test, vi } from "vitest";
import { downloadPicture } from "../../src/capture/picture-download.js";
import { checkAddress, nameOfAddress, PictureFetcher } from "../../src/capture/picture-fetcher.js";

/** @param {() => unknown} action */
function codeOf(action) {
	try {
		action();
		return null;
	} catch (error) {
		return /** @type {any} */ (error).code;
	}
}

test.each([
	"",
	"cat.jpg",
	"//example.org/cat.jpg",
	"javascript:alert(1)",
	"data:image/png;base64,AAAA",
	"blob:https://example.org/1",
	"file:///etc/passwd",
	"ftp://example.org/cat.jpg",
	"ws://example.org/",
	"https://",
	"https://name:secret@example.org/cat.jpg",
	"https://name@example.org/cat.jpg",
])("no address of a picture: %s", (text) => {
	expect(codeOf(() => checkAddress(text, "http:"))).toBe("badAddress");
});

test.each([
	["http://example.org/cat.jpg", "http:", null],
	["https://example.org/cat.jpg", "https:", null],
	["http://example.org/cat.jpg", "https:", "insecureAddress"],
	["http://localhost.example.org/cat.jpg", "https:", "insecureAddress"],
	["http://localhost:81/cat.jpg", "https:", null],
	["http://127.0.0.1/cat.jpg", "https:", null],
])("%s on a page with %s", (text, protocol, expected) => {
	expect(codeOf(() => checkAddress(text, protocol))).toBe(expected);
});

test.each([
	["https://example.org/a/my%20cat.jpg?size=2#top", "my cat.jpg"],
	["https://example.org/a/", "a"],
	["https://example.org/", "example.org"],
	["https://example.org/%E0%A4%A", "%E0%A4%A"],
])("the name of %s", (address, expected) => {
	expect(nameOfAddress(new URL(address))).toBe(expected);
});

const REQUEST = { url: "https://example.org/cat.jpg", maxBytes: 10 };

test("nothing of the person goes along", async () => {
	const get = vi.fn(async () => new Response("picture", { headers: { "Content-Type": "image/png" } }));
	const reply = await downloadPicture(REQUEST, get);
	expect(get).toHaveBeenCalledExactlyOnceWith(REQUEST.url, {
		mode: "cors",
		credentials: "omit",
		referrerPolicy: "no-referrer",
	});
	expect(reply).toMatchObject({ ok: true, type: "image/png" });
	expect(reply.ok && new TextDecoder().decode(reply.bytes)).toBe("picture");
});

test("a body that is longer than allowed is not read to its end, whatever its header says", async () => {
	let sent = 0;
	const body = new ReadableStream({
		pull: (controller) => {
			sent += 1;
			controller.enqueue(new Uint8Array(6));
		},
	});
	const reply = await downloadPicture(REQUEST, async () => new Response(body, { headers: { "Content-Length": "1" } }));
	expect(reply).toEqual({ ok: false, reason: "large" });
	expect(sent).toBeLessThan(5);
});

test("what the server or the browser refuses", async () => {
	expect(await downloadPicture(REQUEST, async () => new Response("", { status: 404 }))).toEqual({
		...{ ok: false, reason: "status", status: 404 },
	});
	const refuse = async () => {
		throw new TypeError("Failed to fetch");
	};
	expect(await downloadPicture(REQUEST, refuse)).toEqual({ ok: false, reason: "refused" });
});

test("only a picture's type is believed", async () => {
	const headers = { "Content-Type": "text/html" };
	expect(await downloadPicture(REQUEST, async () => new Response("x", { headers }))).toMatchObject({ type: "" });
});

/** @param {(request: any) => object|null} answer null: it never comes */
function makeFetcher(answer) {
	const worker = {
		onmessage: (/** @type {any} */ _event) => {},
		terminate: () => {},
		postMessage: (/** @type {any} */ request) => {
			const reply = answer(request);
			if (reply) queueMicrotask(() => worker.onmessage({ data: { ...reply, requestId: request.requestId } }));
		},
	};
	return new PictureFetcher(() => /** @type {any} */ (worker));
}

test.each([
	[{ ok: false, reason: "refused" }, "refusedAddress"],
	[{ ok: false, reason: "large" }, "hugePicture"],
	[{ ok: false, reason: "status", status: 404 }, "failedAddress"],
])("%j is said in words", async (reply, code) => {
	const fetcher = makeFetcher(() => reply);
	await expect(fetcher.fetch(new URL("https://example.org/cat.jpg"))).rejects.toMatchObject({ code });
});

test("a picture comes as a file, and a stop ends the wait", async () => {
	const came = await makeFetcher(() => ({ ok: true, bytes: new ArrayBuffer(3), type: "image/png" })).fetch(
		new URL("https://example.org/cat.png"),
	);
	expect([came.name, came.type, came.size]).toEqual(["cat.png", "image/png", 3]);
	const fetcher = makeFetcher(() => null);
	const waiting = fetcher.fetch(new URL("https://example.org/cat.png"));
	fetcher.stop();
	await expect(waiting).rejects.toMatchObject({ code: "refusedAddress" });
});
