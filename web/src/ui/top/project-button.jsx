// The open project's name in the top bar; a click opens the project menu.

import { useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";
import { Popup } from "../widgets/popup.jsx";

const ProjectMenu = createLazyPanel(async () => (await import("../projects/project-menu.jsx")).ProjectMenu);

export function ProjectButton() {
	const session = useSession();
	const [anchor, setAnchor] = useState(/** @type {HTMLElement|null} */ (null));
	const { name } = session.project.value;
	return (
		<>
			<button
				type="button"
				class="quiet project-button"
				aria-haspopup="dialog"
				disabled={!session.ready.value}
				onClick={(event) => setAnchor(event.currentTarget)}
			>
				<span class="visually-hidden">{t("project")}</span>
				<bdi class="project-button-name" title={name || undefined}>
					{name || t("project.unnamed")}
				</bdi>
				<Icon name="down" size={16} />
			</button>
			{anchor && (
				<Popup anchor={anchor} title={t("projects")} wide onClose={() => setAnchor(null)}>
					<ProjectMenu />
				</Popup>
			)}
		</>
	);
}
