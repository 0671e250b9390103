// How to record: while held, from tap to tap, or a burst of pictures, at once or after a countdown; and what else works without hands.

import { useId } from "preact/hooks";
import numbers from "../../../../contract/recording.json" with { type: "json" };
import { t } from "../../i18n/words.js";
import { handsFree, setHandsFree, WAYS } from "../context/hands-free.js";
import { NumberField } from "../widgets/number-field.jsx";
import { Popup } from "../widgets/popup.jsx";
import { HandsSettings } from "./hands-settings.jsx";

/** @param {{anchor: HTMLElement, onClose: () => void}} props */
export function WayPopup({ anchor, onClose }) {
	return (
		<Popup anchor={anchor} title={t("way.title")} onClose={onClose}>
			<div class="hands-panel">
				<Ways />
				<HandsSettings />
			</div>
		</Popup>
	);
}

function Ways() {
	const name = useId();
	const { way, pictures, seconds, skipsCopies } = handsFree.value;
	const isBurst = way === "burst" || way === "countdown";
	const { lockSeconds, lockPictures } = numbers;
	return (
		<>
			<fieldset class="ways">
				<legend class="visually-hidden">{t("way.title")}</legend>
				{WAYS.map((value) => (
					<label key={value} class="way">
						<input
							type="radio"
							name={name}
							value={value}
							checked={value === way}
							onChange={() => setHandsFree({ way: value })}
						/>
						<span>
							<b>{t(`way.${value}`)}</b>
							<span class="explanation">
								{t(`way.text.${value}`, { pictures, seconds, lockSeconds, lockPictures })}
							</span>
						</span>
					</label>
				))}
			</fieldset>
			{isBurst && (
				<div class="way-numbers">
					<NumberField
						text={t("way.pictures")}
						value={pictures}
						least={1}
						most={numbers.mostPictures}
						onChange={(value) => setHandsFree({ pictures: value })}
					/>
					<NumberField
						text={t("way.seconds")}
						value={seconds}
						least={1}
						most={numbers.mostSeconds}
						onChange={(value) => setHandsFree({ seconds: value })}
					/>
				</div>
			)}
			<label class="check">
				<input
					type="checkbox"
					checked={skipsCopies}
					onChange={({ currentTarget }) => setHandsFree({ skipsCopies: currentTarget.checked })}
				/>
				<span>
					{t("meter.skip")}
					<span class="explanation">{t("meter.skipText")}</span>
				</span>
			</label>
		</>
	);
}
