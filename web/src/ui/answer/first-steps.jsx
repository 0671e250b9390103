// The first three steps, which are ticked off when they are done. They are shown in the answer's place.

import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { canTeach, hasEnoughClasses, selectFilledClasses } from "../context/page-state.js";
import { selectCameraPhase } from "../context/phone.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { LessonsButton } from "../widgets/lessons-button.jsx";
import { canBeShown, howTaught } from "./how-taught.js";

/** What stands for a step where there are no figures. */
const SYMBOLS = /** @type {const} */ (["camera", "record", "why"]);
/** The place of the step that asks for examples of two classes. */
const RECORDING = 1;

export function FirstSteps() {
	const session = useSession();
	const filled = selectFilledClasses(session);
	const phase = selectCameraPhase(session);
	const by = howTaught(phase, filled);
	const steps = [
		{ name: "show", done: canBeShown(phase, by) },
		{ name: filled.length === 1 ? "second" : "record", done: hasEnoughClasses(session) },
		{ name: "watch", done: false },
	].map(({ name, done }) => ({ name: by === "photos" ? `${name}Photos` : name, done }));
	const next = steps.findIndex(({ done }) => !done);
	// Two were recorded, and one of them was left out: no third is asked for.
	const leftOut =
		filled.length < 2 && canTeach(session) && session.classes.value.find(({ isOff, count }) => isOff && count > 0);
	return (
		<section class="card first-steps">
			<h2>{t("steps")}</h2>
			<ol>
				{steps.map(({ name, done }, place) => (
					<li key={place} data-done={done} aria-current={place === next ? "step" : undefined}>
						<span class="step-mark">
							{done ? (
								<Icon name="check" size={16} />
							) : isSimple.value ? (
								<Icon name={SYMBOLS[place]} size={16} />
							) : (
								place + 1
							)}
						</span>
						{leftOut && place === RECORDING ? (
							<LeftOut label={leftOut.label} />
						) : (
							<div>
								<h3>
									{t(`steps.${name}`)}
									{done && <span class="visually-hidden"> {t("steps.done")}</span>}
								</h3>
								<p>{t(`steps.${name}Text`, { label: filled[0]?.label ?? "" })}</p>
							</div>
						)}
					</li>
				))}
			</ol>
			{canTeach(session) && <LessonsButton />}
		</section>
	);
}

/** @param {{label: string}} props of a class that has examples, and is left out */
function LeftOut({ label }) {
	const session = useSession();
	return (
		<div>
			<h3>
				<bdi>{label}</bdi>
			</h3>
			<p>{t("class.isOff")}</p>
			<button type="button" onClick={() => session.switchOff(label, false)}>
				<Icon name="eye" size={18} /> {t("class.switchOn", { label })}
			</button>
		</div>
	);
}
