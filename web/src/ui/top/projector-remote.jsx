// The remote control of the owner's projector: what the computer in the same room shows, changed from this device.

import { t } from "../../i18n/words.js";
import { controlProjector } from "../context/presenting.js";
import { useSession } from "../context/session-context.js";

/** What the projector shows before it has said so. */
const NOTHING = { presenting: false, heat: false, paused: false };

export function ProjectorRemote() {
	const session = useSession();
	const view = session.presented.value ?? NOTHING;
	const switches = /** @type {const} */ (["presenting", "heat", "paused"]);
	return (
		<div class="projector-remote">
			<p class="soft">{t("present.remoteText")}</p>
			{switches.map((name) => (
				<label key={name} class="switch">
					<input
						type="checkbox"
						checked={view[name]}
						disabled={name !== "presenting" && !view.presenting}
						onChange={(event) => controlProjector(session, { ...view, [name]: event.currentTarget.checked })}
					/>
					<span>{t(`present.switch.${name}`)}</span>
				</label>
			))}
		</div>
	);
}
