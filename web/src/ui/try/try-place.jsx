// The place of the view that tries many photos at once. Its code is loaded when it is first opened.

import { isTrying } from "../context/page-state.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const TryPanel = createLazyPart(async () => (await import("./try-panel.jsx")).TryPanel);

export function TryPlace() {
	return isTrying.value && <TryPanel />;
}
