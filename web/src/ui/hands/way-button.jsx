// Opens the choice of how to record; says which way is chosen.

import { useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { handsFree } from "../context/hands-free.js";
import { Icon } from "../widgets/icons.jsx";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const WayPopup = createLazyPart(async () => (await import("./way-popup.jsx")).WayPopup);

export function WayButton() {
	const [anchor, setAnchor] = useState(/** @type {HTMLElement|null} */ (null));
	return (
		<>
			<button
				type="button"
				class="quiet way-button"
				aria-haspopup="dialog"
				onClick={(event) => setAnchor(event.currentTarget)}
			>
				<span>{t(`way.${handsFree.value.way}`)}</span> <Icon name="down" size={16} />
			</button>
			{anchor && <WayPopup anchor={anchor} onClose={() => setAnchor(null)} onFailed={() => setAnchor(null)} />}
		</>
	);
}
