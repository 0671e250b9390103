// The place of the dialog for import and export. Its code is loaded when it is first opened.

import { tellMissing } from "../context/page-commands.js";
import { exchangeJob } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { createLazyPart } from "../widgets/lazy-part.jsx";

const ExchangePanel = createLazyPart(async () => (await import("./exchange-panel.jsx")).ExchangePanel);

export function ExchangePlace() {
	const session = useSession();
	const onFailed = () => {
		exchangeJob.value = null;
		tellMissing(session);
	};
	return exchangeJob.value && <ExchangePanel onFailed={onFailed} />;
}
