// A button that lets a person choose pictures.

import { useRef } from "preact/hooks";
import { Icon } from "./icons.jsx";

/**
 * @param {object} props
 * @param {string} props.text
 * @param {string} [props.label] for a screen reader, where the text alone is not enough; contains the text
 * @param {boolean} [props.multiple]
 * @param {string} [props.class]
 * @param {(files: File[]) => void} props.onFiles
 */
export function FileButton({ text, label, multiple = false, class: name, onFiles }) {
	const input = useRef(/** @type {HTMLInputElement|null} */ (null));
	return (
		<>
			<button type="button" class={name} aria-label={label} title={label} onClick={() => input.current?.click()}>
				<Icon name={multiple ? "upload" : "picture"} />
				<span>{text}</span>
			</button>
			<input
				ref={input}
				type="file"
				accept="image/*"
				multiple={multiple}
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
