// What works without hands: a foot switch, spoken commands, and what the page says aloud. In the choice of how to record, and in
// the preferences.

import { useLayoutEffect, useState } from "preact/hooks";
import { canSpeak } from "../../actions/speech.js";
import { t } from "../../i18n/words.js";
import { handsFree, isListening, setHandsFree } from "../context/hands-free.js";
import { canListen, voiceProblem } from "./voice.js";

export function HandsSettings() {
	const { speaks, beeps } = handsFree.value;
	return (
		<section class="hands-settings">
			<h3>{t("hands")}</h3>
			<FootKey />
			{canListen() && (
				<label class="check">
					<input
						type="checkbox"
						checked={isListening.value}
						onChange={({ currentTarget }) => {
							isListening.value = currentTarget.checked;
						}}
					/>
					<span>
						{t("voice")}
						<span class="explanation">{t("voice.text")}</span>
						<span class="explanation voice-privacy">{t("voice.privacy")}</span>
						<span role="alert" class="field-error">
							{voiceProblem.value !== null && t(`voice.problem.${voiceProblem.value}`)}
						</span>
					</span>
				</label>
			)}
			{canSpeak() && (
				<label class="check">
					<input
						type="checkbox"
						checked={speaks}
						onChange={({ currentTarget }) => setHandsFree({ speaks: currentTarget.checked })}
					/>
					<span>{t("hands.speaks")}</span>
				</label>
			)}
			<label class="check">
				<input
					type="checkbox"
					checked={beeps}
					onChange={({ currentTarget }) => setHandsFree({ beeps: currentTarget.checked })}
				/>
				<span>{t("hands.beeps")}</span>
			</label>
		</section>
	);
}

/** Keys that can't be a foot switch: the dialog, and every page, need them. */
const TAKEN = /^(?:Tab|Escape|Enter|Space|Shift\w*|Control\w*|Alt\w*|Meta\w*|(?:Digit|Numpad)\d)$/;

function FootKey() {
	const [isAsking, setAsking] = useState(false);
	const [isRefused, setRefused] = useState(false);
	const { footKey } = handsFree.value;
	// At once: the next key is meant for it.
	useLayoutEffect(() => {
		if (!isAsking) return;
		/** @param {KeyboardEvent} event */
		const onKeyDown = (event) => {
			event.preventDefault();
			event.stopPropagation();
			if (event.code === "Escape") setAsking(false);
			else if (event.code === "" || TAKEN.test(event.code)) setRefused(true);
			else {
				setHandsFree({ footKey: event.code });
				setAsking(false);
			}
		};
		// Before the dialog, which Escape would close.
		addEventListener("keydown", onKeyDown, true);
		return () => removeEventListener("keydown", onKeyDown, true);
	}, [isAsking]);
	return (
		<div class="foot-key">
			<p>
				{t("foot")}
				<span class="explanation">{t("foot.text")}</span>
			</p>
			<div class="foot-actions">
				<button
					type="button"
					aria-pressed={isAsking}
					onClick={() => {
						setRefused(false);
						setAsking(!isAsking);
					}}
				>
					{isAsking ? t("foot.press") : footKey === null ? t("foot.choose") : <kbd>{footKey}</kbd>}
				</button>
				{footKey !== null && (
					<button type="button" class="quiet" onClick={() => setHandsFree({ footKey: null })}>
						{t("foot.none")}
					</button>
				)}
			</div>
			<span role="alert" class="field-error">
				{isAsking && isRefused && t("foot.taken")}
			</span>
		</div>
	);
}
