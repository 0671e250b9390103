// Importing: choose a file or a folder, see what is in it, and take it into the open project or a new one.

import { useEffect, useState } from "preact/hooks";
import { FORMAT_NAMES } from "../../exchange/formats/registry.js";
import { errorWords, t } from "../../i18n/words.js";
import { waitForModel } from "../context/page-commands.js";
import { useSession } from "../context/session-context.js";
import { isProjectFile } from "../widgets/dropped-files.js";
import { FileButton } from "../widgets/file-button.jsx";
import { useWork, WorkError, WorkProgress } from "./work.jsx";

/**
 * @typedef {import("../../app/projects/exchange.js").Found} Found
 * @typedef {import("../../app/projects/exchange.js").FolderSource} FolderSource
 * @typedef {{name: string, words: string}} Passed
 * @typedef {{kind: "add"|"new", label?: string}} Way
 */

/** @param {{job: import("../context/page-state.js").ExchangeJob, close: () => void}} props */
export function ImportPanel({ job, close }) {
	const session = useSession();
	const work = useWork();
	const [name, setName] = useState("");
	const [found, setFound] = useState(/** @type {Found|null} */ (null));
	const [done, setDone] = useState(/** @type {{added: number, already: number, passed: string[]}|null} */ (null));

	/** @param {File|FolderSource} source */
	const read = (source) => {
		// The page's own files open as they do everywhere else.
		if (source instanceof File && isProjectFile(source)) {
			close();
			// What fails, the page's message says.
			return session.files().then(
				(files) => files.open(source),
				() => {},
			);
		}
		setName(source.name);
		return work.run(async (options) => {
			await waitForModel(session);
			const exchange = await session.exchange();
			setFound(await exchange.read(source, options));
		});
	};
	useEffect(() => {
		if (job.source) void read(job.source);
	}, [job]);

	/** @param {Way} way */
	const take = ({ kind, label }) =>
		work.run(async (options) => {
			const { content, skipped } = /** @type {Found} */ (found);
			const exchange = await session.exchange();
			const embedded = await exchange.embed(content, options);
			const { examples } = embedded.content;
			let counts = { added: examples.length, already: 0 };
			if (examples.length > 0 && kind === "new") await exchange.open(embedded.content);
			else if (examples.length > 0) counts = await exchange.add(embedded.content, label);
			const passed = [
				...skipped.map(({ name: own, reason }) => t(`exchange.skip.${reason}`, { name: own })),
				...embedded.failed.map(({ name: own, error }) => failureWords(own, error)),
			];
			setFound(null);
			setDone({ ...counts, passed });
		});

	const total = found?.content.examples.length ?? 0;
	const embedded = Math.round((work.share ?? 0) * total);
	const progress =
		found === null ? t("exchange.reading", { name }) : t("exchange.embedding", { done: embedded, total });
	return (
		<>
			<WorkError error={work.error} />
			<div role="status">{work.wasStopped && <p class="exchange-stopped">{t("exchange.stopped")}</p>}</div>
			{work.share !== null && (
				<WorkProgress text={progress} share={work.share} minutes={work.minutes} onStop={work.stop} />
			)}
			{work.share === null && done && <Done {...done} close={close} />}
			{work.share === null && !done && found && <Ask name={name} found={found} label={job.label} take={take} />}
			{work.share === null && !done && !found && <Choose read={read} />}
		</>
	);
}

/** @param {{read: (source: File|FolderSource) => void}} props */
function Choose({ read }) {
	/** @param {File[]} files with their paths from the chosen folder on */
	const readFolder = (files) => {
		const paths = files.map((each) => ({ path: each.webkitRelativePath || each.name, file: each }));
		read({ name: paths[0].path.split("/")[0], files: paths });
	};
	return (
		<>
			<p>{t("exchange.importText")}</p>
			<div class="exchange-ways">
				<FileButton kind="file" class="primary" text={t("exchange.file")} onFiles={([only]) => read(only)} />
				<FileButton kind="folder" text={t("exchange.folder")} onFiles={readFolder} />
			</div>
			<section class="exchange-formats">
				<h3>{t("exchange.formats")}</h3>
				<ul>
					{FORMAT_NAMES.map((format) => (
						<li key={format}>{t(`exchange.format.${format}`)}</li>
					))}
				</ul>
			</section>
		</>
	);
}

/**
 * @param {string} name the picture's
 * @param {import("../../contract/errors.js").ErrorObject} error
 */
function failureWords(name, error) {
	const { message } = errorWords(error);
	return message.includes(name) ? message : `${name}: ${message}`;
}

/** @param {{name: string, found: Found, label: string|null|undefined, take: (way: Way) => void}} props */
function Ask({ name, found, label, take }) {
	const session = useSession();
	const { content, skipped, format } = found;
	const { classes, examples, embeddings } = content;
	const counts = new Map(classes.map((each) => [each.label, 0]));
	for (const example of examples) counts.set(example.label, (counts.get(example.label) ?? 0) + 1);
	const isTree = format === "folders";
	const isEmpty = session.classes.value.length === 0;
	return (
		<>
			<p class="exchange-question">
				{isTree
					? t("exchange.makeClasses", { count: classes.length })
					: t("exchange.found", { count: classes.length, name })}
			</p>
			<ul class="exchange-classes">
				{[...counts].map(([own, count]) => (
					<li key={own}>
						<bdi>{own}</bdi> <span class="soft">{t("class.count", { count })}</span>
					</li>
				))}
			</ul>
			<Passed words={skipped.map(({ name: own, reason }) => t(`exchange.skip.${reason}`, { name: own }))} />
			{embeddings && <p class="coach">{t("exchange.unknownNetwork")}</p>}
			<div class="exchange-ways">
				<button type="button" class="primary" onClick={() => take({ kind: "add" })}>
					{t("exchange.add")}
				</button>
				{label && (
					<button type="button" onClick={() => take({ kind: "add", label })}>
						{t("exchange.oneClass", { label })}
					</button>
				)}
				{!isEmpty && (
					<button type="button" onClick={() => take({ kind: "new" })}>
						{t("exchange.new")}
					</button>
				)}
			</div>
		</>
	);
}

/** @param {{words: string[]}} props what was passed over, and why */
function Passed({ words }) {
	if (words.length === 0) return null;
	return (
		<details class="exchange-passed" open={words.length < 6}>
			<summary>{t("exchange.skipped", { count: words.length })}</summary>
			<ul>
				{words.map((text) => (
					<li key={text}>{text}</li>
				))}
			</ul>
		</details>
	);
}

/** @param {{added: number, already: number, passed: string[], close: () => void}} props */
function Done({ added, already, passed, close }) {
	return (
		<>
			<p role="status">
				{t("exchange.done", { count: added })} {already > 0 && t("exchange.already", { count: already })}
			</p>
			<Passed words={passed} />
			<div class="exchange-ways">
				<button type="button" class="primary" onClick={close}>
					{t("close")}
				</button>
			</div>
		</>
	);
}
