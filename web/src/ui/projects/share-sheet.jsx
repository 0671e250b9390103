// How others come into the room: its code, large; a QR code of the link; the link itself; and how many are there. For a
// projector, code and QR code fill the window. The second tab says who is there.

import { useId, useRef, useState } from "preact/hooks";
import { CloseButton } from "../widgets/close-button.jsx";
import "../../style/projects/people.css";
import "../../style/projects/share.css";
import { t } from "../../i18n/words.js";
import { isSharing } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { useModal } from "../widgets/modal.js";
import { QrCode } from "../widgets/qr-code.jsx";
import { getPanelId, getTabId, TabList } from "../widgets/tab-list.jsx";
import { LinkRow } from "./people/link-row.jsx";
import { PeoplePanel } from "./people/people-panel.jsx";
import { useLinks } from "./people/use-links.js";

/** A code of more characters is written smaller. */
const SHORT_CODE = 10;

const TABS = /** @type {const} */ (["invite", "people"]);

export function ShareSheet() {
	const session = useSession();
	const panel = useRef(/** @type {HTMLDialogElement|null} */ (null));
	const [isLarge, setIsLarge] = useState(false);
	const { room, here } = session.project.value;
	const links = useLinks(room, () => panel.current?.close());
	const [chosen, setChosen] = useState(0);
	const id = useId();
	const [tab, setTab] = useState(/** @type {typeof TABS[number]} */ ("invite"));
	useModal(panel, () => {
		isSharing.value = false;
	});
	if (room === null) return null;
	const link = links?.links[chosen] ?? links?.links[0] ?? null;
	return (
		<dialog ref={panel} class="popup sharing" data-large={isLarge} aria-label={t("share.title")}>
			<div class="popup-body">
				<div class="popup-head">
					<h2>{t("share.title")}</h2>
					<CloseButton onClick={() => panel.current?.close()} />
				</div>
				<TabList
					id={id}
					label={t("share.title")}
					tabs={TABS.map((name) => ({ name, text: t(`share.tab.${name}`) }))}
					current={tab}
					onChoose={setTab}
				/>
				<div class="sharing-panel" role="tabpanel" id={getPanelId(id, tab)} aria-labelledby={getTabId(id, tab)}>
					{tab === "people" ? (
						<PeoplePanel link={link} />
					) : (
						<>
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
						</>
					)}
				</div>
			</div>
		</dialog>
	);
}

/** @param {string} room @returns {import("preact").ComponentChild[]} the code, which may break behind its hyphens */
const withBreaks = (room) => room.split(/(?<=-)/).map((part) => <span key={part}>{part}</span>);
