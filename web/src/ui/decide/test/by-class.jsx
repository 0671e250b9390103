// Precision and recall of each class, as a table.

import { number, percent } from "../../../i18n/numbers.js";
import { t } from "../../../i18n/words.js";
import { useSession } from "../../context/session-context.js";

/** @param {{evaluation: import("../../../state/state.js").Evaluation}} props */
export function ByClass({ evaluation }) {
	const session = useSession();
	const colourOf = new Map(session.classes.value.map(({ label, colour }) => [label, colour]));
	/** @param {number|null} share */
	const shown = (share) => (share === null ? "–" : percent(share));
	return (
		<section class="by-class">
			<h3 id="by-class-title">{t("test.byClass")}</h3>
			<p class="explanation">{t("test.byClassText")}</p>
			<section
				class="by-class-scroll"
				tabIndex={evaluation.classes.length > 8 ? 0 : undefined}
				aria-labelledby="by-class-title"
			>
				<table class="plain-table" aria-labelledby="by-class-title">
					<thead>
						<tr>
							<th scope="col">{t("test.class")}</th>
							<th scope="col">{t("test.examples")}</th>
							<th scope="col">{t("test.precision")}</th>
							<th scope="col">{t("test.recall")}</th>
						</tr>
					</thead>
					<tbody>
						{evaluation.classes.map(({ label, count, precision, recall }) => (
							<tr key={label} data-slot={colourOf.get(label)}>
								<th scope="row">
									<span class="matrix-name" title={label}>
										<i class="swatch" />
										<bdi class="name">{label}</bdi>
									</span>
								</th>
								<td>{number(count)}</td>
								<td>{shown(precision)}</td>
								<td>{shown(recall)}</td>
							</tr>
						))}
					</tbody>
				</table>
			</section>
		</section>
	);
}
