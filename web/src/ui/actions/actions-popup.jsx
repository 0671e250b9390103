// What happens when a class wins: the list of its actions, each with its settings, and the switch for all of them.

import { useState } from "preact/hooks";
import limits from "../../../../contract/limits.json" with { type: "json" };
import { ACTION_KINDS, completeAction, UNKNOWN_KEY } from "../../contract/actions.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { Popup } from "../widgets/popup.jsx";
import { ActionRow } from "./action-row.jsx";
import { openActions, openGame } from "./actions-state.js";
import { nameOf } from "./answer-bell.jsx";
import "../../style/actions/actions.css";

/** @typedef {import("../../contract/actions.js").ActionKind} ActionKind */

/** @param {{label: string, anchor: HTMLElement}} props */
export function ActionsPopup({ label: opened, anchor }) {
	const session = useSession();
	const labels = [...session.classes.value.map((each) => each.label), UNKNOWN_KEY];
	const [chosen, setChosen] = useState(opened);
	const label = labels.includes(chosen) ? chosen : UNKNOWN_KEY;
	const actions = session.actions.value.get(label) ?? [];
	const isOn = session.actionsSwitch.value === "on";
	/** @param {import("../../contract/actions.js").Action[]} next */
	const keep = (next) => session.setActions(label, next);
	return (
		<Popup
			anchor={anchor}
			title={t("actions.title")}
			wide
			onClose={() => {
				openActions.value = null;
				anchor.focus();
			}}
		>
			<div class="actions-panel">
				<label class="actions-switch">
					<input type="checkbox" checked={isOn} onChange={() => session.switchActions(isOn ? "off" : "on")} />
					{t("actions.on")}
				</label>
				<label>
					{t("actions.when")}
					<select value={label} onChange={(event) => setChosen(event.currentTarget.value)}>
						{labels.map((each) => (
							<option key={each} value={each}>
								{nameOf(each)}
							</option>
						))}
					</select>
				</label>
				{actions.length === 0 && <p class="soft">{t("actions.none")}</p>}
				<ul class="actions-list">
					{actions.map((action, i) => (
						<li key={`${label} ${i} ${action.kind}`}>
							<ActionRow
								action={action}
								label={label}
								onChange={(next) => keep(actions.with(i, next))}
								onRemove={() => keep(actions.toSpliced(i, 1))}
							/>
						</li>
					))}
				</ul>
				{actions.length < limits.actionsPerClass && (
					<AddAction onAdd={(kind) => keep([...actions, completeAction({ kind })])} />
				)}
				<Extras anchor={anchor} />
			</div>
		</Popup>
	);
}

/** @param {{onAdd: (kind: ActionKind) => void}} props */
function AddAction({ onAdd }) {
	const [kind, setKind] = useState(/** @type {ActionKind} */ ("say"));
	return (
		<div class="actions-add">
			<select
				aria-label={t("actions.addWhat")}
				value={kind}
				onChange={(event) => setKind(/** @type {ActionKind} */ (event.currentTarget.value))}
			>
				{ACTION_KINDS.map((each) => (
					<option key={each} value={each}>
						{t(`actions.kind.${each}`)}
					</option>
				))}
			</select>
			<button type="button" onClick={() => onAdd(kind)}>
				<Icon name="plus" size={18} /> {t("actions.add")}
			</button>
		</div>
	);
}

/**
 * What belongs to no single action: games, and the room.
 * @param {{anchor: HTMLElement}} props
 */
function Extras({ anchor }) {
	const session = useSession();
	const hasKeys = [...session.actions.value.values()].flat().some(({ kind }) => kind === "key");
	/** @param {"pong"|"snake"} game */
	const play = (game) => {
		openActions.value = null;
		openGame.value = { game, anchor };
	};
	return (
		<>
			{hasKeys && (
				<div class="actions-add">
					<button type="button" onClick={() => play("pong")}>
						{t("actions.play", { game: t("game.pong") })}
					</button>
					<button type="button" onClick={() => play("snake")}>
						{t("actions.play", { game: t("game.snake") })}
					</button>
				</div>
			)}
			{session.project.value.room !== null && (
				<label class="actions-switch">
					<input
						type="checkbox"
						checked={session.isTellingAnswers.value}
						onChange={(event) => session.tellAnswers(event.currentTarget.checked)}
					/>
					{t("actions.tell")}
				</label>
			)}
		</>
	);
}
