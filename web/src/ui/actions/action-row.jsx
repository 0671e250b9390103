// One action: its settings, its device where it has one, and a try.

import limits from "../../../../contract/limits.json" with { type: "json" };
import { ACTION_FIELDS, COOLDOWN } from "../../contract/actions.js";
import { asProblem } from "../../contract/problem.js";
import { t } from "../../i18n/words.js";
import { tellPage } from "../context/page-commands.js";
import { useSession } from "../context/session-context.js";
import { FileButton } from "../widgets/file-button.jsx";
import { Icon } from "../widgets/icons.jsx";
import { NumberField } from "../widgets/number-field.jsx";

/** @typedef {import("../../contract/actions.js").Action} Action */
/** @typedef {{action: Action, onChange: (action: Action) => void}} FieldProps */

const DEVICES = /** @type {const} */ (["serial", "microbit", "midi"]);

/** @param {FieldProps & {label: string, onRemove: () => void}} props */
export function ActionRow({ action, label, onChange, onRemove }) {
	const session = useSession();
	const what = t(`actions.kind.${action.kind}`);
	const tell = tellPage(session);
	/** @param {(performers: import("../../actions/performers.js").Performers) => Promise<unknown>} work */
	const withPerformers = (work) =>
		session
			.performers()
			.then(work)
			.catch((error) => tell(asProblem(error)));
	const device = DEVICES.find((each) => each === action.kind);
	return (
		<fieldset class="action-row">
			<legend>{what}</legend>
			<Fields {...{ action, onChange, withPerformers }} />
			<ActionNumber {...{ action, onChange }} name="cooldown" text={t("actions.cooldown")} rule={COOLDOWN} />
			{device === "midi" && <MidiOutput />}
			{device && (
				<p class="action-device">
					<button type="button" onClick={() => withPerformers((each) => each.connect(device, action.baud))}>
						<Icon name="link" size={18} /> {t("actions.connect")}
					</button>
					<span class="soft" role="status">
						{t(`actions.device.${session.devices.value[device]}`)}
					</span>
				</p>
			)}
			<div class="action-buttons">
				<button
					type="button"
					aria-label={t("actions.tryOf", { what })}
					onClick={() => withPerformers((each) => each.tryOut(action, label))}
				>
					<Icon name="play" size={18} /> {t("actions.try")}
				</button>
				<button type="button" class="quiet square" aria-label={t("actions.removeOf", { what })} onClick={onRemove}>
					<Icon name="trash" size={18} />
				</button>
			</div>
		</fieldset>
	);
}

/** Which instrument plays, where there are several. */
function MidiOutput() {
	const session = useSession();
	const { outputs, chosen } = session.midiOutputs.value;
	if (outputs.length < 2) return null;
	return (
		<label>
			{t("actions.output")}
			<select value={chosen ?? outputs[0].id} onChange={(event) => session.chooseMidiOutput(event.currentTarget.value)}>
				{outputs.map(({ id, name }) => (
					<option key={id} value={id}>
						{name}
					</option>
				))}
			</select>
		</label>
	);
}

/** @param {FieldProps & {withPerformers: (work: (performers: import("../../actions/performers.js").Performers) => Promise<unknown>) => unknown}} props */
function Fields({ action, onChange, withPerformers }) {
	const fields = ACTION_FIELDS[action.kind];
	/** @param {Partial<Action>} patch */
	const change = (patch) => onChange({ ...action, ...patch });
	const placeholders = { label: "{label}", share: "{share}" };
	return (
		<>
			{"text" in fields && (
				<label>
					{t("actions.text")}
					<input
						value={action.text}
						maxLength={limits.actionCharacters}
						placeholder={t("actions.textHint", placeholders)}
						onChange={(event) => change({ text: event.currentTarget.value })}
					/>
				</label>
			)}
			{"sound" in fields && (
				<label>
					{t("actions.sound")}
					<select
						value={action.file ? "own" : action.sound}
						onChange={(event) => {
							const sound = event.currentTarget.value;
							if (sound !== "own") change({ sound, file: null });
						}}
					>
						{fields.sound.of?.map((sound) => (
							<option key={sound} value={sound}>
								{t(`actions.sound.${sound}`)}
							</option>
						))}
						{action.file && <option value="own">{t("actions.ownFile")}</option>}
					</select>
				</label>
			)}
			{"file" in fields && (
				<FileButton
					kind={action.kind === "picture" ? "picture" : "file"}
					text={action.kind === "picture" ? t("actions.choosePicture") : t("actions.chooseSound")}
					onFiles={([file]) =>
						withPerformers(async (each) => change({ file: await each.addFile(file, fields.file.of ?? []) }))
					}
				/>
			)}
			{action.kind === "picture" && <p class="soft">{t(action.file ? "actions.ownFile" : "actions.noFile")}</p>}
			{"baud" in fields && (
				<label>
					{t("actions.baud")}
					<select value={action.baud} onChange={(event) => change({ baud: Number(event.currentTarget.value) })}>
						{fields.baud.of?.map((baud) => (
							<option key={baud} value={baud}>
								{baud}
							</option>
						))}
					</select>
				</label>
			)}
			{"key" in fields && (
				<label>
					{t("actions.key")}
					<select value={action.key} onChange={(event) => change({ key: event.currentTarget.value })}>
						{fields.key.of?.map((key) => (
							<option key={key} value={key}>
								{t(`actions.key.${key}`)}
							</option>
						))}
					</select>
				</label>
			)}
			{"note" in fields && (
				<ActionNumber {...{ action, onChange }} name="note" text={t("actions.note")} rule={fields.note} />
			)}
			{"channel" in fields && (
				<ActionNumber {...{ action, onChange }} name="channel" text={t("actions.channel")} rule={fields.channel} />
			)}
			{"address" in fields && (
				<label>
					{t("actions.address")}
					<input
						type="url"
						value={action.address}
						onChange={(event) => change({ address: event.currentTarget.value.trim() })}
					/>
				</label>
			)}
		</>
	);
}

/** @param {FieldProps & {name: "cooldown"|"note"|"channel", text: string, rule: import("../../contract/actions.js").FieldRule}} props */
const ActionNumber = ({ action, onChange, name, text, rule: { least = 0, most = least } }) => (
	<NumberField
		{...{ text, least, most }}
		value={action[name] ?? least}
		onChange={(value) => onChange({ ...action, [name]: value })}
	/>
);
