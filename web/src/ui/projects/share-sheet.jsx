// How others come into the room: its code, large; a QR code of the link; the link itself; and how many are there. For a
// projector, code and QR code fill the window.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import "../../style/share.css";
import { t } from "../../i18n/words.js";
import { isSharing } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { useModal } from "../widgets/modal.js";
import { QrCode } from "../widgets/qr-code.jsx";

/** A code of more characters is written smaller. */
const SHORT_CODE = 10;

/** @typedef {{links: string[], isOnlyHere: boolean}} Links */

export function ShareSheet() {
	const session = useSession();
	const panel = useRef(/** @type {HTMLDialogElement|null} */ (null));
	const [isLarge, setIsLarge] = useState(false);
	const { room, here } = session.project.value;
	const [links, setLinks] = useState(/** @type {Links|null} */ (null));
	const [chosen, setChosen] = useState(0);
	useModal(panel, () => {
		isSharing.value = false;
	});
	useEffect(() => {
		let isOver = false;
		if (room === null) return;
		session.projects().then(
			async (projects) => {
				const found = await projects.links(room);
				if (!isOver) setLinks(found);
			},
			() => panel.current?.close(),
		);
		return () => {
			isOver = true;
		};
	}, [room]);
	if (room === null) return null;
	const link = links?.links[chosen] ?? links?.links[0] ?? null;
	return (
		<dialog ref={panel} class="popup sharing" data-large={isLarge} aria-label={t("share.title")}>
			<div class="popup-body">
				<div class="popup-head">
					<h2>{t("share.title")}</h2>
					<button type="button" class="quiet square" aria-label={t("close")} onClick={() => panel.current?.close()}>
						<Icon name="close" />
					</button>
				</div>
				<div class="share-code">
					<div class="share-qr">{link && <QrCode text={link} label={t("share.qr", { room })} />}</div>
					<p class="share-room" data-long={room.length > SHORT_CODE}>
						<span>{t("room.code")}</span>
						<strong>{withBreaks(room)}</strong>
					</p>
				</div>
				{!isLarge && <p class="soft">{t("share.how")}</p>}
				{!isLarge && links?.isOnlyHere && (
					<p class="coach" role="alert">
						{t("share.onlyHere")}
					</p>
				)}
				{!isLarge && links && link && (
					<LinkRow links={links.links} link={link} onChoose={(index) => setChosen(index)} />
				)}
				<div class="share-foot">
					<p class="share-here" role="status">
						{session.engine.value.connected ? t("share.here", { count: here }) : t("share.away")}
					</p>
					<button type="button" aria-pressed={isLarge} onClick={() => setIsLarge(!isLarge)}>
						<Icon name="external" /> {t("share.large")}
					</button>
				</div>
			</div>
		</dialog>
	);
}

/** @param {string} room @returns {import("preact").ComponentChild[]} the code, which may break behind its hyphens */
const withBreaks = (room) => room.split(/(?<=-)/).map((part) => <span key={part}>{part}</span>);

/**
 * @param {object} props
 * @param {string[]} props.links
 * @param {string} props.link the chosen one
 * @param {(index: number) => void} props.onChoose
 */
function LinkRow({ links, link, onChoose }) {
	const id = useId();
	const field = useRef(/** @type {HTMLInputElement|null} */ (null));
	const [message, setMessage] = useState(/** @type {"copied"|"byHand"|null} */ (null));
	useEffect(() => setMessage(null), [link]);
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(link);
			setMessage("copied");
		} catch {
			// Only secure pages have a clipboard, and a browser may refuse it.
			field.current?.select();
			setMessage("byHand");
		}
	};
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
			<label for={id}>{t("share.link")}</label>
			<div class="share-copy">
				<input id={id} ref={field} value={link} readOnly dir="ltr" onFocus={(event) => event.currentTarget.select()} />
				<button type="button" class="primary" onClick={copy}>
					<Icon name={message === "copied" ? "check" : "copies"} /> {t("share.copy")}
				</button>
			</div>
			<p class="share-message soft" role="status">
				{message === "copied" && t("room.copied")}
				{message === "byHand" && t("share.copyByHand")}
			</p>
		</div>
	);
}
