// Which part of the picture made it similar.

import { t } from "../words.js";

export function HeatPanel() {
	return <p class="soft">{t("decide.panelLoading")}</p>;
}
