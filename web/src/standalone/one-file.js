// Runs in an exported file (one-file.html) as it is, as its only inline script: hands the files that are in it to the page's
// code, which asks for them by their addresses, here and in workers. A page that was opened from the disk may load no others.

(() => {
	const page = /** @type {HTMLElement} */ (document.getElementById("page"));
	// It says what to do where nothing comes.
	page.hidden = true;
	setTimeout(() => {
		page.hidden = false;
	}, 20_000);

	/** @type {Record<string, string>} */
	const TYPES = { css: "text/css", js: "text/javascript", json: "application/json", wasm: "application/wasm" };
	/** Files by their names, without folders; a large one has several blocks. @type {Record<string, Uint8Array<ArrayBuffer>[]>} */
	const pieces = {};
	for (const block of document.querySelectorAll("script[data-file]")) {
		const text = atob(block.textContent ?? "");
		const bytes = new Uint8Array(text.length);
		for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
		const name = /** @type {HTMLElement} */ (block).dataset.file ?? "";
		pieces[name] = [...(pieces[name] ?? []), bytes];
		block.remove();
	}
	const typeOf = (/** @type {string} */ name) => TYPES[name.split(".").pop() ?? ""] ?? "";
	const names = Object.keys(pieces);
	const blobs = Object.fromEntries(names.map((name) => [name, new Blob(pieces[name], { type: typeOf(name) })]));
	const addressOf = (/** @type {string} */ name) => URL.createObjectURL(blobs[name]);

	/**
	 * Lets `fetch` find the files. Workers get it as text.
	 * @param {Record<string, Blob>} known by name
	 */
	function findFiles(known) {
		const { fetch } = globalThis;
		globalThis.fetch = async (address, options) => {
			const name = String(address).split("/").pop() ?? "";
			return Object.hasOwn(known, name) ? new Response(known[name]) : await fetch(address, options);
		};
	}

	/** @param {typeof findFiles} find */
	function receiveFiles(find) {
		const receive = (/** @type {MessageEvent} */ event) => {
			event.stopImmediatePropagation();
			find(event.data);
		};
		addEventListener("message", receive, { once: true });
	}

	findFiles(blobs);
	const { Worker } = globalThis;
	globalThis.Worker = class extends Worker {
		/** @param {string|URL} address @param {WorkerOptions} [options] */
		constructor(address, options) {
			const code = blobs[String(address).split("/").pop() ?? ""];
			const begin = `(${receiveFiles})(${findFiles});\n`;
			// From the disk, Chromium starts no modules as workers, and lets workers fetch no blobs: they are sent.
			super(URL.createObjectURL(new Blob([begin, code], { type: TYPES.js })), { ...options, type: "classic" });
			this.postMessage(blobs);
		}
	};

	for (const name of names.filter((each) => each.endsWith(".css"))) {
		document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: addressOf(name) }));
	}
	document.head.append(Object.assign(document.createElement("script"), { src: addressOf("first-paint.js") }));
	import(addressOf(page.dataset.main ?? "")).finally(() => {
		page.hidden = false;
	});
})();
