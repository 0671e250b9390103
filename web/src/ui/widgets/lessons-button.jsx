// "Lessons": opens the list of lessons, whose code is loaded then. They are for older children: not where the words are simple.

import { isSimple } from "../../i18n/language.js";
import { t } from "../../i18n/words.js";
import { lessonsAnchor } from "../context/lessons-state.js";
import { Icon } from "./icons.jsx";

export function LessonsButton() {
	if (isSimple.value) return null;
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
