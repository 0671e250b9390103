// The files of an upload that could not be read: each by its name, and what to do about them. Stays until it is dismissed.

import { errorWords, t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { CloseButton } from "../widgets/close-button.jsx";
import { Icon } from "../widgets/icons.jsx";

/** @param {{label: string}} props */
export function UnreadNote({ label }) {
	const session = useSession();
	const files = session.unreadFiles.value.filter((file) => file.label === label);
	const words = files.map(({ error }) => errorWords(error));
	const hints = [...new Set(words.map(({ hint }) => hint))];
	return (
		<div class="advice">
			<Icon name="warning" size={18} />
			<div class="advice-words">
				<p>
					<b>{t("class.unread", { count: files.length })}</b>
				</p>
				<ul>
					{words.map(({ message }, place) => (
						<li key={place}>
							<bdi>{message}</bdi>
						</li>
					))}
				</ul>
				{hints.map((hint) => (
					<p key={hint}>{hint}</p>
				))}
			</div>
			<CloseButton size={16} onClick={() => session.dismissUnreadFiles(label)} />
		</div>
	);
}
