// The dialog in which files of other tools are imported, and the project is exported.

import { useRef } from "preact/hooks";
import "../../style/projects/exchange.css";
import { t } from "../../i18n/words.js";
import { exchangeJob } from "../context/page-state.js";
import { useModal } from "../widgets/modal.js";
import { PopupHead } from "../widgets/popup.jsx";
import { ExportPanel } from "./export-panel.jsx";
import { ImportPanel } from "./import-panel.jsx";

export function ExchangePanel() {
	const panel = useRef(/** @type {HTMLDialogElement|null} */ (null));
	const job = exchangeJob.value;
	useModal(panel, () => {
		exchangeJob.value = null;
	});
	if (!job) return null;
	const close = () => panel.current?.close();
	const title = t(`exchange.title.${job.kind}`);
	return (
		<dialog ref={panel} class="popup exchange" aria-label={title}>
			<div class="popup-body">
				<PopupHead title={title} close={close} />
				{job.kind === "import" ? <ImportPanel job={job} close={close} /> : <ExportPanel />}
			</div>
		</dialog>
	);
}
