// Saving the open project to a file, and opening files.

import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

export function FileActions() {
	const session = useSession();
	/**
	 * @param {Event} event
	 * @param {(files: import("../../app/projects/project-files.js").ProjectFiles) => Promise<void>} action
	 */
	const run = async (event, action) => {
		const dialog = /** @type {HTMLElement} */ (event.currentTarget).closest("dialog");
		const files = await session.files().catch(() => null);
		// What comes of it is shown below the top bar, and why nothing does.
		dialog?.close();
		if (files) await action(files);
	};
	return (
		<>
			<button type="button" onClick={(event) => run(event, (files) => files.save())}>
				<Icon name="save" /> {t("file.save")}
			</button>
			<button type="button" onClick={(event) => run(event, (files) => files.choose())}>
				<Icon name="folder" /> {t("file.open")}
			</button>
		</>
	);
}
