// Deleted projects, which can be restored for 30 days.

import { useState } from "preact/hooks";
import { BIN_DAYS } from "../../app/projects/projects.js";
import { date } from "../../i18n/dates.js";
import { t } from "../../i18n/words.js";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param {object} props
 * @param {import("../../app/projects/projects.js").ProjectSummary[]} props.projects
 * @param {import("./recent-list.jsx").Run} props.run
 */
export function Bin({ projects, run }) {
	const [asked, setAsked] = useState("");
	if (projects.length === 0) return null;
	return (
		<details class="project-bin">
			<summary>{t("project.bin", { count: projects.length })}</summary>
			<ul>
				{projects.map(({ id, name, count, deletedAt }) => {
					const called = name || t("project.unnamed");
					const until = date((deletedAt ?? 0) + BIN_DAYS * DAY_MS);
					return (
						<li key={id}>
							<span class="recent-words">
								<bdi class="recent-name">{called}</bdi>
								<span class="recent-facts">
									{t("class.count", { count })} · {t("project.keptUntil", { date: until })}
								</span>
							</span>
							<span class="bin-actions">
								<button
									type="button"
									aria-label={t("project.restoreOf", { name: called })}
									onClick={() => run((projects) => projects.restore(id))}
								>
									{t("project.restore")}
								</button>
								{asked === id ? (
									<button type="button" class="danger" onClick={() => run((projects) => projects.deleteForever(id))}>
										{t("project.deleteForeverSure")}
									</button>
								) : (
									<button
										type="button"
										class="quiet"
										aria-label={t("project.deleteForeverOf", { name: called })}
										onClick={() => setAsked(id)}
									>
										{t("project.deleteForever")}
									</button>
								)}
							</span>
						</li>
					);
				})}
			</ul>
		</details>
	);
}
