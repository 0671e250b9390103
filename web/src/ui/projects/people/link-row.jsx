// A link that other devices open, at one of the server's addresses, to be copied.

import { t } from "../../../i18n/words.js";
import { CopyField } from "./copy-field.jsx";

/**
 * @param {object} props
 * @param {string[]} props.links
 * @param {string} props.link the chosen one
 * @param {(index: number) => void} props.onChoose
 */
export function LinkRow({ links, link, onChoose }) {
	return (
		<div class="share-link">
			{links.length > 1 && (
				<label>
					<span>{t("share.address")}</span>
					<select onChange={({ currentTarget }) => onChoose(currentTarget.selectedIndex)}>
						{links.map((each) => (
							<option key={each} selected={each === link}>
								{new URL(each).origin}
							</option>
						))}
					</select>
				</label>
			)}
			<CopyField label={t("share.link")} value={link} />
		</div>
	);
}
