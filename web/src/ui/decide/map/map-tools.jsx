// The buttons beside the map: pictures or points, the lasso, larger and smaller. And what can be done with what is selected.

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n/words.js";
import { refusedLook, whyRefused } from "../../context/refusal.js";
import { useSession } from "../../context/session-context.js";
import { ClassMenu } from "../../examples/class-menu.jsx";
import { Icon } from "../../widgets/icons.jsx";
import { Popup } from "../../widgets/popup.jsx";
import { hasAll, isLasso, look, scale, selection } from "./map-state.js";
import { MAX_SCALE, STEP } from "./map-zoom.js";

/**
 * @param {object} props
 * @param {"picture"|"lasso"|"plus"|"minus"} props.icon
 * @param {string} props.words
 * @param {boolean} [props.isPressed] of a switch
 * @param {boolean} [props.isOff] nothing would happen
 * @param {() => void} props.onPress
 */
const Tool = ({ icon, words, isPressed, isOff, onPress }) => (
	<button
		type="button"
		class="quiet square"
		aria-label={words}
		title={words}
		aria-pressed={isPressed}
		aria-disabled={isOff || undefined}
		onClick={() => !isOff && onPress()}
	>
		<Icon name={icon} />
	</button>
);

/** @param {{onZoom: (factor: number) => void}} props */
export const MapTools = ({ onZoom }) => (
	<fieldset class="map-tools" aria-label={t("map.tools")}>
		<Tool
			icon="picture"
			words={t("map.showPictures")}
			isPressed={look.value === "pictures"}
			onPress={() => {
				look.value = look.value === "pictures" ? "points" : "pictures";
			}}
		/>
		<Tool
			icon="lasso"
			words={t("map.lasso")}
			isPressed={isLasso.value}
			onPress={() => {
				isLasso.value = !isLasso.value;
			}}
		/>
		<Tool icon="plus" words={t("map.zoomIn")} isOff={scale.value >= MAX_SCALE} onPress={() => onZoom(STEP)} />
		<Tool icon="minus" words={t("map.zoomOut")} isOff={scale.value <= 1} onPress={() => onZoom(1 / STEP)} />
	</fieldset>
);

/** @param {{onDone: () => void}} props onDone: nothing is selected any more, so this is gone */
export function SelectionBar({ onDone }) {
	const session = useSession();
	const anchor = useRef(/** @type {HTMLButtonElement|null} */ (null));
	const [isOpen, setIsOpen] = useState(false);
	const ids = [...selection.value];
	const count = ids.length;
	const before = useRef(0);
	useEffect(() => {
		// The button that had the focus is gone, and the menu around it, which would not let anything else have it.
		if (count === 0 && before.current > 0 && document.activeElement === document.body) onDone();
		before.current = count;
	}, [count]);
	if (count === 0) return null;
	const why = whyRefused(session, "example", ids);
	const clear = () => {
		selection.value = new Set();
	};
	/** @param {() => boolean} action */
	const then = (action) => {
		if (action()) clear();
	};
	return (
		<fieldset
			class="map-bar"
			aria-label={t("map.selection")}
			onKeyDown={(event) => {
				if (event.key !== "Escape" || isOpen) return;
				event.stopPropagation();
				clear();
			}}
		>
			<b>{t("map.selected", { count })}</b>
			<span class="map-bar-actions">
				<button ref={anchor} type="button" aria-haspopup="dialog" {...refusedLook(why)} onClick={() => setIsOpen(true)}>
					{t("map.moveSelected", { count })}
				</button>
				<button
					type="button"
					class="danger"
					{...refusedLook(why)}
					onClick={() => then(() => session.deleteExamples(ids))}
				>
					<Icon name="trash" size={18} /> {t("map.deleteSelected")}
				</button>
				<button type="button" class="quiet" onClick={clear}>
					{t("map.clearSelection")}
				</button>
			</span>
			{why && <p class="soft">{why}</p>}
			{isOpen && anchor.current && (
				<Popup anchor={anchor.current} title={t("map.moveSelected", { count })} onClose={() => setIsOpen(false)}>
					{why ? (
						<p class="soft">{why}</p>
					) : (
						<ClassMenu
							classes={session.classes.value.filter((view) => !hasAll(view, ids))}
							onChoose={(label) => {
								setIsOpen(false);
								then(() => session.moveExamples(ids, label));
							}}
						/>
					)}
				</Popup>
			)}
		</fieldset>
	);
}
