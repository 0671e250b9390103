// The menu of one example: its picture, large; move it to another class; delete it.

import { t } from "../../i18n/words.js";
import { whyRefused } from "../context/refusal.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { Popup } from "../widgets/popup.jsx";
import { ClassMenu } from "./class-menu.jsx";
import { ExamplePicture } from "./picture.jsx";

/**
 * @param {object} props
 * @param {import("../../app/session.js").ExampleView} props.example
 * @param {HTMLElement} props.anchor
 * @param {() => void} props.onClose
 * @param {() => void} [props.onLeaving] before it is moved or deleted, and so leaves the list it is in
 */
export function ExampleMenu({ example, anchor, onClose, onLeaving }) {
	const session = useSession();
	const why = whyRefused(session, "example", example.id);
	const others = session.classes.value.filter(({ label }) => label !== example.label);
	/** @param {() => void} action */
	const then = (action) => () => {
		onClose();
		onLeaving?.();
		action();
	};
	return (
		<Popup anchor={anchor} title={t("example.of", { label: example.label })} onClose={onClose}>
			<div class="example-large">
				<ExamplePicture example={example} />
				{!example.thumbnailUrl && <p>{t("example.elsewhere")}</p>}
			</div>
			{why && <p class="soft">{why}</p>}
			{!why && others.length > 0 && (
				<section class="menu-group">
					<h3>{t("example.moveTo")}</h3>
					<ClassMenu classes={others} onChoose={(label) => then(() => session.moveExample(example.id, label))()} />
				</section>
			)}
			{!why && (
				<button type="button" class="menu-item danger" onClick={then(() => session.deleteExample(example.id))}>
					<Icon name="trash" />
					{t("example.delete")}
				</button>
			)}
		</Popup>
	);
}
