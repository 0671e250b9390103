// What to do first: three steps that are ticked off as they are done. They stand where the answer will be.

import { t } from "../words.js";
import { Icon } from "./icons.jsx";
import { useSession } from "./session-context.js";

/** Two classes with examples: fewer, and there is nothing to tell apart. */
const CLASSES_NEEDED = 2;

export function FirstSteps() {
	const session = useSession();
	const { state } = session.camera.value;
	const classes = session.classes.value;
	const filled = classes.filter(({ count }) => count > 0).length;
	const steps = [
		{ name: "show", done: state === "on" || state === "paused" || filled > 0 },
		{ name: "record", done: filled >= CLASSES_NEEDED },
		{ name: "watch", done: false },
	];
	const next = steps.findIndex(({ done }) => !done);
	return (
		<section class="card first-steps">
			<h2>{t("steps")}</h2>
			<ol>
				{steps.map(({ name, done }, place) => (
					<li key={name} data-done={done} aria-current={place === next ? "step" : undefined}>
						<span class="step-mark">{done ? <Icon name="check" size={16} /> : place + 1}</span>
						<div>
							<h3>
								{t(`steps.${name}`)}
								{done && <span class="visually-hidden"> {t("steps.done")}</span>}
							</h3>
							<p>{t(`steps.${name}Text`)}</p>
						</div>
					</li>
				))}
			</ol>
		</section>
	);
}
