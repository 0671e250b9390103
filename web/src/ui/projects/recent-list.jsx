// The other projects of this browser, last used first.

import { useEffect, useState } from "preact/hooks";
import { dateAndTime } from "../../i18n/dates.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

/**
 * @typedef {import("../../app/projects/projects.js").ProjectSummary} ProjectSummary
 * @typedef {(action: (projects: import("../../app/projects/projects.js").Projects) => Promise<unknown>, options?: {closes?: boolean}) =>
 *   Promise<void>} Run
 */

/** Of its first classes, a project shows pictures and names. */
const PICTURES = 4;

/** @param {{projects: ProjectSummary[], run: Run}} props */
export function RecentList({ projects, run }) {
	if (projects.length === 0) return null;
	return (
		<section class="recent">
			<h3>{t("project.recent")}</h3>
			<ul>
				{projects.map((project) => (
					<RecentProject key={project.id} project={project} run={run} />
				))}
			</ul>
		</section>
	);
}

/** @param {{project: ProjectSummary, run: Run}} props */
function RecentProject({ project, run }) {
	const session = useSession();
	const { id, model, room, usedAt, count } = project;
	const name = project.name || t("project.unnamed");
	const isOtherModel = model !== session.model.value.id;
	const shown = project.classes.slice(0, PICTURES).map(({ label }) => label);
	const labels = shown.join(", ") + (project.classes.length > PICTURES ? ",\u00a0…" : "");
	return (
		<li>
			<button
				type="button"
				class="quiet recent-project"
				disabled={isOtherModel}
				onClick={() => run((projects) => projects.open(id), { closes: true })}
			>
				<Pictures project={project} />
				<span class="recent-words">
					<bdi class="recent-name">{name}</bdi>
					{labels && <bdi class="recent-labels">{labels}</bdi>}
					<span class="recent-facts">
						{t("class.count", { count })} · {dateAndTime(usedAt)} · {room ? `${t("room")} ${room}` : t("room.none")}
					</span>
					{isOtherModel && <span class="recent-facts">{t("project.otherModel")}</span>}
				</span>
			</button>
			<button
				type="button"
				class="quiet square"
				aria-label={t("project.duplicateOf", { name })}
				title={t("project.duplicate")}
				onClick={() => run((projects) => projects.duplicate(id, t("project.copyOf", { name })))}
			>
				<Icon name="copies" />
			</button>
			<button
				type="button"
				class="quiet square"
				aria-label={t("project.deleteOf", { name })}
				title={t("project.delete")}
				onClick={() => run((projects) => projects.bin(id))}
			>
				<Icon name="trash" />
			</button>
		</li>
	);
}

/** The newest picture of each of the first classes. @param {{project: ProjectSummary}} props */
export function Pictures({ project }) {
	const [urls, setUrls] = useState(/** @type {(string|null)[]} */ ([]));
	useEffect(() => {
		const shown = project.classes.slice(0, PICTURES).map(({ picture }) => picture && URL.createObjectURL(picture));
		setUrls(shown);
		return () => {
			for (const url of shown) if (url) URL.revokeObjectURL(url);
		};
	}, [project]);
	return (
		<span class="recent-pictures" aria-hidden="true">
			{Array.from({ length: PICTURES }, (_, i) => {
				const url = urls[i];
				const colour = project.classes[i]?.colour;
				return url ? (
					<img key={i} src={url} alt="" />
				) : (
					<i key={i} data-slot={colour === undefined ? undefined : colour % 12} />
				);
			})}
		</span>
	);
}
