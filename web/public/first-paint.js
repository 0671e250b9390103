// Runs before the first paint, in any browser however old: sets the remembered theme, so that a dark
// page never flashes white, and marks a browser that can't run the page, so that it can say so.
// A file of its own because the page allows no inline script. Must stay ECMAScript 5.
(function () {
	var root = document.documentElement;
	var theme = null;
	try {
		theme = localStorage.getItem("theme");
	} catch (_) {
		// Storage may be switched off; the system's theme is right then.
	}
	if (theme !== "light" && theme !== "dark") {
		theme = window.matchMedia && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
	}
	root.setAttribute("data-theme", theme);
	var modern =
		"noModule" in document.createElement("script") &&
		window.WebAssembly &&
		window.Worker &&
		window.indexedDB &&
		window.createImageBitmap &&
		window.OffscreenCanvas &&
		window.HTMLDialogElement &&
		Object.hasOwn;
	root.className = modern ? "modern" : "old";
})();
