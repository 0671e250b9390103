// Below the answer: whether actions are on, what happened last, and how often which class has won.

import { UNKNOWN_KEY } from "../../contract/actions.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import "../../style/actions/actions.css";

/** @param {string} label @returns {string} what it is called on the page */
export const nameOf = (label) => (label === UNKNOWN_KEY ? t("answer.unknown") : label);

export function AnswerBell() {
	const session = useSession();
	const isOn = session.actionsSwitch.value === "on";
	const last = session.lastAction.value;
	const tally = [...session.tally.value];
	return (
		<div class="answer-bell">
			<button
				type="button"
				class="quiet bell-switch"
				role="switch"
				aria-checked={isOn}
				aria-label={t("actions.on")}
				title={t("actions.on")}
				onClick={() => session.switchActions(isOn ? "off" : "on")}
			>
				<Icon name={isOn ? "bell" : "bellOff"} size={18} />
			</button>
			<p class="bell-words" data-happened={last?.n}>
				{isOn
					? last && t(`actions.happened.${last.kind}`, { text: last.text, label: nameOf(last.label) })
					: t("actions.areOff")}
			</p>
			{tally.length > 0 && (
				<p class="bell-tally">
					{tally.map(([label, count]) => (
						<span key={label}>
							<bdi>{nameOf(label)}</bdi> <b>{count}</b>
						</span>
					))}
					<button type="button" class="quiet" onClick={() => session.resetTally()}>
						{t("actions.resetTally")}
					</button>
				</p>
			)}
		</div>
	);
}
