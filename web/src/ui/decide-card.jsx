// How it decides: what can be changed about asking the neighbours, and what each choice does. Every
// change counts from the next frame on.

import { useId } from "preact/hooks";
import { decimal, number, t } from "../words.js";
import { Choice } from "./choice.jsx";
import { useSession } from "./session-context.js";

const MOST_NEIGHBOURS = 30;
/** Where "I don't know" begins when it is switched on: about what separates other kinds of things. */
const FIRST_UNKNOWN_DISTANCE = 0.35;

export function DecideCard() {
	const session = useSession();
	const { metric, weights } = session.settings.value;
	const metrics = /** @type {const} */ (["cosine", "euclidean", "manhattan"]);
	const votes = /** @type {const} */ (["uniform", "distance"]);
	return (
		<section class="card decide" aria-label={t("decide")}>
			<h2>{t("decide")}</h2>
			<div class="knobs">
				<NeighboursKnob />
				<UnknownKnob />
				<Choice
					legend={t("decide.metric")}
					value={/** @type {typeof metrics[number]} */ (metric)}
					options={metrics.map((value) => ({ value, text: t(`metric.${value}`) }))}
					onChoose={(value) => session.configure({ metric: value })}
					explanation={metrics.some((value) => value === metric) ? t(`metric.${metric}Text`) : undefined}
				/>
				<Choice
					legend={t("decide.votes")}
					value={weights}
					options={votes.map((value) => ({ value, text: t(`votes.${value}`) }))}
					onChoose={(value) => session.configure({ weights: value })}
					explanation={t(`votes.${weights}Text`)}
				/>
			</div>
		</section>
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
				max={MOST_NEIGHBOURS}
				value={k}
				onInput={(event) => session.configure({ k: event.currentTarget.valueAsNumber })}
			/>
			<p class="explanation">{t("decide.kText", { count: k })}</p>
		</div>
	);
}

function UnknownKnob() {
	const session = useSession();
	const { unknownDistance } = session.settings.value;
	const answer = session.answer.value;
	const id = useId();
	const on = unknownDistance !== null;
	const distance = unknownDistance ?? FIRST_UNKNOWN_DISTANCE;
	return (
		<div class="knob">
			<div class="knob-head">
				<label class="switch">
					<input
						type="checkbox"
						checked={on}
						onChange={(event) => session.configure({ unknownDistance: event.currentTarget.checked ? distance : null })}
					/>
					<span>{t("decide.unknown")}</span>
				</label>
				<output for={id}>{on ? decimal(distance) : t("decide.off")}</output>
			</div>
			<input
				id={id}
				type="range"
				min={0}
				max={1}
				step={0.01}
				value={distance}
				disabled={!on}
				aria-label={t("decide.unknownDistance")}
				onInput={(event) => session.configure({ unknownDistance: event.currentTarget.valueAsNumber })}
			/>
			<p class="explanation">
				{t(on ? "decide.unknownText" : "decide.unknownOff", { distance: decimal(distance) })}
				{on && answer && <> {t("decide.now", { distance: decimal(answer.novelty) })}</>}
			</p>
		</div>
	);
}
