// Opens the sample project and asks it about its picture.

import { t } from "../../i18n/words.js";
import { hidePicture, showPicture, waitForModel } from "./page-commands.js";
import { stagePicture, tab } from "./page-state.js";

/** @param {import("../../app/session.js").Session} session */
export async function trySample(session) {
	// Without it there is no answer, and where the sample holds pictures alone, no embeddings.
	await waitForModel(session);
	const sample = await session.sample();
	const picture = await sample.open({
		name: t("sample.name"),
		labels: { cat: t("sample.cat"), coffee: t("sample.coffee"), rocket: t("sample.rocket") },
	});
	if (!picture) return;
	tab.value = "camera";
	const shown = showPicture(session, picture);
	followProject(session);
	await shown;
}

/**
 * Puts the picture away when another project is opened, which knows nothing of it.
 * @param {import("../../app/session.js").Session} session
 */
function followProject(session) {
	const { id } = session.project.peek();
	const shown = stagePicture.peek();
	const stop = session.project.subscribe((project) => {
		if (project.id === id) return;
		if (stagePicture.peek() === shown) hidePicture(session);
		stop();
	});
}
