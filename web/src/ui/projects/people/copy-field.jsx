// An address to be copied: a field that can't be changed, and a button.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n/words.js";
import { Icon } from "../../widgets/icons.jsx";

/**
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value
 */
export function CopyField({ label, value }) {
	const id = useId();
	const field = useRef(/** @type {HTMLInputElement|null} */ (null));
	const [message, setMessage] = useState(/** @type {"copied"|"byHand"|null} */ (null));
	useEffect(() => setMessage(null), [value]);
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(value);
			setMessage("copied");
		} catch {
			// Only secure pages have a clipboard, and a browser may refuse it.
			field.current?.select();
			setMessage("byHand");
		}
	};
	return (
		<>
			<label for={id}>{label}</label>
			<div class="share-copy">
				<input id={id} ref={field} value={value} readOnly dir="ltr" onFocus={(event) => event.currentTarget.select()} />
				<button type="button" class="primary" onClick={copy}>
					<Icon name={message === "copied" ? "check" : "copies"} /> {t("share.copy")}
				</button>
			</div>
			<p class="share-message soft" role="status">
				{message === "copied" && t("room.copied")}
				{message === "byHand" && t("share.copyByHand")}
			</p>
		</>
	);
}
