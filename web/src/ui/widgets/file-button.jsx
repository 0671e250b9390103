// A button that lets a person choose pictures, a folder, or a file of any kind.

import { useRef } from "preact/hooks";
import { Icon } from "./icons.jsx";

const ICONS = /** @type {const} */ ({ picture: "picture", pictures: "upload", folder: "folder", file: "upload" });

/**
 * @param {object} props
 * @param {string} props.text
 * @param {string} [props.label] for a screen reader, where the text alone is not enough; contains the text
 * @param {"picture"|"pictures"|"folder"|"file"} [props.kind] folder: the files have their paths from it on
 * @param {string} [props.class]
 * @param {string|null} [props.refused] why nothing can be chosen, in a sentence; null: something can
 * @param {(files: File[]) => void} props.onFiles
 */
export function FileButton({ text, label, kind = "picture", class: name, refused = null, onFiles }) {
	const input = useRef(/** @type {HTMLInputElement|null} */ (null));
	return (
		<>
			<button
				type="button"
				class={name}
				aria-label={label}
				title={refused ?? label}
				aria-disabled={refused === null ? undefined : true}
				data-refused={refused === null ? undefined : true}
				onClick={() => (refused === null ? input.current?.click() : onFiles([]))}
			>
				<Icon name={ICONS[kind]} />
				<span>{text}</span>
			</button>
			<input
				ref={(element) => {
					input.current = element;
					// No property of its own in any library.
					element?.toggleAttribute("webkitdirectory", kind === "folder");
				}}
				type="file"
				accept={kind === "picture" || kind === "pictures" ? "image/*" : undefined}
				multiple={kind === "pictures"}
				hidden
				onChange={(event) => {
					const field = event.currentTarget;
					const files = [...(field.files ?? [])];
					// Without this, choosing the same file again would be no change.
					field.value = "";
					if (files.length > 0) onFiles(files);
				}}
			/>
		</>
	);
}
