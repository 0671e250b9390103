// A piece of advice in a word, where its class is: a click opens what the coach says of it. Where there is no coach's panel, it
// is said here.

import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { chooseDecideTab, hasEnoughClasses, tab } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { AdviceNote } from "./advice-note.jsx";

/** @param {{advice: import("../../state/state.js").Advice}} props */
export function CardAdvice({ advice }) {
	const hasPanel = hasEnoughClasses(useSession()) && !isSimple.value;
	return hasPanel ? <AdviceChip advice={advice} /> : <AdviceNote advice={advice} />;
}

/** @param {{advice: import("../../state/state.js").Advice}} props */
function AdviceChip({ advice }) {
	return (
		<button
			type="button"
			class="advice-chip"
			onClick={() => {
				chooseDecideTab("coach");
				// On a phone the panel is behind a tab.
				tab.value = "why";
			}}
		>
			<Icon name="coach" size={16} />
			<span>{t("coach.open", { what: t(`coach.short.${advice.key}`) })}</span>
		</button>
	);
}
