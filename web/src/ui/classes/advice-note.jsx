// A piece of advice: what was noticed, and what to do about it. A click dismisses it.

import { useRef } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { pictureSelection } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { CloseButton } from "../widgets/close-button.jsx";
import { Icon } from "../widgets/icons.jsx";
import { findLasting, useKeepFocus } from "../widgets/keep-focus.js";

/** @typedef {import("../../state/state.js").Advice} Advice */

const ICONS = /** @type {const} */ ({
	few: "more",
	imbalance: "scale",
	copies: "copies",
	overlap: "overlap",
	swapped: "swap",
	background: "picture",
});

/** @param {{advice: Advice, named?: boolean}} props named: says which classes it is about */
export function AdviceNote({ advice, named = false }) {
	const session = useSession();
	const note = useRef(/** @type {HTMLDivElement|null} */ (null));
	useKeepFocus(
		note,
		".class-card, .coach-panel",
		(place) =>
			place?.querySelector(".advice button") ??
			place?.closest(".class-card") ??
			place?.closest(".decide")?.querySelector("[role=tab][aria-selected=true]") ??
			findLasting(),
	);
	const { key, labels, ids } = advice;
	const count = advice.count ?? ids.length;
	const colours = new Map(session.classes.value.map(({ label, colour }) => [label, colour]));
	const what = t(`coach.${key}`, { count });
	return (
		<div class="advice" role="note" ref={note}>
			<Icon name={ICONS[key]} size={18} />
			<div class="advice-words">
				{named && labels.length > 0 && (
					<p class="advice-labels">
						{labels.map((label) => (
							<span key={label} data-slot={colours.get(label)}>
								<i class="swatch" />
								<bdi class="name">{label}</bdi>
							</span>
						))}
					</p>
				)}
				<p>
					<b>{what}</b> {t(`coach.${key}Do`)}
				</p>
				{ids.length > 0 && (
					<button
						type="button"
						class="link"
						aria-haspopup="dialog"
						onClick={(event) => {
							pictureSelection.value = { title: what, ids: () => ids, anchor: event.currentTarget };
						}}
					>
						{t("coach.pictures")}
					</button>
				)}
			</div>
			<CloseButton words={t("coach.dismiss")} size={16} onClick={() => session.dismissAdvice(advice)} />
		</div>
	);
}
