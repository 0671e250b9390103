// Exporting: choose a format, see what it holds and what it lacks, and save the file.

import { useEffect, useState } from "preact/hooks";
import { download } from "../../app/browser/download.js";
import { EXPORT_KINDS, endingOf } from "../../exchange/exports/registry.js";
import { countHeld, FORMAT_NAMES, factsOf, holds } from "../../exchange/formats/registry.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { useWork, WorkError, WorkProgress } from "./work.jsx";

/** @typedef {import("../../exchange/formats/format.js").FormatName} FormatName */
/** @typedef {import("../../exchange/exports/registry.js").ExportKind} ExportKind */

/** @param {FormatName|ExportKind} format @returns {format is ExportKind} */
const isExport = (format) => EXPORT_KINDS.includes(/** @type {ExportKind} */ (format));

export function ExportPanel() {
	const session = useSession();
	const work = useWork();
	const [format, setFormat] = useState(/** @type {FormatName|ExportKind} */ ("page"));
	const [content, setContent] = useState(/** @type {import("../../exchange/content.js").ProjectContent|null} */ (null));
	const [saved, setSaved] = useState("");
	useEffect(() => {
		void work.run(async () => {
			const exchange = await session.exchange();
			setContent(await exchange.content());
		});
	}, []);

	const save = () =>
		work.run(async (options) => {
			const exchange = await session.exchange();
			const given = /** @type {NonNullable<typeof content>} */ (content);
			const blob = isExport(format)
				? await exchange.writeExport(format, given, options)
				: await exchange.write(format, given, options);
			const name = `${fileName(given.name)}${isExport(format) ? endingOf(format) : markOf(format)}`;
			download(blob, name);
			setSaved(name);
		});

	const all = content?.examples.length ?? 0;
	const held = content && !isExport(format) ? countHeld(format, content) : all;
	const leftOut = !isExport(format) && holds(format, "pictures") ? all - held : 0;
	return (
		<>
			<p>{t("exchange.exportText")}</p>
			<fieldset class="exchange-choice">
				<legend class="visually-hidden">{t("exchange.exportText")}</legend>
				{[...EXPORT_KINDS, ...FORMAT_NAMES].map((name) => (
					<label key={name}>
						<input
							type="radio"
							name="exchange-format"
							checked={format === name}
							onChange={() => {
								setFormat(name);
								setSaved("");
							}}
						/>
						<span>
							<b>{t(isExport(name) ? `exports.${name}` : `exchange.format.${name}`)}</b>
							<span class="soft">{t(isExport(name) ? `exports.${name}.text` : `exchange.holds.${name}`)}</span>
						</span>
					</label>
				))}
			</fieldset>
			<WorkError error={work.error} />
			<p role="status">
				{content && held === 0 && t("exchange.nothing")}
				{held > 0 && leftOut > 0 && !saved && t("exchange.leftOut", { count: leftOut })}
				{saved && t("exchange.saved", { name: saved })}
			</p>
			{work.share !== null && content ? (
				<WorkProgress text={t("exchange.save")} share={work.share} onStop={work.stop} />
			) : (
				<div class="exchange-ways">
					<button type="button" class="primary" disabled={held === 0} onClick={save}>
						{t("exchange.save")}
					</button>
				</div>
			)}
		</>
	);
}

/**
 * How the file's name ends. Three formats are JSON: their names tell them apart.
 * @param {import("../../exchange/formats/format.js").FormatName} format
 */
function markOf(format) {
	const [ending] = factsOf(format).endings;
	return ending === ".json" ? `-${format}${ending}` : ending;
}

/**
 * The project's name as every system takes it for a file.
 * @param {string} name
 */
function fileName(name) {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they can't be in a file's name
	const safe = name.replace(/[/\\:*?"<>|\u0000-\u001f\u007f]/g, "_").replace(/^[. ]+|[. ]+$/g, "");
	return safe || t("title");
}
