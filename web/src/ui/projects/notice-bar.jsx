// The place of the notice. It is there from the start, so that a screen reader says what comes; what it shows is loaded then.

import { useComputed } from "@preact/signals";
import { useSession } from "../context/session-context.js";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";

const FileWork = createLazyPanel(async () => (await import("./file-work.jsx")).FileWork);
const Notice = createLazyPanel(async () => (await import("./notice.jsx")).Notice);

export function NoticeBar() {
	const { notice, fileWork } = useSession();
	const isShown = notice.value !== null;
	// Only whether there is one: its share changes often.
	const isWorking = useComputed(() => fileWork.value !== null).value;
	return (
		<div class="notice-bar" role="status">
			{isWorking && <FileWork />}
			{isShown && <Notice />}
		</div>
	);
}
