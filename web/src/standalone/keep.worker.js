// The service worker of an exported page, as it is: keeps the page's files, so that it opens without a network after the first
// visit. The network's are shown where it has them: what is put in their place is seen at the next visit. The export
// (exchange/exports/standalone.js) puts the list of files, and a sum of them, before this.

(() => {
	const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
	/** @type {{files: string[], sum: string}} files: relative to the page */
	const { files, sum } = /** @type {any} */ (self).KEPT;
	const { scope } = worker.registration;
	/** Other pages of this origin have their own. */
	const OURS = `show-and-tell-page ${scope} `;
	const CACHE = OURS + sum;
	const KEPT = new Set(files.map((path) => new URL(path, scope).href));
	/** Names that change with the content. */
	const HASHED = /^(assets\/|model\/.+-[0-9a-f]{16}\.)/;

	const install = async () => {
		const cache = await caches.open(CACHE);
		// The browser has fetched most of them for the page; it asks the server whether they are new.
		await cache.addAll([...KEPT].map((url) => new Request(url, { cache: "no-cache" })));
		await worker.skipWaiting();
	};

	const activate = async () => {
		for (const name of await caches.keys()) {
			if (name.startsWith(OURS) && name !== CACHE) await caches.delete(name);
		}
		await worker.clients.claim();
	};

	/** @param {Request} request @param {string} url */
	const answer = async (request, url) => {
		const kept = await (await caches.open(CACHE)).match(url);
		if (kept && HASHED.test(url.slice(scope.length))) return kept;
		try {
			// A plain file server says nothing of how long a file holds, and the browser would guess.
			return await fetch(request, { cache: "no-cache" });
		} catch (error) {
			if (!kept) throw error;
			return kept;
		}
	};

	worker.addEventListener("install", (event) => event.waitUntil(install()));
	worker.addEventListener("activate", (event) => event.waitUntil(activate()));
	worker.addEventListener("fetch", (event) => {
		const { origin, pathname } = new URL(event.request.url);
		const url = origin + pathname.replace(/\/index\.html$/, "/");
		if (event.request.method === "GET" && KEPT.has(url)) event.respondWith(answer(event.request, url));
	});
})();
