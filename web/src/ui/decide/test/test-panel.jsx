// The test: each example is left out in turn, and the others say what it is. Loaded when it is first opened, since the
// charts bring a library.

import { useEffect } from "preact/hooks";
import { percent } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { addClass } from "../../context/page-commands.js";
import { hasEnoughClasses } from "../../context/page-state.js";
import { useSession } from "../../context/session-context.js";
import { AccuracyByK } from "./accuracy-by-k.jsx";
import { ByClass } from "./by-class.jsx";
import { ConfusionMatrix } from "./confusion-matrix.jsx";
import { FairTest } from "./fair-test.jsx";
import { LearningCurve } from "./learning-curve.jsx";
import { TestFigures } from "./test-figures.jsx";
import "../../../style/decide/test-figures.css";
import "../../../style/decide/confusion-matrix.css";
import "../../../style/decide/charts.css";
import "../../../style/decide/by-class.css";
import "../../../style/decide/fair-test.css";
import "../../../style/decide/test-panel.css";

export function TestPanel() {
	const session = useSession();
	useEffect(() => {
		session.watch({ test: true });
		return () => session.watch({ test: false });
	}, [session]);
	const { evaluation, progress } = session.test.value;
	if (!hasEnoughClasses(session)) return <NothingToTest />;
	if (evaluation === null) return <FirstTest progress={progress} />;
	return (
		<div class="test" data-renewing={progress !== null} aria-busy={progress !== null}>
			<TestFigures evaluation={evaluation} />
			<ConfusionMatrix evaluation={evaluation} />
			<div class="charts">
				<AccuracyByK evaluation={evaluation} />
				<LearningCurve curve={evaluation.learningCurve} />
			</div>
			<ByClass evaluation={evaluation} />
			<FairTest split={evaluation.split} isDrawn={evaluation.learningCurve !== null} />
		</div>
	);
}

function NothingToTest() {
	const session = useSession();
	return (
		<div class="test-empty">
			<h3>{t("test.emptyTitle")}</h3>
			<p class="soft">{t("test.emptyText")}</p>
			{session.classes.value.length < 2 && (
				<button type="button" onClick={() => addClass(session)}>
					{t("classes.add")}
				</button>
			)}
		</div>
	);
}

/** @param {{progress: number|null}} props */
function FirstTest({ progress }) {
	return (
		<div class="test-empty">
			<h3>{t("test.firstTitle")}</h3>
			{progress === null ? (
				<p class="soft">{t("test.firstText")}</p>
			) : (
				<label class="soft">
					<span>{t("test.working", { share: percent(progress) })}</span>
					<progress value={progress} max={1} />
				</label>
			)}
		</div>
	);
}
