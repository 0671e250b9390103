// "Lessons": opens the list of lessons, whose code is loaded then.

import { t } from "../../i18n/words.js";
import { lessonsAnchor } from "../context/lessons-state.js";
import { Icon } from "./icons.jsx";

export function LessonsButton() {
	return (
		<button
			type="button"
			class="lessons-button quiet"
			aria-haspopup="dialog"
			onClick={({ currentTarget }) => {
				lessonsAnchor.value = currentTarget;
			}}
		>
			<Icon name="lessons" /> {t("lessons")}
		</button>
	);
}
