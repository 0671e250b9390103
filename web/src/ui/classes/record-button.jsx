// The button that records, on a class's card. While it records, it shows a count.

import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { Icon } from "../widgets/icons.jsx";
import { useRecordButton } from "./use-record-button.js";

/** @param {{label: string, count: number}} props */
export function RecordButton({ label, count }) {
	const { attributes, recorded, isWaiting, isGoing, words } = useRecordButton(label, count);
	const shown = recorded === null ? words : t(isGoing ? "class.stopAt" : "class.recording", { count: recorded });
	return (
		<button class="hold" {...attributes}>
			{isSimple.value && recorded === null ? <Icon name="record" size={28} /> : <span class="record-dot" />}
			<span>{isWaiting && !isGoing ? t("class.starting") : shown}</span>
			<span class="visually-hidden">{label}</span>
		</button>
	);
}
