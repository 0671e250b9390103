// The place of the view that tries many photos at once. Its code is loaded when it is first opened.

import { tellMissing } from "../context/page-commands.js";
import { isTrying } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const TryPanel = createLazyPart(async () => (await import("./try-panel.jsx")).TryPanel);

export function TryPlace() {
	const session = useSession();
	const onFailed = () => {
		isTrying.value = false;
		tellMissing(session);
	};
	return isTrying.value && <TryPanel onFailed={onFailed} />;
}
