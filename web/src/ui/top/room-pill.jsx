// The room's code and how many devices are in it. A click opens the sheet that says how others come into it.

import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { isSharing } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

export function RoomPill() {
	const session = useSession();
	const { room, here } = session.project.value;
	if (!room) return null;
	return (
		<button
			type="button"
			class="pill room"
			title={t("room.invite")}
			aria-haspopup="dialog"
			onClick={() => {
				isSharing.value = true;
			}}
		>
			<Icon name="people" size={16} />
			<span>{t("room")}</span>
			{!isSimple.value && (
				<>
					<strong>{room}</strong>
					<span class="room-here" role="status">
						{session.engine.value.connected && t("room.here", { count: here })}
					</span>
				</>
			)}
		</button>
	);
}
