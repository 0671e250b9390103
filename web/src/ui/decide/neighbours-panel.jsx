// The settings of the classifier, and what each of them does. A change counts from the next frame on.

import { useId } from "preact/hooks";
import { MAX_NEIGHBOURS } from "../../contract/constants.js";
import { number, percent } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { chooseDecideTab } from "../context/page-state.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { selectSteadyAnswer } from "../context/steady.js";
import { Choice } from "../widgets/choice.jsx";
import { UnknownKnob } from "./unknown-knob.jsx";

export function NeighboursPanel() {
	const session = useSession();
	const { weights } = session.settings.value;
	const votes = /** @type {const} */ (["uniform", "distance"]);
	const why = whyRefused(session, "settings");
	return (
		<fieldset class="knobs" disabled={why !== null} aria-label={t("decide.settings")}>
			{why && <p class="knob-wide room-note">{why}</p>}
			<NeighboursKnob />
			<Choice
				legend={t("decide.votes")}
				value={weights}
				options={votes.map((value) => ({ value, text: t(`votes.${value}`) }))}
				onChoose={(value) => session.configure({ weights: value })}
				explanation={t(`votes.${weights}Text`)}
			/>
			<MetricKnob />
			<UnknownKnob />
		</fieldset>
	);
}

function NeighboursKnob() {
	const session = useSession();
	const { k } = session.settings.value;
	const id = useId();
	return (
		<div class="knob">
			<div class="knob-head">
				<label for={id}>{t("decide.k")}</label>
				<output for={id}>{number(k)}</output>
			</div>
			<input
				id={id}
				type="range"
				min={1}
				max={MAX_NEIGHBOURS}
				value={k}
				onInput={(event) => session.configure({ k: event.currentTarget.valueAsNumber })}
			/>
			<p class="explanation">{t("decide.kText", { count: k })}</p>
		</div>
	);
}

function MetricKnob() {
	const session = useSession();
	const { metric } = session.settings.value;
	const metrics = /** @type {const} */ (["auto", "cosine", "adapted", "euclidean", "manhattan"]);
	return (
		<div class="knob-wide">
			<Choice
				legend={t("decide.metric")}
				value={metric}
				options={metrics.map((value) => ({ value, text: t(`metric.${value}`) }))}
				onChoose={(value) => session.configure({ metric: value })}
			/>
			<p class="explanation">
				<MetricWords />{" "}
				<button type="button" class="link" onClick={() => chooseDecideTab("test")}>
					{t("decide.toTest")}
				</button>
			</p>
		</div>
	);
}

/** The chosen metric; what "automatic" became, and why; and the metric of the answer where it is another one. */
function MetricWords() {
	const session = useSession();
	const { metric } = session.settings.value;
	const auto = session.test.value.evaluation?.auto;
	const answeredBy = selectSteadyAnswer(session, "panel")?.metric;
	const meant = metric === "auto" ? auto?.metric : metric;
	return (
		<>
			{metric === "auto" ? <AutoWords auto={auto} /> : t(`metric.${metric}Text`)}
			{answeredBy && answeredBy !== meant && <> {t("decide.answeredBy", { metric: t(`metric.${answeredBy}`) })}</>}
		</>
	);
}

/** The rule of "automatic", and what it found. @param {{auto: import("../../state/state.js").Evaluation["auto"]|undefined}} props */
function AutoWords({ auto }) {
	return (
		<>
			{t("decide.autoRule")} <AutoFigures auto={auto} />
		</>
	);
}

/** @param {{auto: import("../../state/state.js").Evaluation["auto"]|undefined}} props */
function AutoFigures({ auto }) {
	const { classes } = useSession();
	// Of two examples one is left out, and the other one alone hardly ever wins: such a test says nothing.
	const isTestable = classes.value.some(({ count }) => count > 2);
	if (!auto || !isTestable) return <>{t("decide.autoWaits")}</>;
	const { cosine, adapted, metric } = auto;
	if (adapted === null) return <>{t("decide.autoCosineOnly", { cosine: percent(cosine) })}</>;
	const figures = { adapted: percent(adapted), cosine: percent(cosine) };
	return <>{metric === "adapted" ? t("decide.autoAdapted", figures) : t("decide.autoCosine", figures)}</>;
}
