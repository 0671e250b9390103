// The service worker: keeps everything that the page can load, and answers with it, so that the page works without network
// and server. web/scripts/built-files.js bundles it as sw.js, with the list of what it keeps. updates.js talks to it.
//
// Lessons in other languages than English are the exception: there are many, and a person reads one language. They are kept
// once the page is in their language, or once they are opened.
//
// A new version is kept beside the old one, in the same cache: files have a hash of their content in their names or in
// their keys, so no version can get a file of another. What only old versions have goes when no page of them is open.

import { PrecacheController, PrecacheRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
/** @type {import("./messages.js").Entry[]} */
// @ts-expect-error The bundler writes the list here.
const ENTRIES = self.__PRECACHE;
/** Names this version, by all that it consists of. */
const VERSION = ENTRIES.map(({ url, revision }) => `${url} ${revision}`).join("\n");
/** Other pages of the same origin, in other folders, have their own. */
const CACHE = `show-and-tell ${worker.registration.scope}`;
/** Where files lie whose names have a hash. */
const HASHED = /^(assets|model)\//;
/** Plain pages, which load nothing later. */
const PLAIN = /^lessons\//;
const REPLY_MS = 2000;

const keeper = new PrecacheController({ cacheName: CACHE });
keeper.addToCacheList(ENTRIES.filter(({ language }) => !language));
const TRANSLATED = ENTRIES.filter(({ language }) => language);
/** Translated lessons: checked against the build, and kept, when they are asked for; none is installed. */
const translated = new PrecacheController({ cacheName: CACHE });
translated.addToCacheList(TRANSLATED);

/** @param {string} url @returns {string|null} relative to the page's folder; null: outside of it */
function pathOf(url) {
	const { scope } = worker.registration;
	return url.startsWith(scope) ? url.slice(scope.length) : null;
}

/** Keeps everything that is not kept yet. Rejects, and this version is not installed, unless all of it is what was built. */
async function install(/** @type {ExtendableEvent} */ event) {
	const cache = await caches.open(CACHE);
	const before = new Set((await cache.keys()).map(({ url }) => url));
	// Workbox would let the install end at the first error, and the browser stop the tidying below.
	const calm = /** @type {ExtendableEvent} */ (/** @type {unknown} */ ({ type: event.type, waitUntil: () => {} }));
	try {
		await keeper.install(calm);
		await keepAgain(before).install(calm);
	} catch (error) {
		// A full disk: the rest is needed for what is taught. Otherwise the next attempt goes on from here.
		const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
		if (isFull) await discard(cache, ({ url }) => !before.has(url));
		throw error;
	}
}

/**
 * The translated lessons that the last version has kept: a person who reads them has them in this version, too.
 * @param {Set<string>} kept addresses, with revisions
 */
function keepAgain(kept) {
	const addresses = new Set([...kept].map(withoutRevision));
	const again = new PrecacheController({ cacheName: CACHE });
	again.addToCacheList(TRANSLATED.filter(({ url }) => addresses.has(worker.registration.scope + url)));
	return again;
}

/** @param {string} url */
const withoutRevision = (url) => url.split("?")[0];

/**
 * @param {Cache} cache
 * @param {(request: Request) => boolean} isUnwanted
 */
async function discard(cache, isUnwanted) {
	for (const request of await cache.keys()) if (isUnwanted(request)) await cache.delete(request);
}

/**
 * Fetches what is not kept of these files; each is compared with what was built.
 * @param {PrecacheController} controller
 * @param {Iterable<string>} urls
 * @param {ExtendableEvent} event
 */
async function fetchMissing(controller, urls, event) {
	const cache = await caches.open(CACHE);
	for (const url of urls) {
		const cacheKey = /** @type {string} */ (controller.getCacheKeyForURL(url));
		if (await cache.match(cacheKey)) continue;
		const params = { cacheKey, integrity: controller.getIntegrityForCacheKey(cacheKey) };
		// What the browser has of an earlier version would not be what was built.
		const request = new Request(url, { cache: "no-cache" });
		await Promise.all(controller.strategy.handleAll({ params, request, event }));
	}
}

/** @param {string} language @returns {string[]} what the page loads of its lessons; their printed pages are kept once opened */
const lessonsIn = (language) =>
	TRANSLATED.filter((entry) => entry.language === language && entry.url.endsWith(".json")).map(({ url }) => url);

/** Removes what only old versions need, once every open page is of this version. */
async function tidy() {
	const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
	const pages = windows.filter(({ url }) => !PLAIN.test(pathOf(url) ?? ""));
	const versions = await Promise.all(pages.map(askVersion));
	if (versions.some((version) => version !== VERSION)) return;
	const keys = new Set([keeper, translated].flatMap((each) => [...each.getURLsToCacheKeys().values()]));
	await discard(await caches.open(CACHE), ({ url }) => !keys.has(url));
}

/**
 * @param {Client} client
 * @returns {Promise<string|null>} null: it sleeps, or is no page of ours
 */
function askVersion(client) {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = ({ data }) => resolve(data);
		setTimeout(() => resolve(null), REPLY_MS);
		client.postMessage({ type: "askVersion" }, [port2]);
	});
}

worker.addEventListener("install", (event) => event.waitUntil(install(event)));
// A first visit is kept from now on, not from the next one.
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => {
	const { type, script, language } = event.data ?? {};
	// A page that was loaded just before a new version came is not of the version that was then kept.
	if (type === "version") event.ports[0]?.postMessage(keeper.getCacheKeyForURL(script) ? VERSION : null);
	// Only a person's click gets here: a new version is offered, and waits.
	else if (type === "takeOver") event.waitUntil(worker.skipWaiting());
	else if (type === "check") event.waitUntil(fetchMissing(keeper, keeper.getCachedURLs(), event).then(tidy));
	else if (type === "language") event.waitUntil(fetchMissing(translated, lessonsIn(language), event));
});

// "./?room=CODE" is index.html, too. Nothing of the server's (api, socket.io) is in the list, so it is left to the network.
const OPTIONS = { ignoreURLParametersMatching: [/./], cleanURLs: false };
registerRoute(new PrecacheRoute(keeper, OPTIONS));
const lessons = new PrecacheRoute(translated, OPTIONS);
// A lesson that is not what was built, such as a newer one, is better than none; it is not kept.
lessons.setCatchHandler(({ request }) => fetch(request));
registerRoute(lessons);
// A page of an old version that is still open gets its own chunks.
registerRoute(
	({ url }) => HASHED.test(pathOf(url.href) ?? ""),
	async ({ request }) => (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request),
);
