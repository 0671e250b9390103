// The coach: what would help, with the pictures that it means, and how much each class has.

import { number } from "../../i18n/numbers.js";
import { t } from "../../i18n/words.js";
import { countRecordings } from "../answer/recordings.js";
import { AdviceNote } from "../classes/advice-note.jsx";
import { useSession } from "../context/session-context.js";
import { restOfBar } from "../widgets/share-bar.jsx";

export function CoachPanel() {
	const session = useSession();
	const advice = session.advice.value;
	const classes = session.classes.value;
	const most = Math.max(1, ...classes.map(({ count }) => count));
	return (
		<div class="coach-panel">
			{advice.length === 0 && <p class="soft">{t("coach.nothing")}</p>}
			{advice.map((about) => (
				<AdviceNote key={`${about.key} ${about.labels}`} advice={about} named />
			))}
			<h3>{t("coach.balance")}</h3>
			<table class="balance">
				<thead>
					<tr>
						<th scope="col">{t("coach.class")}</th>
						<th scope="col">{t("coach.examples")}</th>
						<th scope="col">{t("coach.recordings")}</th>
					</tr>
				</thead>
				<tbody>
					{classes.map(({ label, index, colour, emoji, count, examples }) => (
						<tr key={index} data-slot={colour}>
							<th scope="row">
								<bdi class="name">
									{emoji && <span aria-hidden="true">{emoji} </span>}
									{label}
								</bdi>
							</th>
							<td>
								<span class="balance-bar">
									<span class="track" aria-hidden="true">
										<span class="bar" style={{ "--rest": restOfBar(count / most) }} />
									</span>
									{number(count)}
								</span>
							</td>
							<td>{number(countRecordings(examples))}</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}
