// The badge that shows who answers, and how quickly. Without a server in sight the page does not mention one.

import { useState } from "preact/hooks";
import { milliseconds } from "../../i18n/numbers.js";
import { errorWords, t } from "../../i18n/words.js";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";
import { Popup } from "../widgets/popup.jsx";

/**
 * The words for changes that are not on the server yet; null: there are none.
 * @param {import("../../app/session.js").EngineState} engine
 */
function getPendingWords({ pending, connected, syncing, everConnected }) {
	if (!everConnected) return null;
	if (connected && syncing && pending === 0) return t("engine.catchingUp");
	if (pending === 0) return null;
	return t(connected ? "engine.sending" : "engine.waiting", { count: pending });
}

/**
 * Who answers. Before the first answer: who will, which is the server if the page is connected.
 * @param {import("../../app/session.js").EngineState} engine
 */
const getAnswerer = ({ where, ms, connected }) => (connected && ms === null ? "server" : where);

/** @param {import("../../app/session.js").EngineState} engine */
function getMood(engine) {
	if (!engine.everConnected) return "alone";
	if (!engine.connected) return "away";
	return getAnswerer(engine) === "server" ? "server" : "stepsIn";
}

/**
 * The model's name without the size of its pictures, which only the details show.
 * @param {string|null} title "EfficientNet-Lite0, 224 px"
 */
const shortenTitle = (title) => title?.split(",")[0];

export function EngineBadge() {
	const session = useSession();
	const [anchor, setAnchor] = useState(/** @type {HTMLElement|null} */ (null));
	const engine = session.engine.value;
	const model = session.model.value;
	const pending = getPendingWords(engine);
	const answerer = getAnswerer(engine);
	return (
		<>
			<button
				type="button"
				class="badge"
				data-mood={getMood(engine)}
				aria-haspopup="dialog"
				onClick={(event) => setAnchor(event.currentTarget)}
			>
				<Icon name={answerer === "server" ? "server" : "laptop"} />
				<span class="badge-lines">
					<span class="badge-where">
						<strong>{t(`engine.${answerer}`)}</strong>
						{engine.ms !== null && <span class="badge-ms">{milliseconds(engine.ms)}</span>}
					</span>
					<span class="badge-model">{pending ?? shortenTitle(model.title) ?? t("engine.noModel")}</span>
				</span>
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
			<p>{t(`engine.mood.${getMood(engine)}`)}</p>
			{note && (
				<p class="coach">
					<b>{note.message}</b> {note.hint}
				</p>
			)}
			{pending && <p class="coach">{pending}</p>}
			{model.state === "ready" && (
				<dl>
					<dt>{t("engine.model")}</dt>
					<dd>{model.title ?? model.id}</dd>
					<dt>{t("engine.runsOn")}</dt>
					<dd>{model.backend}</dd>
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
