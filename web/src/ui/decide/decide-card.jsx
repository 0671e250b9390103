// "How it decides": a card with four tabs. Only the open panel exists, and the code of a large panel is loaded when it is
// first opened.

import { useId } from "preact/hooks";
import { language } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { chooseDecideTab, DECIDE_TABS, decideTab } from "../context/page-state.js";
import { Icon } from "../widgets/icons.jsx";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";
import { getPanelId, getTabId, TabList } from "../widgets/tab-list.jsx";
import { NeighboursPanel } from "./neighbours-panel.jsx";

const PANELS = {
	neighbours: NeighboursPanel,
	map: createLazyPanel(async () => (await import("./map/map-panel.jsx")).MapPanel),
	heat: createLazyPanel(async () => (await import("./heat-panel.jsx")).HeatPanel),
	test: createLazyPanel(async () => (await import("./test/test-panel.jsx")).TestPanel),
};

/**
 * English lessons lie in lessons/, all others in a folder of their language there.
 * @param {string} tag of the language in use
 */
const getLessonsAddress = (tag) => (tag === "en" ? "./lessons/" : `./lessons/${tag}/`);

export function DecideCard() {
	const id = useId();
	const current = decideTab.value;
	const Panel = PANELS[current];
	return (
		<section class="card decide" aria-label={t("decide")}>
			<h2>{t("decide")}</h2>
			<TabList
				id={id}
				label={t("decide")}
				tabs={DECIDE_TABS.map((name) => ({ name, text: t(`decide.tab.${name}`) }))}
				current={current}
				onChoose={chooseDecideTab}
			/>
			<div class="decide-body" key={current}>
				<div
					class="tab-panel"
					role="tabpanel"
					id={getPanelId(id, current)}
					aria-labelledby={getTabId(id, current)}
					data-panel={current}
				>
					<Panel />
				</div>
				<a
					class="lessons-link"
					href={getLessonsAddress(language.value)}
					hreflang={language.value}
					target="_blank"
					rel="noopener"
				>
					{t("decide.lessons")} <span class="visually-hidden">{t("decide.newTab")}</span>
					<Icon name="external" size={16} />
				</a>
			</div>
		</section>
	);
}
