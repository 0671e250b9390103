// A picture or a text over the whole page, for as long as its class wins. Escape or a click puts it away; the focus stays where it is.

import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import "../../style/actions/action-overlay.css";

export function ActionOverlay() {
	const session = useSession();
	const overlay = useRef(/** @type {HTMLDivElement|null} */ (null));
	const shown = session.shownAction.value;
	const close = () => session.hideShownAction();
	useEffect(() => {
		const onKey = (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && close();
		// Above an open dialog, too: what is tried there is seen.
		overlay.current?.showPopover?.();
		addEventListener("keydown", onKey);
		return () => removeEventListener("keydown", onKey);
	}, []);
	if (!shown) return null;
	const { text, url } = shown;
	return (
		<div ref={overlay} popover="manual" class="action-overlay" role="status">
			{url ? (
				<img src={url} alt={text} />
			) : (
				<p data-length={text.length > 60 ? "long" : text.length > 16 ? "some" : "few"}>
					<bdi>{text}</bdi>
				</p>
			)}
			<button type="button" class="square" aria-label={t("close")} onClick={close}>
				<Icon name="close" />
			</button>
		</div>
	);
}
