// The bin's popup; what it shows is loaded when it is opened.

import { t } from "../../i18n/words.js";
import { binAnchor } from "../context/page-state.js";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";
import { Popup } from "../widgets/popup.jsx";

const BinPanel = createLazyPanel(async () => (await import("./bin-panel.jsx")).BinPanel);

export function BinPopup() {
	const anchor = binAnchor.value;
	if (anchor === null) return null;
	return (
		<Popup
			anchor={anchor}
			title={t("bin")}
			wide
			onClose={() => {
				binAnchor.value = null;
			}}
		>
			<BinPanel />
		</Popup>
	);
}
