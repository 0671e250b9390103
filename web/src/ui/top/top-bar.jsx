// The bar at the top: the project, its room, who answers, and the page's own settings.

import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { UsualButton } from "../simple/usual-button.jsx";
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
			{!isSimple.value && <ProjectButton />}
			<span class="grow" />
			<HistoryButtons />
			<RoomPill />
			{!isSimple.value && <EngineBadge />}
			<PresentButton />
			{isSimple.value && <UsualButton />}
			<PreferencesButton />
		</header>
	);
}
