// The project menu: the open project's name, its room, what can be done with it, the other projects, the bin, and how much
// room is left on the device. Its code is loaded when it is first opened.

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { ProjectName } from "../widgets/project-name.jsx";
import { SampleButton } from "../widgets/sample-button.jsx";
import { Bin } from "./bin.jsx";
import { ExchangeActions } from "./exchange-actions.jsx";
import { FileActions } from "./file-actions.jsx";
import { RecentList } from "./recent-list.jsx";
import { RoomActions } from "./room-actions.jsx";
import { StorageMeter } from "./storage-meter.jsx";

/**
 * @typedef {import("../../app/projects/projects.js").Projects} Projects
 * @typedef {import("../../app/projects/projects.js").ProjectSummary} ProjectSummary
 */

/** How much room is left is waited for so long: what comes later moves the buttons. */
const SOON_MS = 500;

export function ProjectMenu() {
	const session = useSession();
	const element = useRef(/** @type {HTMLDivElement|null} */ (null));
	const [list, setList] = useState(/** @type {ProjectSummary[]|null} */ (null));
	const [isBusy, setIsBusy] = useState(false);
	const { id, name } = session.project.value;

	const refresh = async () => {
		const projects = await session.projects();
		const measured = Promise.race([session.measureStorage(), new Promise((resolve) => setTimeout(resolve, SOON_MS))]);
		const [listed] = await Promise.all([projects.list(), measured]);
		setList(listed);
	};
	useEffect(() => void refresh().catch(() => setList([])), [id]);

	/**
	 * Runs an action; what it refuses, the page's message says.
	 * @param {(projects: Projects) => Promise<unknown>} action
	 * @param {{closes?: boolean}} [options] closes: the menu, where nothing is refused
	 */
	const run = async (action, { closes = false } = {}) => {
		setIsBusy(true);
		try {
			await action(await session.projects());
			if (closes) element.current?.closest("dialog")?.close();
			else await refresh();
		} catch {
			element.current?.closest("dialog")?.close();
		} finally {
			setIsBusy(false);
			// The button that was pressed may be gone with its project.
			requestAnimationFrame(() => {
				if (!document.activeElement?.closest("dialog")) element.current?.focus();
			});
		}
	};

	// The list would move a button while it is pressed.
	if (list === null) return <p class="panel-wait soft">{t("decide.panelLoading")}</p>;

	const copyName = t("project.copyOf", { name: name || t("project.unnamed") });
	const others = list.filter((project) => project.id !== id && project.deletedAt === null);
	return (
		<div class="project-menu" ref={element} tabIndex={-1} aria-busy={isBusy}>
			<ProjectName />
			<RoomActions run={run} />
			<div class="project-actions">
				<button type="button" onClick={() => run((projects) => projects.create(), { closes: true })}>
					<Icon name="plus" /> {t("project.new")}
				</button>
				<button type="button" onClick={() => run((projects) => projects.duplicate(id, copyName))}>
					<Icon name="copies" /> {t("project.duplicate")}
				</button>
				<button type="button" class="danger" onClick={() => run((projects) => projects.bin(id), { closes: true })}>
					<Icon name="trash" /> {t("project.delete")}
				</button>
				<FileActions />
				<ExchangeActions />
				<SampleButton />
			</div>
			<RecentList projects={others} run={run} />
			<Bin projects={list.filter(({ deletedAt }) => deletedAt !== null)} run={run} />
			<StorageMeter />
		</div>
	);
}
