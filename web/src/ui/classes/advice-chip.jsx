// That there is advice about a class, on its card: a click opens what the coach says of it. In the row of what else the card can do,
// where it moves nothing as it comes and goes.

import { t } from "../../i18n/words.js";
import { chooseDecideTab, tab } from "../context/page-state.js";
import { Icon } from "../widgets/icons.jsx";

/** @param {{advice: import("../../state/state.js").Advice[]}} props at least one */
export function AdviceChip({ advice }) {
	const words = advice.map(({ key }) => t("coach.open", { what: t(`coach.short.${key}`) })).join(" · ");
	return (
		<button
			type="button"
			class="square advice-chip"
			aria-label={words}
			title={words}
			onClick={() => {
				chooseDecideTab("coach");
				// On a phone the panel is behind a tab.
				tab.value = "why";
			}}
		>
			<Icon name="coach" size={18} />
		</button>
	);
}
