// The place of the notice. It is there from the start, so that a screen reader says what comes; what it shows is loaded then.

import { useSession } from "../context/session-context.js";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";

const Notice = createLazyPanel(async () => (await import("./notice.jsx")).Notice);

export function NoticeBar() {
	const isShown = useSession().notice.value !== null;
	return (
		<div class="notice-bar" role="status">
			{isShown && (
				<div class="project-notice">
					<Notice />
				</div>
			)}
		</div>
	);
}
