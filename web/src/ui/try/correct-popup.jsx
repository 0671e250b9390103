// What a photo is, chosen by a person: it becomes an example of that class.

import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { ClassMenu } from "../examples/class-menu.jsx";
import { Popup } from "../widgets/popup.jsx";

/**
 * @param {object} props
 * @param {import("../../app/try-photos.js").TriedPhoto} props.photo
 * @param {HTMLElement} props.anchor
 * @param {() => void} props.onClose
 * @param {(label: string) => void} props.onChoose
 */
export function CorrectPopup({ photo, anchor, onClose, onChoose }) {
	const session = useSession();
	return (
		<Popup anchor={anchor} title={t("try.correctTitle")} onClose={onClose}>
			<p class="soft">{t("try.correctText")}</p>
			<ClassMenu
				classes={session.classes.value.filter(({ label }) => label !== photo.taught)}
				onChoose={(label) => {
					onClose();
					onChoose(label);
				}}
			/>
		</Popup>
	);
}
