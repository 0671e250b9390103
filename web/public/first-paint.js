// Runs before the first paint, in any browser however old: sets the remembered theme, so that a dark
// page never flashes white, marks a browser that can't run the page, so that it can say so, and asks for the words of the
// person's language, which the page's script would ask for only once it runs.
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

	// The build fills it: "de:./assets/de-….js en:./assets/en-….js". The choice is that of src/i18n/language.js.
	var words = document.currentScript && document.currentScript.getAttribute("data-words");
	if (!modern || !words) return;
	var tags = [].concat(navigator.languages || []);
	try {
		tags.unshift(localStorage.getItem("language") || "");
	} catch (_) {
		// As above.
	}
	for (var i = 0; i < tags.length + 1; i += 1) {
		var tag = (tags[i] || (i === tags.length ? "en" : "")).toLowerCase().split("-")[0];
		var found = tag && new RegExp("(?:^| )" + tag.replace(/\W/g, "") + ":(\\S+)").exec(words);
		if (found) {
			var link = document.createElement("link");
			link.rel = "modulepreload";
			link.href = found[1];
			document.head.appendChild(link);
			return;
		}
	}
})();
