// The badge that shows who answers; a click says how quickly, and by which model. Without a server in sight the page does not
// mention one.

import { useState } from "preact/hooks";
import { cosineWords, milliseconds } from "../../i18n/numbers.js";
import { errorWords, t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Popup } from "../widgets/popup.jsx";

/**
 * The words for changes that are not on the server yet; null: there are none.
 * @param {import("../../app/session.js").EngineState} engine
 */
function getPendingWords({ pending, connected, syncing, everConnected }) {
	if (!everConnected && pending === 0) return null;
	if (connected && syncing && pending === 0) return t("engine.catchingUp");
	if (pending === 0) return null;
	return t(connected ? "engine.sending" : "engine.waiting", { count: pending });
}

/**
 * Who answers. Before the first answer: who will, which is the server if the page is connected.
 * @param {import("../../app/session.js").EngineState} engine
 */
const getAnswerer = ({ where, ms, connected }) => (connected && ms === null ? "server" : where);

/** @param {import("../../app/session.js").Session} session */
function getMood({ engine: { value: engine }, project, server }) {
	// In a room the server is missed, also where it was not there when the page was opened.
	const isMissed = engine.everConnected || (project.value.room !== null && server.value === false);
	if (!engine.connected) return isMissed ? "away" : "alone";
	return getAnswerer(engine) === "server" ? "server" : "stepsIn";
}

export function EngineBadge() {
	const session = useSession();
	const [anchor, setAnchor] = useState(/** @type {HTMLElement|null} */ (null));
	const engine = session.engine.value;
	const pending = getPendingWords(engine);
	const answerer = getAnswerer(engine);
	return (
		<>
			<button
				type="button"
				class="badge"
				data-mood={getMood(session)}
				aria-haspopup="dialog"
				title={t("engine.title")}
				onClick={(event) => setAnchor(event.currentTarget)}
			>
				<span class="badge-where">{t(`engine.${answerer}`)}</span>
				{pending && <span class="badge-pending">{pending}</span>}
			</button>
			{anchor && (
				<Popup anchor={anchor} title={t("engine.title")} onClose={() => setAnchor(null)}>
					<EngineDetails />
				</Popup>
			)}
		</>
	);
}

function EngineDetails() {
	const session = useSession();
	const engine = session.engine.value;
	const model = session.model.value;
	const pending = getPendingWords(engine);
	const note = engine.note && errorWords(engine.note);
	return (
		<div class="engine-details">
			<p>{t(`engine.mood.${getMood(session)}`)}</p>
			{note && (
				<p class="coach">
					<b>{note.message}</b> {note.hint}
				</p>
			)}
			{pending && <p class="coach">{pending}</p>}
			{model.state === "ready" && (
				<dl>
					{engine.ms !== null && (
						<>
							<dt>{t("engine.perAnswer")}</dt>
							<dd>{milliseconds(engine.ms)}</dd>
						</>
					)}
					<dt>{t("engine.model")}</dt>
					<dd>{model.title ?? model.id}</dd>
					<dt>{t("engine.runsOn")}</dt>
					<dd>{model.backend}</dd>
					<dt>{t("engine.sameNumbers")}</dt>
					<dd>
						{model.cosine === null ? t("engine.notChecked") : t("engine.ofOne", { value: cosineWords(model.cosine) })}
					</dd>
					{model.leftOut.length > 0 && (
						<>
							<dt>{t("engine.leftOut")}</dt>
							<dd>
								{model.leftOut.map(({ backend, cosine }) => (
									<div key={backend}>
										{cosine === null
											? t("engine.stopped", { backend })
											: t("engine.wrongNumbers", { backend, value: cosineWords(cosine) })}
									</div>
								))}
							</dd>
						</>
					)}
					{model.embedMs !== null && (
						<>
							<dt>{t("engine.perPicture")}</dt>
							<dd>{milliseconds(model.embedMs)}</dd>
						</>
					)}
				</dl>
			)}
			<p class="small-print">{t("privacy")}</p>
		</div>
	);
}
