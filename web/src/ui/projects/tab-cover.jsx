// Covers the whole page while another tab works with the projects: nothing below it can be pressed or reached by keys, as
// with every modal dialog. In the first load, because the server may be gone when it is needed.

import { useRef, useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { useModal } from "../widgets/modal.js";

export function TabCover() {
	return useSession().isCovered.value ? <Cover /> : null;
}

function Cover() {
	const session = useSession();
	const cover = useRef(/** @type {HTMLDialogElement|null} */ (null));
	const [isBusy, setIsBusy] = useState(false);
	// A browser may close it all the same, at a second Escape.
	useModal(cover, () => cover.current?.showModal());
	const goOn = async () => {
		setIsBusy(true);
		await session.continueHere();
		setIsBusy(false);
	};
	return (
		<dialog
			ref={cover}
			class="tab-cover"
			aria-labelledby="tab-cover-title"
			onCancel={(event) => event.preventDefault()}
		>
			<h2 id="tab-cover-title">{t("cover.title")}</h2>
			<p>{session.otherHasUnsaved.value ? t("cover.unsaved") : t("cover.text")}</p>
			<button type="button" class="primary" disabled={isBusy} onClick={goOn}>
				{t("cover.continue")}
			</button>
		</dialog>
	);
}
