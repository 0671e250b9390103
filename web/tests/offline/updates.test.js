// New versions as the page sees them: offered, never forced. The real service worker: tests/browser/test_new_version.py.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useLanguage } from "../../src/i18n/language.js";
import { newVersion } from "../../src/offline/new-version.js";
import { startUpdates } from "../../src/offline/updates.js";

/** A service worker of a version; it is told messages, and answers which version it is. @param {string|null} version */
function makeWorker(version, state = "activated") {
	return Object.assign(new EventTarget(), {
		state,
		/** @type {string[]} */
		told: [],
		/** @type {string[]} */
		languages: [],
		/** @param {any} message @param {MessagePort[]} [ports] */
		postMessage(message, ports) {
			if (message.type === "language") this.languages.push(message.language);
			else this.told.push(message.type);
			if (message.type === "version") ports?.[0].postMessage(version);
		},
	});
}

/** @param {{active?: any, waiting?: any, controller?: any}} [workers] */
function makeContainer({ active = null, waiting = null, controller = null } = {}) {
	const registration = Object.assign(new EventTarget(), { active, waiting, installing: null, update: vi.fn() });
	/** @type {(registration: any) => void} */
	let setReady = () => {};
	const ready = new Promise((resolve) => {
		setReady = resolve;
	});
	if (active) setReady(registration);
	const container = Object.assign(new EventTarget(), {
		controller,
		registration,
		ready,
		startMessages: vi.fn(),
		register: vi.fn(async () => registration),
		/** @param {any} worker */
		async changeTo(worker) {
			container.controller = worker;
			registration.active = worker;
			setReady(registration);
			container.dispatchEvent(new Event("controllerchange"));
			// The answer about its version comes through a port.
			await new Promise((resolve) => setTimeout(resolve, 50));
		},
	});
	return container;
}

/** @type {import("vitest").Mock<() => void>} */
let reload;
beforeEach(() => {
	newVersion.value = null;
	reload = vi.fn();
	vi.stubGlobal(
		"document",
		Object.assign(new EventTarget(), { visibilityState: "visible", querySelector: () => null, documentElement: {} }),
	);
	vi.spyOn(console, "info").mockImplementation(() => {});
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

/** @param {any} container */
const start = (container) => startUpdates({ controller: container.controller, container, reload });

/** Which version the page says that it is of. @param {any} container @returns {Promise<string|null>} */
function askPage(container) {
	const { port1, port2 } = new MessageChannel();
	container.dispatchEvent(new MessageEvent("message", { data: { type: "askVersion" }, ports: [port2] }));
	return new Promise((resolve) => {
		port1.onmessage = ({ data }) => {
			port1.close();
			resolve(data);
		};
	});
}

test("a first visit is kept, and nothing is offered", async () => {
	const container = makeContainer();
	await start(container);
	expect(container.register).toHaveBeenCalledWith("./sw.js", { scope: "./" });
	await container.changeTo(makeWorker("1"));
	expect([newVersion.value, await askPage(container)]).toEqual([null, "1"]);
	expect(reload).not.toHaveBeenCalled();
});

test("a first visit whose scripts are older than what was kept is offered the new version", async () => {
	const container = makeContainer();
	await start(container);
	await container.changeTo(makeWorker(null));
	expect(newVersion.value).not.toBeNull();
});

test("a version that waits is offered; it takes over, and the page is loaded anew, only when that is wanted", async () => {
	const [active, waiting] = [makeWorker("1"), makeWorker("2", "installed")];
	const container = makeContainer({ active, waiting, controller: active });
	await start(container);
	expect(newVersion.value).not.toBeNull();
	expect([waiting.told, reload.mock.calls.length]).toEqual([[], 0]);
	newVersion.value?.take();
	expect(waiting.told).toEqual(["takeOver"]);
	expect(reload).not.toHaveBeenCalled();
	await container.changeTo(waiting);
	expect(reload).toHaveBeenCalledOnce();
});

test("a version that is installed while the page is open is offered; the very first one is not", async () => {
	for (const active of [makeWorker("1"), null]) {
		newVersion.value = null;
		const container = makeContainer({ active, controller: active });
		await start(container);
		const installing = makeWorker("2", "installing");
		container.registration.installing = /** @type {any} */ (installing);
		container.registration.dispatchEvent(new Event("updatefound"));
		expect(newVersion.value).toBeNull();
		installing.state = "installed";
		installing.dispatchEvent(new Event("statechange"));
		expect(newVersion.value !== null).toBe(active !== null);
	}
});

test("where another tab took a new version, this one goes on with its own and is offered the new one", async () => {
	const active = makeWorker("1");
	const container = makeContainer({ active, controller: active });
	await start(container);
	await container.changeTo(makeWorker("2"));
	expect(reload).not.toHaveBeenCalled();
	expect(await askPage(container)).toBe("1");
	newVersion.value?.take();
	expect(reload).toHaveBeenCalledOnce();
});

test("what is missing is fetched at every start", async () => {
	const active = makeWorker("1");
	await start(makeContainer({ active, controller: active }));
	expect(active.told).toContain("check");
});

test("the worker that keeps the page is told its language: on a first visit, at every start, and with another one", async () => {
	const [first, later] = [makeWorker("1"), makeWorker("1")];
	const container = makeContainer();
	await start(container);
	await container.changeTo(first);
	await start(makeContainer({ active: later, controller: later }));
	const loader = async () => ({ default: {} });
	const loaders = /** @type {any} */ ({ de: { first: loader, later: loader } });
	await useLanguage("de", loaders);
	await vi.waitFor(() =>
		expect([first.languages, later.languages]).toEqual([
			["en", "de"],
			["en", "de"],
		]),
	);
});

test("where there is no service worker, or it is refused, nothing breaks", async () => {
	vi.stubGlobal("navigator", {});
	await startUpdates({ controller: null, reload });
	const container = makeContainer();
	container.register.mockRejectedValue(new DOMException("no", "SecurityError"));
	await start(container);
	expect(newVersion.value).toBeNull();
});
