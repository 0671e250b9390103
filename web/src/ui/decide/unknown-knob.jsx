// The limit of "I don't know": none, automatic, or by hand. The slider lies right under the histogram, on the same scale.

import { useId } from "preact/hooks";
import { decimal } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { selectAnswer } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Choice } from "../widgets/choice.jsx";
import { DistanceHistogram } from "./distance-histogram.jsx";

/** The first limit by hand while nothing is measured: about what separates different kinds of things. */
const FIRST_UNKNOWN_DISTANCE = 0.35;

export function UnknownKnob() {
	const session = useSession();
	const { unknownDistance } = session.settings.value;
	const unknown = session.test.value.evaluation?.unknown ?? null;
	const answer = selectAnswer(session);
	const id = useId();
	const mode = typeof unknownDistance === "number" ? "hand" : (unknownDistance ?? "off");
	const modes = /** @type {const} */ (["off", "auto", "hand"]);
	const measuredLimit = (mode === "auto" ? answer?.unknownDistance : null) ?? unknown?.distance ?? null;
	const limit = mode === "off" ? null : mode === "hand" ? Number(unknownDistance) : measuredLimit;
	const firstValues = {
		off: null,
		auto: /** @type {const} */ ("auto"),
		hand: limit ?? measuredLimit ?? FIRST_UNKNOWN_DISTANCE,
	};
	return (
		<div class="knob-wide unknown">
			<Choice
				legend={t("decide.unknown")}
				value={mode}
				options={modes.map((value) => ({ value, text: t(`decide.unknown.${value}`) }))}
				onChoose={(value) => session.configure({ unknownDistance: firstValues[value] })}
			/>
			<DistanceHistogram unknown={unknown} limit={limit} now={answer?.novelty ?? null} />
			<div class="unknown-slider">
				<input
					id={id}
					type="range"
					min={0}
					max={1}
					step={0.01}
					value={limit ?? FIRST_UNKNOWN_DISTANCE}
					disabled={mode === "off"}
					aria-label={t("decide.unknownDistance")}
					// Moving the slider also switches to the limit by hand.
					onInput={(event) => session.configure({ unknownDistance: event.currentTarget.valueAsNumber })}
				/>
				<output for={id}>{limit === null ? "–" : decimal(limit)}</output>
			</div>
			<p class="explanation">
				{mode === "off" && t("decide.unknownOff")}
				{mode === "auto" && limit === null && t("decide.unknownWaits")}
				{limit !== null && t("decide.unknownText", { distance: decimal(limit) })}
				{answer && <> {t("decide.now", { distance: decimal(answer.novelty) })}</>}
			</p>
		</div>
	);
}
