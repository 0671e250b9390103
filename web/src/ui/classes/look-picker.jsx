// The choice of a class's colour and emoji. Everyone in the room sees what is chosen.

import { useState } from "preact/hooks";
import limits from "../../../../contract/limits.json" with { type: "json" };
import { isEmoji } from "../../contract/emoji.js";
import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { PALETTE_SIZE } from "../../state/state.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { Popup } from "../widgets/popup.jsx";
import { lastCharacter } from "./last-character.js";
import "../../style/classes/look.css";

const EMOJIS = [
	...("🍎🍌🥕🍞🐱🐶🐟🦖".match(/./gu) ?? []),
	...("👍👎👋👆👏😀😮😴".match(/./gu) ?? []),
	...("🌱🌞🚗⚽🎸📘🧸🔑".match(/./gu) ?? []),
];
const HUES = Array.from({ length: PALETTE_SIZE }, (_, hue) => hue);
const PATTERNS = Array.from({ length: limits.colours / PALETTE_SIZE }, (_, pattern) => pattern);

/**
 * @param {object} props
 * @param {string} props.label
 * @param {number} props.colour
 * @param {string|null} props.emoji
 * @param {HTMLElement} props.anchor
 * @param {() => void} props.onClose
 */
export function LookPicker({ label, colour, emoji, anchor, onClose }) {
	const session = useSession();
	const hue = colour % PALETTE_SIZE;
	const pattern = Math.floor(colour / PALETTE_SIZE);
	/** @param {number} chosen */
	const setColour = (chosen) => session.styleClass(label, { colour: chosen });
	/** @param {string|null} chosen */
	const setEmoji = (chosen) => session.styleClass(label, { emoji: chosen });
	return (
		<Popup anchor={anchor} title={t("look.title")} onClose={onClose}>
			<Swatches
				name="hue"
				legend={t("look.colour")}
				chosen={hue}
				options={HUES.map((each) => ({ value: each, slot: each, text: t("look.colourNumber", { number: each + 1 }) }))}
				onChoose={(each) => setColour(each + PALETTE_SIZE * pattern)}
			/>
			<Swatches
				name="pattern"
				legend={t("look.pattern")}
				chosen={pattern}
				options={PATTERNS.map((each) => ({
					value: each,
					slot: hue + PALETTE_SIZE * each,
					text: each === 0 ? t("look.noPattern") : t("look.patternNumber", { number: each }),
				}))}
				onChoose={(each) => setColour(hue + PALETTE_SIZE * each)}
			/>
			<fieldset class="look-group">
				<legend>{t("look.emoji")}</legend>
				<div class="look-emojis">
					{EMOJIS.map((each) => (
						<button
							key={each}
							type="button"
							class="quiet look-emoji"
							aria-pressed={emoji === each}
							onClick={() => setEmoji(emoji === each ? null : each)}
						>
							{each}
						</button>
					))}
				</div>
				<OwnEmoji emoji={emoji} onChoose={setEmoji} />
			</fieldset>
			<Place label={label} />
		</Popup>
	);
}

/**
 * One of several colours or patterns: radio buttons, so that the arrow keys go from one to the next.
 * @param {object} props
 * @param {string} props.name
 * @param {string} props.legend
 * @param {number} props.chosen
 * @param {{value: number, slot: number, text: string}[]} props.options
 * @param {(value: number) => void} props.onChoose
 */
function Swatches({ name, legend, chosen, options, onChoose }) {
	return (
		<fieldset class="look-group">
			<legend>{legend}</legend>
			<div class="look-colours">
				{options.map(({ value, slot, text }) => (
					<label key={value} class="look-choice" data-slot={slot} title={text}>
						<input
							type="radio"
							class="visually-hidden"
							name={`look-${name}`}
							aria-label={text}
							checked={value === chosen}
							onChange={() => onChoose(value)}
						/>
						<span class="look-swatch" />
					</label>
				))}
			</div>
		</fieldset>
	);
}

/**
 * The class's place among the others.
 * @param {{label: string}} props
 */
function Place({ label }) {
	const session = useSession();
	const labels = session.classes.value.map((each) => each.label);
	const place = labels.indexOf(label);
	const why = whyRefused(session, "order");
	if (labels.length < 2 || place < 0) return null;
	return (
		<fieldset class="look-group" disabled={why !== null}>
			<legend>{t("look.place")}</legend>
			{why && <p class="soft">{why}</p>}
			<div class="look-place">
				{/* aria-disabled, so that the focus stays where the last place is reached. */}
				<button type="button" aria-disabled={place === 0} onClick={() => session.moveClass(label, -1)}>
					{t("look.moveUp")}
				</button>
				<button type="button" aria-disabled={place === labels.length - 1} onClick={() => session.moveClass(label, 1)}>
					{t("look.moveDown")}
				</button>
				<span class="soft" role="status">
					{!isSimple.value && t("look.placeOf", { place: String(place + 1), total: String(labels.length) })}
				</span>
			</div>
		</fieldset>
	);
}

/** @param {{emoji: string|null, onChoose: (emoji: string|null) => void}} props */
function OwnEmoji({ emoji, onChoose }) {
	const [draft, setDraft] = useState(/** @type {string|null} */ (null));
	return (
		<div class="look-own">
			<label>
				{t("look.own")}
				<input
					class="look-field"
					value={draft ?? emoji ?? ""}
					autocomplete="off"
					spellcheck={false}
					onInput={(event) => {
						// What is typed behind an emoji takes its place.
						const typed = lastCharacter(event.currentTarget.value);
						setDraft(typed);
						if (typed === "" || isEmoji(typed)) {
							onChoose(typed === "" ? null : typed);
							setDraft(null);
							event.currentTarget.value = typed;
						}
					}}
					onBlur={() => setDraft(null)}
				/>
			</label>
			<button type="button" disabled={emoji === null} onClick={() => onChoose(null)}>
				{t("look.none")}
			</button>
		</div>
	);
}
