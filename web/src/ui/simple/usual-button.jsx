// Where the words are simple: back to all words, figures and panels. It stands alone in the top bar, for whoever reads.

import { setSimpleWords } from "../../i18n/simple-words.js";
import { t } from "../../i18n/words.js";
import { Icon } from "../widgets/icons.jsx";

export function UsualButton() {
	return (
		<button
			type="button"
			class="quiet square usual-button"
			aria-label={t("simple.end")}
			title={t("simple.end")}
			onClick={() => setSimpleWords(false)}
		>
			<Icon name="letters" />
		</button>
	);
}
