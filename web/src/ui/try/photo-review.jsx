// Tried photos that are most worth a label, one by one: those it can't tell, and those that are like nothing it was taught.

import { useState } from "preact/hooks";
import { chooseNext, computeUncertainty } from "../../evaluation/next-labels.js";
import { t } from "../../i18n/words.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { ReviewQueue } from "../review/review-queue.jsx";

/**
 * @typedef {import("../../app/try-photos.js").TryPhotos} TryPhotos
 * @typedef {import("../../app/try-photos.js").TriedPhoto} TriedPhoto
 */

/**
 * Whether a label of this photo would teach anything: it has none, and the answer is not sure in every vote.
 * @param {TriedPhoto} photo
 */
export const isWanted = ({ answer, taught }) =>
	answer !== null && taught === null && (answer.isUnknown || computeUncertainty(answer.confidences) > 0);

/** @param {{tried: TryPhotos, onClose: () => void}} props */
export function PhotoReview({ tried, onClose }) {
	const session = useSession();
	// Chosen once: what is taught on the way must not change the order.
	const [ids] = useState(() => {
		const wanted = tried.photos.peek().filter(isWanted);
		return chooseNext(/** @type {any} */ (wanted)).map(({ id }) => id);
	});
	/** @param {string} id */
	const find = (id) => tried.photos.value.find((photo) => photo.id === id);
	/** @type {import("../review/review-queue.jsx").Source} */
	const source = {
		show: (id) => {
			const photo = find(id);
			const why = whyRefused(session, "add");
			return photo
				? { picture: <img src={photo.url} alt="" />, words: describe(photo), label: photo.taught, why }
				: null;
		},
		findAlike: async (id) => {
			const alike = find(id)?.answer?.neighbours ?? [];
			return [{ title: t("try.neighbours"), alike }];
		},
		choose: async (id, label) => {
			await tried.teach(id, label);
			return find(id)?.taught === label;
		},
		remove: null,
		takeBack: (id) => {
			const { exampleId, taught } = find(id) ?? { exampleId: null, taught: null };
			return exampleId === null || taught === null || session.deleteExamples([exampleId]);
		},
	};
	return <ReviewQueue title={t("review.photos")} {...{ ids, source, onClose }} />;
}

/** @param {TriedPhoto} photo */
function describe({ answer, taught }) {
	if (taught !== null) return t("review.isNow", { label: taught });
	if (!answer) return "";
	if (answer.isUnknown) return t("review.novel");
	const [label, other] = Object.entries(answer.confidences)
		.sort(([, a], [, b]) => b - a)
		.map(([name]) => name);
	return t("review.uncertain", { label, other });
}
