// The room's code and how many devices are in it. A click copies the address of the room, to invite others.

import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

const COPIED_SHOWN_MS = 2000;

/**
 * @param {string} room
 * @returns {string} this page's address with the room in it
 */
function getRoomAddress(room) {
	const address = new URL(location.href);
	address.hash = "";
	address.searchParams.set("room", room);
	return address.href;
}

export function RoomPill() {
	const session = useSession();
	const { room, here } = session.project.value;
	const [copied, setCopied] = useState(false);
	useEffect(() => {
		if (!copied) return;
		const timer = setTimeout(() => setCopied(false), COPIED_SHOWN_MS);
		return () => clearTimeout(timer);
	}, [copied]);
	if (!room) return null;
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(getRoomAddress(room));
			setCopied(true);
		} catch {
			// Only secure pages have a clipboard, and a browser may refuse it: the address is shown, to be copied by hand.
			prompt(t("room.copyByHand"), getRoomAddress(room));
		}
	};
	return (
		<button type="button" class="pill room" title={t("room.copy")} onClick={copy}>
			<Icon name={copied ? "check" : "link"} size={16} />
			<span>{t("room")}</span>
			<strong>{room}</strong>
			<span class="room-here" role="status">
				{copied ? t("room.copied") : session.engine.value.connected && t("room.here", { count: here })}
			</span>
		</button>
	);
}
