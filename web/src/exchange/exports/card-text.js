// A text with headings, lists and pictures as HTML without scripts, and as Markdown. All that is put in is text: labels are
// written as they are, whatever they contain.

import { directionOf } from "../../i18n/language.js";

/** @typedef {{path: string, type: string, bytes: Uint8Array<ArrayBuffer>, alt: string}} Picture */

/**
 * @typedef {{kind: "heading", text: string}
 *   | {kind: "text", text: string}
 *   | {kind: "list", items: string[]}
 *   | {kind: "table", head: string[], rows: string[][]}
 *   | {kind: "class", label: string, text: string, pictures: Picture[]}} Block
 */

const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; font: 1.0625rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.875rem; line-height: 1.2; }
h2 { margin-top: 2.25rem; font-size: 1.25rem; }
h3 { margin: 1.5rem 0 0; font-size: 1.0625rem; }
h3 + p { margin: 0 0 0.5rem; opacity: 0.8; }
img { width: 96px; height: 96px; margin-block: 0 8px; margin-inline: 0 8px; border-radius: 10px; object-fit: cover; }
table { border-collapse: collapse; }
th, td { padding-block: 0.375rem; padding-inline: 0 1rem; border-bottom: 1px solid #8886; text-align: start; }
li { margin: 0.375rem 0; }
@media print { h3, .pictures { break-inside: avoid; } }
`;

/**
 * @param {string} text
 * @returns {string} as HTML, in an element and in an attribute in quotes
 * @example
 * escapeHtml("<b>"); // "&#60;b&#62;"
 */
export const escapeHtml = (text) => text.replace(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0)};`);

/**
 * @param {string} text
 * @returns {string} one line of Markdown that reads as the text
 * @example
 * escapeMarkdown("*a* <b>"); // "\\*a\\* \\<b\\>"
 */
export const escapeMarkdown = (text) =>
	text
		.replace(/\s+/g, " ")
		.replace(/[!-/:-@[-`{-~]/g, (character) => (/[,;:'%/-]/.test(character) ? character : `\\${character}`));

/** @param {Uint8Array} bytes */
function base64(bytes) {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return btoa(text);
}

/** @param {string} text @returns {string} its direction is its own */
const isolated = (text) => `<bdi>${escapeHtml(text)}</bdi>`;

/**
 * @param {string} title
 * @param {import("../../i18n/language.js").Language} language
 * @param {Block[]} blocks
 * @returns {string} a page that loads nothing: the pictures are in it
 */
export function toHtml(title, language, blocks) {
	const body = blocks.map(blockAsHtml).join("\n");
	return `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${isolated(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** @param {Block} block */
function blockAsHtml(block) {
	switch (block.kind) {
		case "heading":
			return `<h2>${escapeHtml(block.text)}</h2>`;
		case "text":
			return `<p>${escapeHtml(block.text)}</p>`;
		case "list":
			return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
		case "table": {
			const head = block.head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("");
			const rows = block.rows.map((row) => `<tr>${row.map((cell) => `<td>${isolated(cell)}</td>`).join("")}</tr>`);
			return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
		}
		case "class": {
			const pictures = block.pictures.map(
				({ type, bytes, alt }) =>
					`<img src="data:${escapeHtml(type)};base64,${base64(bytes)}" alt="${escapeHtml(alt)}" width="96" height="96">`,
			);
			return `<h3>${isolated(block.label)}</h3>\n<p>${escapeHtml(block.text)}</p>\n<div class="pictures">${pictures.join("")}</div>`;
		}
	}
}

/**
 * @param {string} title
 * @param {Block[]} blocks
 * @returns {string} the pictures lie beside it
 */
export function toMarkdown(title, blocks) {
	return `${[`# ${escapeMarkdown(title)}`, ...blocks.map(blockAsMarkdown)].join("\n\n")}\n`;
}

/** @param {Block} block */
function blockAsMarkdown(block) {
	switch (block.kind) {
		case "heading":
			return `## ${escapeMarkdown(block.text)}`;
		case "text":
			return escapeMarkdown(block.text);
		case "list":
			return block.items.map((item) => `- ${escapeMarkdown(item)}`).join("\n");
		case "table": {
			const lines = [block.head, block.head.map(() => null), ...block.rows];
			return lines
				.map((row) => `| ${row.map((cell) => (cell === null ? "---" : escapeMarkdown(cell))).join(" | ")} |`)
				.join("\n");
		}
		case "class": {
			const pictures = block.pictures.map(({ path, alt }) => `![${escapeMarkdown(alt)}](${path})`);
			return [`### ${escapeMarkdown(block.label)}`, escapeMarkdown(block.text), pictures.join(" ")]
				.filter(Boolean)
				.join("\n\n");
		}
	}
}
