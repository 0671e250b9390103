// How far the photos are, how many came out how, and what could not be read.

import { MAX_PHOTOS } from "../../app/try-photos.js";
import { errorWords, t } from "../../i18n/words.js";
import { countCertainties } from "./try-table.js";

/** @param {{tried: import("../../app/try-photos.js").TryPhotos}} props */
export function TryReport({ tried }) {
	const work = tried.work.value;
	const photos = tried.photos.value;
	const leftOut = tried.leftOut.value;
	return (
		<>
			{work && (
				<div class="try-work">
					<label>
						<span>{t("try.progress", work)}</span>
						<progress value={work.done} max={work.total} />
					</label>
					<button type="button" onClick={() => tried.stop()}>
						{t("cancel")}
					</button>
				</div>
			)}
			<div role="status">
				{!work && photos.length > 0 && <p>{t("try.summary", { count: photos.length, ...countCertainties(photos) })}</p>}
				{leftOut > 0 && <p>{t("try.leftOut", { count: leftOut, max: MAX_PHOTOS })}</p>}
			</div>
			<Failed failed={tried.failed.value} />
		</>
	);
}

/** @param {{failed: import("../../app/try-photos.js").FailedPhoto[]}} props */
function Failed({ failed }) {
	return (
		<div role="alert">
			{failed.length > 0 && (
				<details class="try-failed" open>
					<summary>{t("try.unread", { count: failed.length })}</summary>
					<ul>
						{failed.map(({ name, error }, place) => {
							const { message, hint } = errorWords(error);
							return (
								<li key={place}>
									{!message.includes(name) && <bdi>{name}</bdi>} <b>{message}</b> {hint}
								</li>
							);
						})}
					</ul>
				</details>
			)}
		</div>
	);
}
