// Lines to a board by Web Serial, against fakes of the browser's interface: one port at a time, and the state that is true.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Serial } from "../../src/actions/devices/serial.js";
import { createState } from "../../src/state/state.js";

/** What was written: the port's name and the line. @type {string[]} */
let lines;
/** @type {FakePort[]} */
let allowed;
/** @type {() => Promise<FakePort>} */
let choose;
/** @type {EventTarget} */
let usb;
/** @type {import("../../src/state/state.js").State} */
let state;
/** @type {Serial} */
let serial;

class FakePort extends EventTarget {
	/** @type {WritableStream<Uint8Array>|null} */
	writable = null;
	#isOpening = false;

	/** @param {string} name */
	constructor(name) {
		super();
		this.name = name;
	}

	async open() {
		if (this.writable || this.#isOpening) throw new DOMException("The port is already open.", "InvalidStateError");
		this.#isOpening = true;
		await new Promise((resolve) => setTimeout(resolve, 5));
		this.#isOpening = false;
		this.writable = new WritableStream({
			write: (bytes) => void lines.push(`${this.name} ${new TextDecoder().decode(bytes)}`),
		});
	}

	async close() {
		this.writable = null;
	}
}

beforeEach(() => {
	lines = [];
	allowed = [];
	usb = Object.assign(new EventTarget(), { getPorts: async () => allowed, requestPort: () => choose() });
	vi.stubGlobal("navigator", { serial: usb });
	state = createState();
	serial = new Serial(state);
});
afterEach(() => {
	serial.close();
	vi.unstubAllGlobals();
});

/** @param {string} text */
const send = (text) =>
	serial.perform({
		...{ action: { kind: "serial", cooldown: 0 }, win: { label: "cat", share: 1 } },
		...{ fill: () => text, file: async () => null },
	});
const shown = () => state.devices.value.serial;

/** @param {string} type @param {FakePort} port that the event comes from: it bubbles to all ports' interface */
const tell = (type, port) => usb.dispatchEvent(Object.defineProperty(new Event(type), "target", { value: port }));

describe("Serial", () => {
	it("opens a port of an earlier visit once, for two lines at the same time", async () => {
		allowed = [new FakePort("a")];
		await Promise.all([send("one"), send("two")]);
		expect(lines).toEqual(["a one\n", "a two\n"]);
		expect(shown()).toBe("on");
	});

	it("takes the port that is plugged in, not another that is known", async () => {
		const [a, b] = [new FakePort("a"), new FakePort("b")];
		allowed = [a, b];
		choose = async () => b;
		await serial.connect();
		tell("disconnect", b);
		expect(shown()).toBe("lost");
		tell("connect", b);
		await vi.waitFor(() => expect(shown()).toBe("on"));
		await send("one");
		expect(lines).toEqual(["b one\n"]);
		expect(a.writable).toBe(null);
	});

	it.each(["on", "off"])("shows the same as before where the person chooses none: %s", async (before) => {
		choose = async () => new FakePort("a");
		if (before === "on") await serial.connect();
		choose = async () => {
			throw new DOMException("No port selected by the user.", "NotFoundError");
		};
		await serial.connect();
		expect(shown()).toBe(before);
		if (before === "on") await send("one");
		expect(lines).toHaveLength(before === "on" ? 1 : 0);
	});

	it("closes a port that is still being opened", async () => {
		const port = new FakePort("a");
		allowed = [port];
		const sent = send("one");
		serial.close();
		await sent;
		await vi.waitFor(() => expect(port.writable).toBe(null));
	});

	it("leaves the port alone where another is plugged in", async () => {
		const [a, b] = [new FakePort("a"), new FakePort("b")];
		choose = async () => a;
		await serial.connect();
		tell("connect", b);
		await send("one");
		expect(lines).toEqual(["a one\n"]);
	});
});
