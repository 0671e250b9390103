// "How it decides": a card with five tabs, folded until there is something to decide. Only the open panel exists, and its code
// is loaded when it is first opened. On a desk a person chooses where the card stands. Where the words are simple there is
// no card, and no more than the neighbours' pictures.

import { useId } from "preact/hooks";
import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { NeighbourStrip } from "../answer/neighbour-strip.jsx";
import { arrange, arrangement, dockPlace, stripPlace } from "../context/dock.js";
import { canTeach, chooseDecideTab, DECIDE_TABS, decideTab, hasEnoughClasses } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { isDesk, isTablet } from "../context/window-shape.js";
import { Icon } from "../widgets/icons.jsx";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";
import { LessonsButton } from "../widgets/lessons-button.jsx";
import { getPanelId, getTabId, TabList } from "../widgets/tab-list.jsx";

const PANELS = {
	neighbours: createLazyPanel(async () => (await import("./neighbours-panel.jsx")).NeighboursPanel),
	map: createLazyPanel(async () => (await import("./map/map-panel.jsx")).MapPanel),
	heat: createLazyPanel(async () => (await import("./heat-panel.jsx")).HeatPanel),
	test: createLazyPanel(async () => (await import("./test/test-panel.jsx")).TestPanel),
	coach: createLazyPanel(async () => (await import("./coach-panel.jsx")).CoachPanel),
};

/** What stands here before there is anything to decide. */
function FoldedCard() {
	return (
		<section class="card decide-folded" aria-label={t("decide")}>
			<h2>{t("decide")}</h2>
			<p class="soft">{t("decide.folded")}</p>
		</section>
	);
}

/** Where the card stands: beside or below the picture, or over everything else. */
function PlaceButtons() {
	if (!isDesk.value && !isTablet.value) return null;
	const place = dockPlace.value;
	const isFull = place === "full";
	const other = place === "below" ? "beside" : "below";
	return (
		<span class="decide-places">
			{isDesk.value && !isFull && <PlaceButton place={other} icon={other} words={t(`dock.${other}`)} />}
			<PlaceButton
				place={isFull ? placeBefore : "full"}
				icon={isFull ? "small" : "full"}
				words={t(isFull ? "dock.small" : "dock.full")}
			/>
		</span>
	);
}

/** Where the card stood before it filled the window. @type {import("../context/arrangement.js").DockPlace} */
let placeBefore = "beside";

/** @param {{place: import("../context/arrangement.js").DockPlace, icon: "beside"|"below"|"full"|"small", words: string}} props */
function PlaceButton({ place, icon, words }) {
	return (
		<button
			type="button"
			class="quiet square"
			aria-label={words}
			title={words}
			onClick={() => {
				if (place === "full") placeBefore = arrangement.value.place;
				arrange({ place });
			}}
		>
			<Icon name={icon} size={18} />
		</button>
	);
}

export function DecideCard() {
	const session = useSession();
	const id = useId();
	if (isSimple.value) return hasEnoughClasses(session) && stripPlace.value === "panel" ? <NeighbourStrip /> : null;
	if (!hasEnoughClasses(session)) return <FoldedCard />;
	const current = decideTab.value;
	const Panel = PANELS[current];
	return (
		<section class="card decide" aria-label={t("decide")}>
			<header class="decide-head">
				<h2>{t("decide")}</h2>
				<PlaceButtons />
			</header>
			<TabList
				id={id}
				label={t("decide")}
				tabs={DECIDE_TABS.map((name) => ({
					name,
					text: t(`decide.tab.${name}`),
					count: name === "coach" ? session.advice.value.length : 0,
				}))}
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
					{current === "neighbours" && stripPlace.value === "panel" && <NeighbourStrip />}
					<Panel />
				</div>
				{canTeach(session) && <LessonsButton />}
			</div>
		</section>
	);
}
