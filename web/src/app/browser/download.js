// A file that the browser puts into the person's downloads.

/**
 * @param {Blob} file
 * @param {string} name
 * @example
 * download(new Blob(["a,b"]), "table.csv");
 */
export function download(file, name) {
	const url = URL.createObjectURL(file);
	const link = document.createElement("a");
	link.href = url;
	link.download = name;
	link.click();
	// The browser needs the address until the download has begun, and does not say when that is.
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
