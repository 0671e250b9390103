// The bar at the top: the project, its room, who answers, and the page's own settings.

import { t } from "../../i18n/words.js";
import { EngineBadge } from "./engine-badge.jsx";
import { HistoryButtons } from "./history-buttons.jsx";
import { PreferencesButton } from "./preferences.jsx";
import { PresentButton } from "./present-button.jsx";
import { ProjectButton } from "./project-button.jsx";
import { RoomPill } from "./room-pill.jsx";

export function TopBar() {
	return (
		<header class="top-bar">
			<h1 class="wordmark">
				<img src="./icon.svg" alt="" width="30" height="30" />
				<span>{t("title")}</span>
			</h1>
			<ProjectButton />
			<span class="grow" />
			<HistoryButtons />
			<RoomPill />
			<EngineBadge />
			<PresentButton />
			<PreferencesButton />
		</header>
	);
}
