// The button on a class card that opens what happens when the class wins.

import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { openActions } from "./actions-state.js";

/** @param {{label: string}} props */
export function ActionsButton({ label }) {
	const count = useSession().actions.value.get(label)?.length ?? 0;
	return (
		<button
			type="button"
			class="quiet square actions-button"
			aria-label={t("actions.of", { label })}
			aria-haspopup="dialog"
			title={t("actions.title")}
			data-has-actions={count > 0}
			onClick={(event) => {
				openActions.value = { label, anchor: event.currentTarget };
			}}
		>
			<Icon name="bell" size={18} />
		</button>
	);
}
