// The bar at the top: the project's name, its room, who answers, and the page's own settings.

import { t } from "../../i18n/words.js";
import { ProjectName } from "../widgets/project-name.jsx";
import { EngineBadge } from "./engine-badge.jsx";
import { PreferencesButton } from "./preferences.jsx";
import { RoomPill } from "./room-pill.jsx";

export function TopBar() {
	return (
		<header class="top-bar">
			<h1 class="wordmark">
				<img src="./icon.svg" alt="" width="30" height="30" />
				<span>{t("title")}</span>
			</h1>
			<ProjectName />
			<span class="grow" />
			<RoomPill />
			<EngineBadge />
			<PreferencesButton />
		</header>
	);
}
