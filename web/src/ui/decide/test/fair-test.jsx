// The held-out split, and its lesson: examples that were used to choose must not be used to judge.

import { number, percent } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { compareChoices } from "./fair-choices.js";

const PARTS = /** @type {const} */ (["train", "validation", "test"]);

/** @param {{split: import("../../../state/state.js").Split|null, isDrawn: boolean}} props isDrawn: false while it is being worked out */
export function FairTest({ split, isDrawn }) {
	return (
		<section class="fair">
			<h3>{t("test.fair")}</h3>
			{!isDrawn && <p class="chart-empty soft">{t("test.drawing")}</p>}
			{isDrawn && (split ? <Parts split={split} /> : <p class="explanation">{t("test.fairWaits")}</p>)}
		</section>
	);
}

/** @param {{split: import("../../../state/state.js").Split}} props */
function Parts({ split }) {
	const { chosen, peeked } = split;
	const gain = compareChoices(split);
	const choice = t("test.choice", { k: peeked.k, metric: t(`metric.${peeked.metric}`) });
	const peeking = { choice, share: percent(peeked.testAccuracy) };
	return (
		<>
			<p class="explanation">{t("test.fairText")}</p>
			<ol class="parts">
				{PARTS.map((part) => (
					<li key={part} class="part" data-part={part} style={{ flexGrow: split[part] }}>
						<b>{number(split[part])}</b>
						<span>{t(`test.part.${part}`)}</span>
					</li>
				))}
			</ol>
			<dl class="fair-figures">
				<div>
					<dt>{t("test.chosen")}</dt>
					<dd>{t("test.choice", { k: chosen.k, metric: t(`metric.${chosen.metric}`) })}</dd>
				</div>
				<div>
					<dt>{t("test.onValidation")}</dt>
					<dd>{percent(chosen.validationAccuracy)}</dd>
				</div>
				<div>
					<dt>{t("test.onTest")}</dt>
					<dd>
						<b>{percent(chosen.testAccuracy)}</b>
					</dd>
				</div>
			</dl>
			{gain === "none" ? (
				<p class="explanation">{t("test.peekedSame")}</p>
			) : (
				<p class="fair-lesson">{gain === "equal" ? t("test.peekedEqual", peeking) : t("test.peeked", peeking)}</p>
			)}
		</>
	);
}
