// How a phone becomes this page's camera: a QR code with the room's link and a key, and three steps. A project that works alone
// becomes a room first, if the person wants that.

import { useEffect, useRef, useState } from "preact/hooks";
import "../../../style/projects/people.css";
import "../../../style/projects/share.css";
import "../../../style/projects/phone-sheet.css";
import { cameraLink } from "../../../app/room/camera-link.js";
import { t } from "../../../i18n/words.js";
import { isInvitingPhone, selectPhone } from "../../context/phone.js";
import { useSession } from "../../context/session-context.js";
import { Icon } from "../../widgets/icons.jsx";
import { useModal } from "../../widgets/modal.js";
import { PopupHead } from "../../widgets/popup.jsx";
import { QrCode } from "../../widgets/qr-code.jsx";
import { LinkRow } from "../people/link-row.jsx";
import { useLinks } from "../people/use-links.js";

const STEPS = /** @type {const} */ ([1, 2, 3]);

export function PhoneSheet() {
	const session = useSession();
	const panel = useRef(/** @type {HTMLDialogElement|null} */ (null));
	const close = () => panel.current?.close();
	const { room } = session.project.value;
	/** Whether this sheet was opened to look at the code again. */
	const [wasThere] = useState(() => selectPhone(session)?.state === "on");
	const isThere = selectPhone(session)?.state === "on";
	useModal(panel, () => {
		isInvitingPhone.value = false;
		// Nobody came: the page's own camera stays what it is.
		if (session.phone.peek()?.state === "waiting") session.phone.value = null;
	});
	useEffect(() => {
		if (isThere && !wasThere) close();
	}, [isThere]);
	return (
		<dialog ref={panel} class="popup sharing" aria-label={t("phone.title")}>
			<div class="popup-body">
				<PopupHead title={t("phone.title")} close={close} />
				{room === null ? <ShareFirst /> : <Invitation room={room} onFailed={close} />}
			</div>
		</dialog>
	);
}

function ShareFirst() {
	const session = useSession();
	const [isBusy, setIsBusy] = useState(false);
	const share = async () => {
		setIsBusy(true);
		await session
			.projects()
			.then((projects) => projects.share())
			.catch(() => {});
		setIsBusy(false);
	};
	return (
		<div class="phone-first">
			<p>{t("phone.shares")}</p>
			<button type="button" class="primary" disabled={isBusy} onClick={share}>
				<Icon name="people" /> {t("room.share")}
			</button>
		</div>
	);
}

/** @param {{room: string, onFailed: () => void}} props */
function Invitation({ room, onFailed }) {
	const session = useSession();
	const links = useLinks(room, onFailed);
	const [chosen, setChosen] = useState(0);
	const [key, setKey] = useState(/** @type {string|null} */ (null));
	useEffect(() => {
		session.phoneCamera().then((phoneCamera) => setKey(phoneCamera.invite()), onFailed);
	}, [room]);
	const cameraLinks = key === null ? [] : (links?.links ?? []).map((each) => cameraLink(each, key));
	const link = cameraLinks[chosen] ?? cameraLinks[0] ?? null;
	const isInsecure = link !== null && !links?.isOnlyHere && new URL(link).protocol === "http:";
	const state = session.phone.value?.state ?? "waiting";
	return (
		<>
			<div class="share-code">
				<div class="share-qr">{link && <QrCode text={link} label={t("phone.qr")} />}</div>
				<ol class="phone-steps">
					{STEPS.map((step) => (
						<li key={step}>{t(`phone.step${step}`)}</li>
					))}
				</ol>
			</div>
			{links?.isOnlyHere && (
				<p class="coach" role="alert">
					{t("share.onlyHere")}
				</p>
			)}
			{isInsecure && (
				<p class="coach" role="alert">
					{t("phone.https")}
				</p>
			)}
			{link && <LinkRow links={cameraLinks} link={link} onChoose={(index) => setChosen(index)} />}
			<p class="share-here" role="status">
				<span class="phone-dot" data-state={state} />{" "}
				{session.engine.value.connected ? t(`phone.state.${state}`) : t("share.away")}
			</p>
		</>
	);
}
