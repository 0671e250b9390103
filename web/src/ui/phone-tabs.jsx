// The buttons at the bottom of a phone: there, the three columns are three tabs.

import { t } from "../i18n/words.js";
import { TABS, tab } from "./context/page-state.js";
import { HistoryButtons } from "./top/history-buttons.jsx";
import { Icon } from "./widgets/icons.jsx";

const ICONS = /** @type {const} */ ({ classes: "cards", camera: "camera", why: "why" });

export function PhoneTabs() {
	return (
		<nav class="phone-tabs" aria-label={t("tabs")}>
			{TABS.map((name) => (
				<button
					key={name}
					type="button"
					aria-current={tab.value === name ? "page" : undefined}
					onClick={() => {
						tab.value = name;
						document.querySelector(".rest")?.scrollTo(0, 0);
					}}
				>
					<Icon name={ICONS[name]} />
					<span>{t(`tabs.${name}`)}</span>
				</button>
			))}
			<HistoryButtons />
		</nav>
	);
}
