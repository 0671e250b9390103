// Opens the presenter view: the picture, a huge answer and the neighbours, for a projector. On a phone or tablet of the room's owner
// it is the remote control of the projector instead.

import { useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { hasEnoughClasses } from "../context/page-state.js";
import { canControlProjector, isPresenting } from "../context/presenting.js";
import { useSession } from "../context/session-context.js";
import { isDesk } from "../context/window-shape.js";
import { Icon } from "../widgets/icons.jsx";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";
import { Popup } from "../widgets/popup.jsx";

const ProjectorRemote = createLazyPanel(async () => (await import("./projector-remote.jsx")).ProjectorRemote);

export function PresentButton() {
	const session = useSession();
	const [anchor, setAnchor] = useState(/** @type {HTMLElement|null} */ (null));
	const isRemote = !isDesk.value && canControlProjector(session);
	if (!isRemote && !hasEnoughClasses(session)) return null;
	const words = isRemote ? t("present.remote") : t("present");
	return (
		<>
			<button
				type="button"
				class="quiet square present-button"
				data-remote={isRemote}
				aria-label={words}
				title={words}
				aria-haspopup={isRemote ? "dialog" : undefined}
				onClick={(event) => {
					if (isRemote) setAnchor(event.currentTarget);
					else present();
				}}
			>
				<Icon name="present" />
			</button>
			{anchor && (
				<Popup anchor={anchor} title={t("present.remote")} onClose={() => setAnchor(null)}>
					<ProjectorRemote />
				</Popup>
			)}
		</>
	);
}

function present() {
	isPresenting.value = true;
	// Where it is refused, the page fills the window.
	document.documentElement.requestFullscreen?.({ navigationUI: "hide" }).catch(() => {});
}
