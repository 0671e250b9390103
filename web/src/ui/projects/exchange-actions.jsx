// Import, export and trying photos in the project menu.

import { t } from "../../i18n/words.js";
import { exchangeJob, isTrying } from "../context/page-state.js";
import { Icon } from "../widgets/icons.jsx";

export function ExchangeActions() {
	/** @param {"import"|"export"} kind */
	const open = (kind) => (/** @type {Event} */ event) => {
		/** @type {HTMLElement} */ (event.currentTarget).closest("dialog")?.close();
		exchangeJob.value = { kind, source: null, label: null };
	};
	/** @param {Event} event */
	const tryPhotos = (event) => {
		/** @type {HTMLElement} */ (event.currentTarget).closest("dialog")?.close();
		isTrying.value = true;
	};
	return (
		<>
			<button type="button" onClick={tryPhotos}>
				<Icon name="cards" /> {t("try.button")}
			</button>
			<button type="button" onClick={open("import")}>
				<Icon name="upload" /> {t("exchange.import")}
			</button>
			<button type="button" onClick={open("export")}>
				<Icon name="external" /> {t("exchange.export")}
			</button>
		</>
	);
}
