// A class on the rail: its colour or emoji, its name and count. A press records, in the way that the person chose.

import { number } from "../../i18n/numbers.js";
import { chooseClass, selectChosenClass, showsChosen } from "../context/hands-free.js";
import { useSession } from "../context/session-context.js";
import { useRecordButton } from "./use-record-button.js";

/** @param {{label: string, index: number, colour: number, emoji: string|null, count: number, isOff: boolean}} props */
export function RailClass({ label, index, colour, emoji, count, isOff }) {
	const session = useSession();
	const { attributes, recorded, words } = useRecordButton(label, count, true);
	return (
		<article
			class="rail-class"
			data-slot={colour}
			data-index={index}
			data-off={isOff}
			data-chosen={showsChosen() && selectChosenClass(session)?.label === label}
			aria-label={label}
			onFocusIn={() => chooseClass(session, label)}
		>
			<button class="rail-button" {...attributes}>
				<span class="look-swatch" data-emoji={emoji !== null} aria-hidden="true">
					{emoji}
				</span>
				<span class="visually-hidden">{words}</span>
				<bdi class="rail-name" title={label}>
					{label}
				</bdi>
				<span class="rail-count">{recorded === null ? number(count) : `+${number(recorded)}`}</span>
			</button>
		</article>
	);
}
