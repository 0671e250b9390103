// The map panel: all examples as points, similar ones near each other, and the frame among them.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { MIN_FOR_UMAP } from "../../../explain/map-places.js";
import { percent } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { selectFilledClasses } from "../../context/page-state.js";
import { useSession } from "../../context/session-context.js";
import { Choice } from "../../widgets/choice.jsx";
import { MapLegend } from "./map-legend.jsx";
import { MapPlot } from "./map-plot.jsx";
import { LOOKS, look } from "./map-state.js";
import "../../../style/decide/map.css";
import "../../../style/decide/map-hands.css";

const METHODS = /** @type {const} */ (["pca", "umap"]);

/** The chosen method; kept while the tab is closed. */
const method = signal(/** @type {typeof METHODS[number]} */ ("pca"));

export function MapPanel() {
	const session = useSession();
	const chosen = method.value;
	useEffect(() => session.watch({ map: chosen }), [session, chosen]);
	useEffect(() => () => session.watch({ map: null }), [session]);
	const classes = selectFilledClasses(session);
	const count = classes.reduce((sum, classView) => sum + classView.count, 0);
	if (count < 2) return <p class="map-empty soft">{t("map.empty")}</p>;
	const shown = session.map.value?.ids.length ?? 0;
	return (
		<div class="map-panel">
			<div class="map-figure">
				<MapPlot />
				<MapProgress />
			</div>
			<MapLegend />
			<Choice
				legend={t("map.look")}
				value={look.value}
				options={LOOKS.map((value) => ({ value, text: t(`map.look.${value}`) }))}
				onChoose={(value) => {
					look.value = value;
				}}
				explanation={look.value === "pictures" ? t("map.picturesText") : undefined}
			/>
			<Choice
				legend={t("map.method")}
				value={chosen}
				options={METHODS.map((value) => ({ value, text: t(`map.${value}`) }))}
				onChoose={(value) => {
					method.value = value;
				}}
				explanation={
					chosen === "umap" && count < MIN_FOR_UMAP ? t("map.umapFew", { count: MIN_FOR_UMAP }) : t(`map.${chosen}Text`)
				}
			/>
			<p>{t("map.text")}</p>
			<p class="soft">
				{t("map.limits")}
				{shown > 0 && shown < count && <> {t("map.some", { shown, count })}</>}
			</p>
			<p class="soft">{t("map.hands")}</p>
			<p class="soft map-keys">{t("map.keys")}</p>
		</div>
	);
}

function MapProgress() {
	const session = useSession();
	const map = session.map.value;
	if (!map || map.progress === null) return null;
	return (
		<p class="map-progress">
			<label>
				{t("map.working")} <progress value={map.progress} />
			</label>
			<span>{percent(map.progress)}</span>
		</p>
	);
}
