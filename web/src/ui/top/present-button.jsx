// Opens the presenter view: the picture, a huge answer and the neighbours, for a projector.

import { t } from "../../i18n/words.js";
import { isPresenting } from "../context/dock.js";
import { hasEnoughClasses } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

export function PresentButton() {
	const session = useSession();
	if (!hasEnoughClasses(session)) return null;
	return (
		<button
			type="button"
			class="quiet square present-button"
			aria-label={t("present")}
			title={t("present")}
			onClick={() => {
				isPresenting.value = true;
				// Where it is refused, the page fills the window.
				document.documentElement.requestFullscreen?.({ navigationUI: "hide" }).catch(() => {});
			}}
		>
			<Icon name="present" />
		</button>
	);
}
