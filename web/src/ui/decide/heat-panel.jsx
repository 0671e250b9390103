// The heat panel: what the heat map shows, what its colours mean, and what it can't show.

import { useEffect, useRef } from "preact/hooks";
import { percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { findHottestRegion, toHeatColour } from "../camera/heat-paint.js";
import { heatStrength, MIN_STRENGTH, setHeatStrength } from "../camera/heat-strength.js";
import { stagePicture } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { selectSteadyAnswer, selectSteadyHeat } from "../context/steady.js";
import { Choice } from "../widgets/choice.jsx";
import { describeNoHeat } from "./no-heat.js";

const MODES = /** @type {const} */ (["off", "winner", "contrast"]);
const SCALE_PX = 256;

export function HeatPanel() {
	const session = useSession();
	const mode = session.heatMode.value;
	useEffect(() => {
		// Whoever opens the panel wants to see it; the picture is as it was when they leave.
		const before = session.heatMode.peek();
		if (before === "off") session.setHeatMode("winner");
		return () => session.setHeatMode(before);
	}, [session]);
	return (
		<div class="heat-panel">
			<Choice
				legend={t("heat.mode")}
				value={mode}
				options={MODES.map((value) => ({ value, text: t(`heat.${value}`) }))}
				onChoose={(value) => session.setHeatMode(value)}
				explanation={t(`heat.${mode}Text`)}
			/>
			<label class="heat-strength">
				<span>{t("heat.strength")}</span>
				<input
					type="range"
					min={MIN_STRENGTH}
					max={1}
					step={0.05}
					value={heatStrength.value}
					aria-valuetext={percent(heatStrength.value)}
					onInput={({ currentTarget }) => setHeatStrength(Number(currentTarget.value))}
				/>
			</label>
			<div class="heat-legend">
				<span>{t("heat.low")}</span>
				<Scale />
				<span>{t("heat.high")}</span>
			</div>
			<HeatNow />
			<p>{t("heat.text")}</p>
			<p class="soft">{t("heat.limits")}</p>
		</div>
	);
}

/** The hottest region in words, for people who don't see the colours. */
function HeatNow() {
	const session = useSession();
	const heat = selectSteadyHeat(session);
	const answer = selectSteadyAnswer(session, "panel");
	if (session.heatMode.value === "off") return <p class="heat-now" />;
	if (!heat || !answer) return <p class="heat-now">{describeNoHeat(session)}</p>;
	const mirrored = stagePicture.value === null && session.camera.value.mirrored;
	const where = findHottestRegion(heat, mirrored);
	if (where === null) return <p class="heat-now">{t("heat.nothing")}</p>;
	const { label, against } = heat;
	const params = { where: t(`heat.where.${where}`), label, against: against ?? "" };
	return <p class="heat-now">{against === null ? t("heat.now", params) : t("heat.nowAgainst", params)}</p>;
}

function Scale() {
	const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	useEffect(() => {
		const context = canvas.current?.getContext("2d");
		if (!context) return;
		const image = context.createImageData(SCALE_PX, 1);
		for (let x = 0; x < SCALE_PX; x++) image.data.set(toHeatColour(x / (SCALE_PX - 1)), 4 * x);
		context.putImageData(image, 0, 0);
	}, []);
	return <canvas ref={canvas} class="heat-scale" width={SCALE_PX} height={1} />;
}
