// The cross that closes a sheet, a note or a toast.

import { t } from "../../i18n/words.js";
import { Icon } from "./icons.jsx";

/**
 * @param {object} props
 * @param {() => void} props.onClick
 * @param {string} [props.words] what the click does
 * @param {number} [props.size] of the cross, in pixels
 */
export const CloseButton = ({ onClick, words = t("close"), size }) => (
	<button type="button" class="quiet square" aria-label={words} title={words} onClick={onClick}>
		<Icon name="close" size={size} />
	</button>
);
