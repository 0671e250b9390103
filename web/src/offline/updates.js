// Has the browser keep the page for use without a network, and notices new versions of it. Loaded when the page is ready, so
// that a first visit is not slowed down. Where there is no service worker (an http address of another computer, a private
// window, a full disk) the page works as it would without this module.

import { effect } from "@preact/signals";
import { language } from "../i18n/language.js";
import { newVersion } from "./new-version.js";

const CHECK_MS = 60 * 60 * 1000;

/**
 * @param {object} options
 * @param {ServiceWorker|null} options.controller the one that answered when the page was loaded
 * @param {ServiceWorkerContainer} [options.container] for tests
 * @param {() => void} [options.reload] for tests
 * @returns {Promise<void>} resolves when the service worker is registered, or can't be
 * @example
 * await startUpdates({ controller: navigator.serviceWorker?.controller ?? null });
 * newVersion.value; // null, until a new version waits
 */
export async function startUpdates({
	controller,
	container = navigator.serviceWorker,
	reload = () => window.location.reload(),
}) {
	if (!container) return;
	/** The version that this page is of. @type {string|null} */
	let ownVersion = null;
	let isTaking = false;

	container.addEventListener("controllerchange", async () => {
		if (isTaking) return reload();
		const version = container.controller && (await askVersion(container.controller));
		// A first visit: this version has just been kept.
		if (controller === null && ownVersion === null) ownVersion = version;
		// Another tab has taken a new version; this one goes on with its own until it is loaded anew.
		if (version === null || version !== ownVersion) newVersion.value = { take: reload };
	});
	container.addEventListener("message", ({ data, ports }) => {
		if (data?.type === "askVersion") ports[0]?.postMessage(ownVersion);
	});
	container.startMessages();
	if (controller) ownVersion = await askVersion(controller);
	effect(() => {
		const message = { type: "language", language: language.value };
		// On a first visit that is when everything else is kept.
		container.ready.then(({ active }) => active?.postMessage(message)).catch(() => {});
	});

	/** @param {ServiceWorker} waiting */
	const offer = (waiting) => {
		const take = () => {
			isTaking = true;
			waiting.postMessage({ type: "takeOver" });
		};
		newVersion.value = { take };
	};

	try {
		const registration = await container.register("./sw.js", { scope: "./" });
		registration.addEventListener("updatefound", () => {
			const { installing } = registration;
			installing?.addEventListener("statechange", () => {
				// Without an active one it is the first version, which nobody waits for.
				if (installing.state === "installed" && registration.active) offer(installing);
			});
		});
		if (registration.waiting && registration.active) offer(registration.waiting);
		registration.active?.postMessage({ type: "check" });
		let checkedAt = Date.now();
		document.addEventListener("visibilitychange", () => {
			if (document.visibilityState !== "visible" || Date.now() - checkedAt < CHECK_MS) return;
			checkedAt = Date.now();
			registration.update().catch(() => {});
		});
	} catch (error) {
		console.info("The page is not kept for use without a network:", error);
	}
}

/**
 * @param {ServiceWorker} worker
 * @returns {Promise<string|null>} null: no answer
 */
function askVersion(worker) {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = ({ data }) => resolve(data);
		setTimeout(() => resolve(null), 5000);
		worker.postMessage({ type: "version", script: ownScript() }, [port2]);
	});
}

/** @returns {string} the address of the page's entry, whose name changes with every version of its code */
const ownScript = () => document.querySelector("script[type=module]")?.getAttribute("src") ?? "";
