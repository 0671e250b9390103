// The place of the share sheet. Its code is loaded when it is first opened.

import { tellMissing } from "../context/page-commands.js";
import { isSharing } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const ShareSheet = createLazyPart(async () => (await import("./share-sheet.jsx")).ShareSheet);

export function SharePlace() {
	const session = useSession();
	const onFailed = () => {
		isSharing.value = false;
		tellMissing(session);
	};
	return isSharing.value && session.project.value.room !== null ? <ShareSheet onFailed={onFailed} /> : null;
}
