// The model card: what a project is, how well it does and what it can't do, so that a twelve-year-old can read it. One HTML file
// without scripts, and the same as Markdown.

import { date } from "../../i18n/dates.js";
import { language } from "../../i18n/language.js";
import { percent } from "../../i18n/numbers.js";
import { sourceOf } from "../../project/lazy-picture.js";
import { PICTURE_TYPES } from "../content.js";
import { ZipWriter } from "../zip-writer.js";
import { toHtml, toMarkdown } from "./card-text.js";
import { loadWords } from "./words.js";

/** @typedef {import("./context.js").ExportContext} ExportContext */
/** @typedef {import("./card-text.js").Block} Block */
/** @typedef {import("./card-text.js").Picture} Picture */

const PICTURES_PER_CLASS = 5;

/**
 * @param {ExportContext} context
 * @param {import("../zip-writer.js").ByteSink} sink is written to in order, and not closed
 * @param {import("../slices.js").WorkOptions} [options]
 */
export async function writeModelCard(context, sink, { signal } = {}) {
	const words = await loadWords();
	const { content } = context;
	/** @type {Map<string, Picture[]>} */
	const pictures = new Map();
	for (const [i, { label }] of content.classes.entries()) pictures.set(label, await picturesOf(content, label, i));
	signal?.throwIfAborted();
	const title = words("card.title", { name: content.name || "Show & Tell" });
	const blocks = describe(context, words, pictures);
	const zip = new ZipWriter(sink);
	const encoder = new TextEncoder();
	const html = toHtml(title, language.peek(), blocks);
	await zip.add("model-card.html", [encoder.encode(html)], { deflate: true });
	await zip.add("model-card.md", [encoder.encode(toMarkdown(title, blocks))], { deflate: true });
	for (const { path, bytes } of [...pictures.values()].flat()) await zip.add(path, [bytes]);
	await zip.close();
}

/**
 * Some pictures of a class, spread over the time in which it was taught.
 * @param {ExportContext["content"]} content
 * @param {string} label
 * @param {number} place of the class
 * @returns {Promise<Picture[]>}
 */
async function picturesOf({ examples }, label, place) {
	const own = examples.filter((example) => example.label === label && sourceOf(example));
	const count = Math.min(PICTURES_PER_CLASS, own.length);
	const chosen = Array.from({ length: count }, (_, i) => own[Math.floor(((i + 0.5) * own.length) / count)]);
	return await Promise.all(
		chosen.map(async ({ thumbnail }, i) => {
			const blob = /** @type {Blob} */ (thumbnail);
			const ending = Object.entries(PICTURE_TYPES).find(([, type]) => type === blob.type)?.[0] ?? "jpg";
			const bytes = new Uint8Array(await blob.arrayBuffer());
			return { path: `pictures/${place + 1}-${i + 1}.${ending}`, type: blob.type, bytes, alt: label };
		}),
	);
}

/**
 * @param {ExportContext} context
 * @param {import("./words.js").Words} words
 * @param {Map<string, Picture[]>} pictures by label
 * @returns {Block[]}
 */
function describe({ content, evaluation, title, licence, source, now = Date.now() }, words, pictures) {
	const { classes, examples } = content;
	const recordings = new Set(examples.map(({ group, id, label }) => JSON.stringify([label, group ?? { id }]))).size;
	const counts = {
		classes: words("card.classes", { count: classes.length }),
		examples: words("card.examples", { count: examples.length }),
		recordings: words("card.recordings", { count: recordings }),
	};
	return [
		{ kind: "text", text: words("card.what") },
		{ kind: "text", text: words("card.taught", counts) },
		{ kind: "heading", text: words("card.classesTitle") },
		...classes.map((each) => describeClass(each, content, words, pictures.get(each.label) ?? [])),
		{ kind: "heading", text: words("card.testTitle") },
		...describeTest(evaluation, words),
		{ kind: "heading", text: words("card.cannotTitle") },
		{ kind: "list", items: ["others", "looks", "place", "people", "harm"].map((key) => words(`card.cannot.${key}`)) },
		{ kind: "heading", text: words("card.madeTitle") },
		{
			kind: "list",
			items: [
				words("card.network", { model: title, licence: licence ?? "?" }),
				...(source ? [words("card.source", { source })] : []),
				words("card.method", { k: content.settings?.k ?? 3 }),
				words("card.date", { date: date(now) }),
			],
		},
	];
}

/**
 * @param {import("../content.js").ContentClass} each
 * @param {ExportContext["content"]} content
 * @param {import("./words.js").Words} words
 * @param {Picture[]} pictures
 * @returns {Block}
 */
function describeClass({ label, emoji }, { examples }, words, pictures) {
	const own = examples.filter((example) => example.label === label);
	const recordings = new Set(own.map(({ group, id }) => JSON.stringify(group ?? { id }))).size;
	const counts = [
		words("card.classExamples", { count: own.length }),
		words("card.classRecordings", { count: recordings }),
	];
	return { kind: "class", label: emoji ? `${emoji} ${label}` : label, text: counts.join(" · "), pictures };
}

/**
 * @param {import("../../state/figures.js").Evaluation|null} evaluation
 * @param {import("./words.js").Words} words
 * @returns {Block[]}
 */
function describeTest(evaluation, words) {
	if (!evaluation) return [{ kind: "text", text: words("card.untested") }];
	const { tested, accuracy, classes, flattered, confusion } = evaluation;
	const right = confusion.reduce((sum, row, i) => sum + row[i].length, 0);
	const caveats = [words("card.caveat.own")];
	if (flattered.length > 0) caveats.push(words("card.caveat.flattered", { labels: flattered.join(", ") }));
	if (tested < 30) caveats.push(words("card.caveat.few", { count: tested }));
	return [
		{ kind: "text", text: words("card.tested", { count: tested, right, share: percent(accuracy) }) },
		{
			kind: "table",
			head: ["card.class", "card.rightOf", "card.share"].map((key) => words(key)),
			rows: classes.map(({ label, recall }, i) => {
				const of = confusion[i].reduce((sum, ids) => sum + ids.length, 0);
				const own = words("card.of", { right: confusion[i][i].length, all: of });
				return [label, own, recall === null ? "–" : percent(recall)];
			}),
		},
		{ kind: "list", items: caveats },
	];
}
