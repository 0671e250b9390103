// Undo and redo, always in reach: in the top bar, and on a phone beside the tabs at the bottom. Each says what it would do.

import { t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { getStepWords } from "../context/step-words.js";
import { Icon } from "../widgets/icons.jsx";

export function HistoryButtons() {
	const session = useSession();
	const { undo, redo } = session.history.value;
	const undoWords = undo ? t("history.undo", { what: getStepWords(undo) }) : t("history.noUndo");
	const redoWords = redo ? t("history.redo", { what: getStepWords(redo) }) : t("history.noRedo");
	return (
		<fieldset class="history-buttons" aria-label={t("history")}>
			<button
				type="button"
				class="quiet square"
				aria-label={undoWords}
				title={undoWords}
				// Not `disabled`: the focus would be lost with the last step.
				aria-disabled={undo === null}
				onClick={() => session.undo()}
			>
				<Icon name="undo" />
			</button>
			<button
				type="button"
				class="quiet square"
				aria-label={redoWords}
				title={redoWords}
				aria-disabled={redo === null}
				onClick={() => session.redo()}
			>
				<Icon name="redo" />
			</button>
		</fieldset>
	);
}
