// Examples whose labels are looked at one by one: the label is right, or another one is, or the example goes.

import { t } from "../../i18n/words.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { selectExamples } from "../examples/find-example.js";
import { ExamplePicture } from "../examples/picture.jsx";
import { ReviewQueue } from "./review-queue.jsx";

/** @param {{ids: readonly string[], onClose: () => void}} props */
export function ExampleReview({ ids, onClose }) {
	const session = useSession();
	/** @param {string} id */
	const find = (id) => selectExamples(session.classes.value, [id])[0];
	/** @type {import("./review-queue.jsx").Source} */
	const source = {
		show: (id) => {
			const example = find(id);
			return (
				example && {
					picture: <ExamplePicture example={example} />,
					words: t("review.isNow", { label: example.label }),
					label: example.label,
					why: whyRefused(session, "example", id),
				}
			);
		},
		findAlike: async (id) => {
			const found = await session.findAlike(id);
			if (!found) return [];
			const { own, rival, others } = found;
			const lists = [{ label: find(id)?.label ?? "", alike: own }, ...(rival ? [{ label: rival, alike: others }] : [])];
			return lists
				.filter(({ alike }) => alike.length > 0)
				.map(({ label, alike }) => ({ title: t("review.alike", { label }), alike }));
		},
		choose: async (id, label) => {
			session.moveExample(id, label);
			return find(id)?.label === label;
		},
		remove: async (id) => session.deleteExamples([id]),
		takeBack: (id, { label }, outcome) => {
			const isInBin = () => session.bin().some(({ rows }) => rows.some((row) => row.id === id));
			if (outcome === "removed") {
				session.restore([id]);
				// Not there, and not in the bin: somebody emptied it, and there is nothing to bring back.
				return find(id) !== undefined || !isInBin();
			}
			// What somebody else deleted meanwhile, the example or its class, is not brought back.
			if (!find(id) || !session.classes.value.some((each) => each.label === label)) return true;
			session.moveExample(id, /** @type {string} */ (label));
			return find(id)?.label === label;
		},
	};
	return <ReviewQueue title={t("review.title")} {...{ ids, source, onClose }} />;
}
