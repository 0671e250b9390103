// What a project from elsewhere wants to do, before it may. The answer is kept for this project.

import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import "../../style/actions/actions.css";

export function PermissionToast() {
	const session = useSession();
	const kinds = [...new Set([...session.actions.value.values()].flat().map(({ kind }) => kind))];
	const what = kinds.map((kind) => t(`actions.kind.${kind}`)).join(", ");
	return (
		<div class="toast permission">
			<Icon name="bell" />
			<p>{t("actions.wants", { what })}</p>
			<button type="button" class="toast-action" onClick={() => session.switchActions("on")}>
				{t("actions.turnOn")}
			</button>
			<button type="button" class="toast-action" onClick={() => session.switchActions("off")}>
				{t("actions.leaveOff")}
			</button>
		</div>
	);
}
