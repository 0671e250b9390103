// What a room's owner can do with the whole of it: what the others may do, the lock, pictures for all, the owner's link, its end.

import { useId, useState } from "preact/hooks";
import { date } from "../../../i18n/dates.js";
import { t } from "../../../i18n/words.js";
import { QrCode } from "../../widgets/qr-code.jsx";
import { CopyField } from "./copy-field.jsx";
import { SureButton } from "./sure-button.jsx";

const LEVELS = /** @type {const} */ (["view", "add", "editOwn", "editAll"]);

/**
 * @param {object} props
 * @param {import("../../../state/state.js").Membership} props.membership the owner's
 * @param {string|null} props.link by which others join
 * @param {import("./list-people.js").RunPeople} props.run
 */
export function RoomPowers({ membership, link, run }) {
	const id = useId();
	const { access, closesAt } = membership;
	return (
		<section class="room-powers" aria-label={t("people.powers")}>
			<fieldset class="people-levels">
				<legend>{t("people.levels")}</legend>
				{LEVELS.map((level) => (
					<label key={level} class="people-choice">
						<input
							type="radio"
							name={id}
							checked={access.level === level}
							onChange={() => run((people) => people.setAccess({ level }))}
						/>
						<span>{t(`people.level.${level}`)}</span>
					</label>
				))}
			</fieldset>
			<Switch
				text={t("people.lock")}
				isOn={access.locked}
				onChange={(locked) => run((people) => people.setAccess({ locked }))}
			/>
			<Switch
				text={t("people.pictures")}
				why={t("people.picturesText")}
				isOn={access.thumbnails}
				onChange={(thumbnails) => run((people) => people.setAccess({ thumbnails }))}
			/>
			{link && <OwnerLink link={link} run={run} />}
			<div class="people-end">
				<SureButton
					text={t("people.close")}
					sure={t("people.closeSure")}
					onSure={() => run((people) => people.close())}
				/>
				<p class="soft">{t("people.closeText")}</p>
				{closesAt !== undefined && <p class="soft">{t("people.closesAt", { date: date(closesAt * 1000) })}</p>}
			</div>
		</section>
	);
}

/** @param {{text: string, why?: string, isOn: boolean, onChange: (isOn: boolean) => void}} props */
function Switch({ text, why, isOn, onChange }) {
	const id = useId();
	return (
		<div>
			<label class="people-choice">
				<input
					type="checkbox"
					checked={isOn}
					aria-describedby={why && id}
					onChange={(event) => onChange(event.currentTarget.checked)}
				/>
				<span>{text}</span>
			</label>
			{why && (
				<p class="soft people-why" id={id}>
					{why}
				</p>
			)}
		</div>
	);
}

/**
 * It is shown when it is asked for, and not before: the sheet may be on the classroom's wall.
 * @param {{link: string, run: import("./list-people.js").RunPeople}} props
 */
function OwnerLink({ link, run }) {
	const [shown, setShown] = useState(/** @type {string|null} */ (null));
	const toggle = () => {
		if (shown !== null) setShown(null);
		else void run(async (people) => setShown(people.ownerLink(link)));
	};
	return (
		<div class="share-link owner-link">
			<button type="button" aria-expanded={shown !== null} onClick={toggle}>
				{t("people.ownerLink")}
			</button>
			<p class="soft">{t("people.ownerLinkText")}</p>
			{shown !== null && (
				<>
					<div class="share-qr">
						<QrCode text={shown} label={t("people.ownerQr")} />
					</div>
					<CopyField label={t("people.ownerLinkLabel")} value={shown} />
				</>
			)}
		</div>
	);
}
