// How much of this device's storage is used and left.

import { LOW_BYTES } from "../../app/browser/storage-watch.js";
import { bytes } from "../../i18n/dates.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";

export function StorageMeter() {
	const { used, left, unsaved } = useSession().storage.value;
	return (
		<section class="storage">
			{used !== null && left !== null && (
				<>
					<meter
						min={0}
						max={used + left}
						high={Math.max(0, used + left - LOW_BYTES)}
						optimum={0}
						value={used}
						aria-label={t("storage")}
					/>
					<p class="soft">{t("storage.usedAndLeft", { used: bytes(used), left: bytes(left) })}</p>
				</>
			)}
			{unsaved > 0 && <p class="storage-unsaved">{t("storage.unsaved", { count: unsaved })}</p>}
		</section>
	);
}
