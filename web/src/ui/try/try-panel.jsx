// The view that tries many photos at once: ways to add them, and what it says about each. The camera goes on meanwhile.

import { useEffect, useRef, useState } from "preact/hooks";
import { CloseButton } from "../widgets/close-button.jsx";
import "../../style/try/try.css";
import { problem } from "../../contract/problem.js";
import { errorWords, t } from "../../i18n/words.js";
import { hasEnoughClasses, isTrying, photosToTry } from "../context/page-state.js";
import { useSession } from "../context/session-context.js";
import { getStepWords } from "../context/step-words.js";
import { useDropZone } from "../widgets/drop-zone.js";
import { isPicture } from "../widgets/dropped-files.js";
import { Icon } from "../widgets/icons.jsx";
import { useModal } from "../widgets/modal.js";
import { TryAdding, toNamedFiles, useAdding } from "./try-adding.jsx";
import { TryGrid } from "./try-grid.jsx";
import { TryReport } from "./try-report.jsx";

/** @typedef {import("../../app/try-photos.js").TryPhotos} TryPhotos */

export function TryPanel() {
	const session = useSession();
	const panel = useRef(/** @type {HTMLDialogElement|null} */ (null));
	const [tried, setTried] = useState(/** @type {TryPhotos|null} */ (null));
	useModal(panel, () => {
		isTrying.value = false;
	});
	useEffect(() => {
		let isClosed = false;
		let stop = () => {};
		session.tryPhotos().then(
			(loaded) => {
				if (isClosed) return;
				stop = loaded.watch();
				setTried(loaded);
			},
			() => panel.current?.close(),
		);
		return () => {
			isClosed = true;
			stop();
		};
	}, []);
	const canTry = hasEnoughClasses(session);
	const { addFiles, addAddresses } = useAdding(canTry ? tried : null);
	const [passedOver, setPassedOver] = useState(/** @type {import("../../app/session.js").ErrorObject|null} */ (null));
	/** @param {import("./try-adding.jsx").NamedFile[]} files */
	const add = (files) => {
		setPassedOver(null);
		void addFiles(files);
	};
	useEffect(() => {
		const files = photosToTry.value;
		if (!tried || files.length === 0) return;
		photosToTry.value = [];
		add(toNamedFiles(files));
	}, [tried]);
	/** @param {import("./try-adding.jsx").NamedFile[]} files of a folder */
	const addPicturesOf = (files) => {
		const pictures = files.filter(({ file }) => isPicture(file));
		add(pictures);
		const others = files.length - pictures.length;
		if (others > 0) setPassedOver(problem("passedOver", { came: others }).toJSON());
	};
	const { over, handlers } = useDropZone(
		(files) => add(toNamedFiles(files)),
		setPassedOver,
		(source) => (source instanceof File ? add(toNamedFiles([source])) : addPicturesOf(source.files.map(toNamed))),
	);
	/** @param {KeyboardEvent} event */
	const onKeyDown = (event) => {
		const { ctrlKey, metaKey, altKey, shiftKey, key, target } = event;
		if (altKey || !(ctrlKey || metaKey) || key.toLowerCase() !== "z" || target instanceof HTMLTextAreaElement) return;
		event.preventDefault();
		if (shiftKey) session.redo();
		else session.undo();
	};
	/** @param {ClipboardEvent} event */
	const onPaste = (event) => {
		// The page would put them on the stage.
		event.stopPropagation();
		const files = [...(event.clipboardData?.files ?? [])].filter(isPicture);
		if (files.length > 0) add(toNamedFiles(files));
	};
	const words = passedOver && errorWords(passedOver);
	return (
		<dialog
			ref={panel}
			class="try"
			data-over={over}
			aria-label={t("try.button")}
			onKeyDown={onKeyDown}
			onPaste={onPaste}
			{...handlers}
		>
			<div class="try-head">
				<h2>{t("try.button")}</h2>
				<UndoButton />
				<CloseButton onClick={() => panel.current?.close()} />
			</div>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and at first may hold little that takes the focus */}
			<div class="try-body" tabIndex={0}>
				<p class="try-text">{t("try.text")}</p>
				{!canTry && <p class="try-note">{t("try.needClasses")}</p>}
				{canTry && tried && (
					<>
						<TryAdding {...{ add, addPicturesOf, addAddresses }} />
						<div role="alert">
							{words && (
								<p class="try-note">
									<b>{words.message}</b> {words.hint}
								</p>
							)}
						</div>
						<TryReport tried={tried} />
						<TryGrid tried={tried} />
					</>
				)}
			</div>
			{over && canTry && (
				<p class="try-drop">
					<Icon name="upload" size={28} /> {t("try.dropHere")}
				</p>
			)}
		</dialog>
	);
}

function UndoButton() {
	const session = useSession();
	const { undo } = session.history.value;
	const words = undo ? t("history.undo", { what: getStepWords(undo) }) : t("history.noUndo");
	return (
		<button
			type="button"
			class="quiet square"
			aria-label={words}
			title={words}
			// Not `disabled`: the focus would be lost with the last step.
			aria-disabled={undo === null}
			onClick={() => session.undo()}
		>
			<Icon name="undo" />
		</button>
	);
}

/** @param {{path: string, file: File}} dropped */
const toNamed = ({ path, file }) => ({ name: path, file });
