// The limit of "I don't know": none, automatic, or by hand. The slider lies right under the histogram, on the same scale.

import { useId } from "preact/hooks";
import { UNKNOWN_PRIOR } from "../../contract/constants.js";
import { decimal } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { selectAnswer } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Choice } from "../widgets/choice.jsx";
import { DistanceHistogram } from "./distance-histogram.jsx";

export function UnknownKnob() {
	const session = useSession();
	const { unknownDistance } = session.settings.value;
	const unknown = session.test.value.evaluation?.unknown ?? null;
	const answer = selectAnswer(session);
	const id = useId();
	const mode = typeof unknownDistance === "number" ? "hand" : (unknownDistance ?? "off");
	const modes = /** @type {const} */ (["off", "auto", "hand"]);
	// Automatic, the limit may be another one for each picture.
	const measuredLimit = (mode === "auto" ? answer?.unknownDistance : null) ?? unknown?.distance ?? null;
	const handDistance = Number(unknownDistance);
	const limit = mode === "off" ? null : mode === "hand" ? handDistance : measuredLimit;
	const firstValues = {
		off: null,
		auto: /** @type {const} */ ("auto"),
		hand: limit ?? measuredLimit ?? UNKNOWN_PRIOR,
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
					value={limit ?? UNKNOWN_PRIOR}
					disabled={mode === "off"}
					aria-label={t("decide.unknownDistance")}
					// Moving the slider also switches to the limit by hand.
					onInput={(event) => session.configure({ unknownDistance: event.currentTarget.valueAsNumber })}
				/>
				<output for={id}>{limit === null ? "–" : decimal(limit)}</output>
			</div>
			<p class="explanation unknown-words">
				{mode === "off" && t("decide.unknownOff")}
				{mode === "auto" && <EvidenceWords recordings={unknown?.recordings ?? 0} />}
				{mode === "hand" && t("decide.unknownText", { distance: decimal(handDistance) })}{" "}
				{answer && <DistanceWords distance={answer.novelty} limit={mode === "auto" ? limit : null} />}
			</p>
		</div>
	);
}

/** What the automatic limit rests on. @param {{recordings: number}} props of classes with two or more */
function EvidenceWords({ recordings }) {
	return <>{recordings === 0 ? t("decide.unknownNone") : t("decide.unknownLearnt", { count: recordings })}</>;
}

/** @param {{distance: number, limit: number|null}} props limit: where it is this picture's own */
function DistanceWords({ distance, limit }) {
	if (limit === null) return <>{t("decide.now", { distance: decimal(distance) })}</>;
	return <>{t("decide.unknownHere", { distance: decimal(distance), limit: decimal(limit) })}</>;
}
