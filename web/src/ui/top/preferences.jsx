// The page's own settings, language, theme and simple words, and a list of its keys.

import { useState } from "preact/hooks";
import { isSimple, LANGUAGES, language, setLanguage } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { handsFree } from "../context/hands-free.js";
import { useSession } from "../context/session-context.js";
import { setTheme, THEMES, theme } from "../context/theme.js";
import { Choice } from "../widgets/choice.jsx";
import { Icon } from "../widgets/icons.jsx";
import { createLazyPart } from "../widgets/lazy-part.jsx";
import { Popup } from "../widgets/popup.jsx";
import { chooseWords } from "./choose-words.js";

const HandsSettings = createLazyPart(async () => (await import("../hands/hands-settings.jsx")).HandsSettings);

export function PreferencesButton() {
	const [anchor, setAnchor] = useState(/** @type {HTMLElement|null} */ (null));
	return (
		<>
			<button
				type="button"
				class="quiet square"
				aria-label={t("preferences")}
				title={t("preferences")}
				aria-haspopup="dialog"
				onClick={(event) => setAnchor(event.currentTarget)}
			>
				<Icon name="settings" />
			</button>
			{anchor && (
				<Popup anchor={anchor} title={t("preferences")} onClose={() => setAnchor(null)}>
					<Preferences />
				</Popup>
			)}
		</>
	);
}

/**
 * Changes the language. The list goes back to the language in use where the chosen one can't be loaded: it can then be
 * chosen again.
 * @param {HTMLSelectElement} select
 */
async function chooseFrom(select) {
	await setLanguage(/** @type {keyof typeof LANGUAGES} */ (select.value));
	select.value = language.value;
}

function Preferences() {
	return (
		<div class="preferences">
			<label class="field">
				<span>{t("preferences.language")}</span>
				<select value={language.value} onChange={({ currentTarget: select }) => chooseFrom(select)}>
					{Object.entries(LANGUAGES).map(([tag, name]) => (
						<option key={tag} value={tag} lang={tag}>
							{name}
						</option>
					))}
				</select>
			</label>
			<Choice
				legend={t("preferences.theme")}
				value={theme.value}
				options={THEMES.map((value) => ({ value, text: t(`theme.${value}`) }))}
				onChoose={setTheme}
			/>
			<SimpleSwitch />
			{!isSimple.value && <ForReaders />}
		</div>
	);
}

/** The switch goes back where the words can't be loaded: it can then be pressed again. */
function SimpleSwitch() {
	const session = useSession();
	return (
		<div class="simple-switch">
			<label class="check">
				<input
					type="checkbox"
					checked={isSimple.value}
					onChange={async ({ currentTarget: box }) => {
						box.checked = await chooseWords(session, box.checked);
					}}
				/>
				<span>{t("simple.switch")}</span>
			</label>
			<p class="soft">{t("simple.text")}</p>
		</div>
	);
}

/** What needs figures. */
function ForReaders() {
	return (
		<>
			<HandsSettings />
			<section class="keys">
				<h3>{t("keys")}</h3>
				<dl>
					<dt>
						<kbd>1</kbd>–<kbd>9</kbd>
					</dt>
					<dd>{t("keys.digits")}</dd>
					{handsFree.value.footKey !== null && (
						<>
							<dt>
								<kbd>{handsFree.value.footKey}</kbd>
							</dt>
							<dd>{t("keys.foot")}</dd>
						</>
					)}
					<dt>
						<kbd>Esc</kbd>
					</dt>
					<dd>{t("keys.stop")}</dd>
					<dt>
						<kbd>Ctrl</kbd> <kbd>Z</kbd>
					</dt>
					<dd>{t("keys.undo")}</dd>
					<dt>
						<kbd>Ctrl</kbd> <kbd>⇧</kbd> <kbd>Z</kbd>
					</dt>
					<dd>{t("keys.redo")}</dd>
					<dt>
						<kbd>Ctrl</kbd> <kbd>V</kbd>
					</dt>
					<dd>{t("keys.paste")}</dd>
				</dl>
			</section>
		</>
	);
}
