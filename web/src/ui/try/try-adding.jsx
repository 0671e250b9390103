// Ways to add photos to those that are tried: files, a folder, addresses.

import { useState } from "preact/hooks";
import { t } from "../../i18n/words.js";
import { waitForModel } from "../context/page-commands.js";
import { useSession } from "../context/session-context.js";
import { FileButton } from "../widgets/file-button.jsx";
import { Icon } from "../widgets/icons.jsx";

/** @typedef {{name: string, file: File}} NamedFile */

/**
 * @param {File[]} files of a chosen folder: with their paths from it on
 * @returns {NamedFile[]}
 */
export const toNamedFiles = (files) => files.map((file) => ({ name: file.webkitRelativePath || file.name, file }));

/**
 * @param {import("../../app/try-photos.js").TryPhotos|null} tried null: nothing can be tried yet
 * @returns {{addFiles: (files: NamedFile[]) => Promise<void>, addAddresses: (text: string) => Promise<void>}}
 */
export function useAdding(tried) {
	const session = useSession();
	return {
		addFiles: async (files) => {
			await waitForModel(session);
			await tried?.addFiles(files);
		},
		addAddresses: async (text) => {
			await waitForModel(session);
			await tried?.addAddresses(text);
		},
	};
}

/**
 * @param {object} props
 * @param {(files: NamedFile[]) => void} props.add
 * @param {(files: NamedFile[]) => void} props.addPicturesOf a folder
 * @param {(text: string) => Promise<void>} props.addAddresses
 */
export function TryAdding({ add, addPicturesOf, addAddresses }) {
	const [isOpen, setIsOpen] = useState(false);
	return (
		<div class="try-adding">
			<div class="try-ways">
				<FileButton
					class="primary"
					kind="pictures"
					text={t("try.choose")}
					onFiles={(files) => add(toNamedFiles(files))}
				/>
				<FileButton kind="folder" text={t("try.folder")} onFiles={(files) => addPicturesOf(toNamedFiles(files))} />
				<button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
					<Icon name="link" /> {t("try.addresses")}
				</button>
			</div>
			{isOpen && <Addresses addAddresses={addAddresses} />}
			<p class="soft try-drop-hint">{t("try.drop")}</p>
		</div>
	);
}

/** @param {Pick<ReturnType<typeof useAdding>, "addAddresses">} props */
function Addresses({ addAddresses }) {
	const [text, setText] = useState("");
	return (
		<form
			class="try-addresses"
			onSubmit={(event) => {
				event.preventDefault();
				if (text.trim() === "") return;
				void addAddresses(text);
				setText("");
			}}
		>
			<label>
				<span>{t("try.addressesText")}</span>
				<textarea
					rows={3}
					value={text}
					placeholder="https://"
					spellcheck={false}
					autocomplete="off"
					onInput={({ currentTarget }) => setText(currentTarget.value)}
				/>
			</label>
			<p class="soft">{t("try.addressesHint")}</p>
			<button type="submit">{t("try.fetch")}</button>
		</form>
	);
}
