// "Try with an example". It is there where the model came with a sample.

import { useState } from "preact/hooks";
import { loadLater } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "./icons.jsx";

export function SampleButton() {
	const session = useSession();
	const [isBusy, setIsBusy] = useState(false);
	if (!session.model.value.sample || !session.ready.value) return null;
	/** @param {Event} event */
	const open = async ({ currentTarget }) => {
		if (isBusy) return;
		// What comes of it is on the page.
		/** @type {HTMLElement} */ (currentTarget).closest("dialog")?.close();
		setIsBusy(true);
		try {
			const [{ trySample }] = await Promise.all([import("../context/sample-commands.js"), loadLater()]);
			await trySample(session);
		} finally {
			setIsBusy(false);
		}
	};
	return (
		<button type="button" class="sample-button" aria-busy={isBusy} onClick={open}>
			<Icon name="picture" /> {t("sample.try")}
		</button>
	);
}
