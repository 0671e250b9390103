// What a member of the room must know before they press anything: why nothing can be added now, and that everyone sees everyone's
// pictures.

import { t } from "../../i18n/words.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";

export function RoomNote() {
	const session = useSession();
	const why = whyRefused(session, "add");
	const hasPictures = session.membership.value?.access.thumbnails === true;
	return (
		<div class="room-note" role="status">
			{why && <p>{why}</p>}
			{hasPictures && <p>{t("people.picturesAreOn")}</p>}
		</div>
	);
}
