// The place of the dialog for import and export. Its code is loaded when it is first opened.

import { exchangeJob } from "../context/page-state.js";
import { createLazyPanel } from "../widgets/lazy-panel.jsx";

const ExchangePanel = createLazyPanel(async () => (await import("./exchange-panel.jsx")).ExchangePanel);

export function ExchangePlace() {
	return exchangeJob.value && <ExchangePanel />;
}
