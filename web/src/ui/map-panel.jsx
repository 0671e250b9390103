// The examples in two dimensions.

import { t } from "../words.js";

export function MapPanel() {
	return <p class="soft">{t("decide.panelLoading")}</p>;
}
