// The test's figures, large, and how they were measured. While new figures are worked out, the old ones stay, dimmed.

import { decimal, percent } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { useSession } from "../../context/session-context.js";

/** @typedef {import("../../../state/state.js").Evaluation} Evaluation */

/** @param {{evaluation: Evaluation}} props */
export function TestFigures({ evaluation }) {
	const { accuracy, balancedAccuracy, crossEntropy, count, tested, flattered, k, metric } = evaluation;
	return (
		<section class="figures" aria-label={t("test.figures")}>
			<dl>
				<Figure name={t("test.accuracy")} value={percent(accuracy)} text={t("test.accuracyText")} />
				<Figure name={t("test.balanced")} value={percent(balancedAccuracy)} text={t("test.balancedText")} />
				<Figure name={t("test.entropy")} value={decimal(crossEntropy)} text={t("test.entropyText")} />
			</dl>
			<p class="explanation figures-how">
				{t("test.how", { k, metric: t(`metric.${metric}`) })}{" "}
				{tested < count ? t("test.tested", { tested, count }) : t("test.testedAll", { count })}
			</p>
			<TestProgress />
			{flattered.length > 0 && <p class="note">{t("test.flattered", { labels: flattered.join(", ") })}</p>}
		</section>
	);
}

/** @param {{name: string, value: string, text: string}} props */
function Figure({ name, value, text }) {
	return (
		<div class="figure">
			<dt>{name}</dt>
			<dd class="figure-value">{value}</dd>
			<dd class="explanation">{text}</dd>
		</div>
	);
}

/** Who works the figures out, and the progress of the next ones. The line is always there, so that nothing moves. */
function TestProgress() {
	const session = useSession();
	const { where, progress, missing } = session.test.value;
	return (
		<div class="test-progress">
			{progress !== null ? (
				<label>
					<span>{t("test.renewing", { share: percent(progress) })}</span>
					<progress value={progress} max={1} />
				</label>
			) : (
				<p>
					{missing !== null
						? t("test.missing", { metric: t(`metric.${missing}`) })
						: where !== null && t(`test.by.${where}`)}
				</p>
			)}
		</div>
	);
}
