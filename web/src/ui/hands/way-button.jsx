// Opens the choice of how to record; says which way is chosen.

import { useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { handsFree } from "../context/hands-free.js";
import { Icon } from "../widgets/icons.jsx";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const WayPopup = createLazyPart(async () => (await import("./way-popup.jsx")).WayPopup);

/** @param {{compact?: boolean}} props compact: a symbol, and the words for a screen reader and as the tooltip */
export function WayButton({ compact = false }) {
	const [anchor, setAnchor] = useState(/** @type {HTMLElement|null} */ (null));
	return (
		<>
			<button
				type="button"
				class={compact ? "quiet square way-button" : "quiet way-button"}
				title={compact ? t(`way.${handsFree.value.way}`) : undefined}
				aria-haspopup="dialog"
				onClick={(event) => setAnchor(event.currentTarget)}
			>
				{compact && <Icon name="record" />}
				<span class={compact ? "visually-hidden" : undefined}>{t(`way.${handsFree.value.way}`)}</span>{" "}
				<Icon name="down" size={compact ? 12 : 16} />
			</button>
			{anchor && <WayPopup anchor={anchor} onClose={() => setAnchor(null)} onFailed={() => setAnchor(null)} />}
		</>
	);
}
