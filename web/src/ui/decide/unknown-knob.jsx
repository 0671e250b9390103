// The limit of "I don't know": none, automatic, or by hand. The slider lies right under the histogram, on the same scale.

import { useId } from "preact/hooks";
import { UNKNOWN_PRIOR } from "../../contract/constants.js";
import { decimal } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { selectSteadyAnswer } from "../context/steady.js";
import { Choice } from "../widgets/choice.jsx";
import { LiveText } from "../widgets/live-text.jsx";
import { DistanceHistogram } from "./distance-histogram.jsx";
import { computeStrangeness } from "./strangeness.js";
import { describeDistance, describeLimit } from "./unknown-words.js";

/** The slider's end. */
const MAX_BY_HAND = 1;

export function UnknownKnob() {
	const session = useSession();
	const { unknownDistance } = session.settings.value;
	const unknown = session.test.value.evaluation?.unknown ?? null;
	const answer = selectSteadyAnswer(session, "panel");
	const id = useId();
	const mode = typeof unknownDistance === "number" ? "hand" : (unknownDistance ?? "off");
	const modes = /** @type {const} */ (["off", "auto", "hand"]);
	// Until the evaluation has found one, there is only the picture's own.
	const measuredLimit = unknown?.distance ?? (mode === "auto" ? answer?.unknownDistance : null) ?? null;
	const limit = mode === "off" ? null : mode === "hand" ? Number(unknownDistance) : measuredLimit;
	const now = answer && (mode === "auto" ? computeStrangeness(answer, limit) : answer.novelty);
	// By hand only the nearest example counts: its limit begins where the answer stays what it is.
	const own = mode === "auto" ? (answer?.unknownDistance ?? null) : null;
	const firstValues = {
		off: null,
		auto: /** @type {const} */ ("auto"),
		hand: own === null ? (limit ?? measuredLimit ?? UNKNOWN_PRIOR) : Math.min(own, MAX_BY_HAND),
	};
	return (
		<div class="knob-wide unknown">
			<Choice
				legend={t("decide.unknown")}
				value={mode}
				options={modes.map((value) => ({ value, text: t(`decide.unknown.${value}`) }))}
				onChoose={(value) => session.configure({ unknownDistance: firstValues[value] })}
			/>
			<DistanceHistogram unknown={unknown} limit={limit} now={now} />
			<div class="unknown-slider">
				<input
					id={id}
					type="range"
					min={0}
					max={MAX_BY_HAND}
					step={0.01}
					value={limit ?? UNKNOWN_PRIOR}
					disabled={mode === "off"}
					aria-label={t("decide.unknownDistance")}
					// Moving the slider also switches to the limit by hand.
					onInput={(event) => session.configure({ unknownDistance: event.currentTarget.valueAsNumber })}
				/>
				<output for={id}>
					<LiveText text={limit === null ? "–" : decimal(limit)} />
				</output>
			</div>
			<p class="explanation unknown-words">
				{describeLimit(unknownDistance, unknown)}{" "}
				{answer && <LiveText text={describeDistance(answer, limit, mode === "auto")} />}
			</p>
		</div>
	);
}
