// Switches a class off, and on again: its examples stay, and have no vote on this device.

import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

/** @param {{label: string, isOff: boolean}} props */
export function OffSwitch({ label, isOff }) {
	const session = useSession();
	const words = isOff ? t("class.switchOn", { label }) : t("class.switchOff", { label });
	return (
		<button
			type="button"
			class="quiet square off-switch"
			aria-label={words}
			title={words}
			onClick={() => session.switchOff(label, !isOff)}
		>
			<Icon name={isOff ? "eyeOff" : "eye"} size={18} />
		</button>
	);
}
