// A button that lets a person choose pictures.

import { useRef } from "preact/hooks";
import { Icon } from "./icons.jsx";

/**
 * @param {object} props
 * @param {string} props.text
 * @param {string} [props.what] said after the text, where that alone is not enough without seeing the page
 * @param {boolean} [props.multiple]
 * @param {string} [props.class]
 * @param {(files: File[]) => void} props.onFiles
 */
export function FileButton({ text, what, multiple = false, class: name, onFiles }) {
	const input = useRef(/** @type {HTMLInputElement|null} */ (null));
	return (
		<>
			<button type="button" class={name} onClick={() => input.current?.click()}>
				<Icon name={multiple ? "upload" : "picture"} />
				<span>{text}</span>
				{what && <span class="visually-hidden">{what}</span>}
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
					// So that choosing the same file again is a change again.
					field.value = "";
					if (files.length > 0) onFiles(files);
				}}
			/>
		</>
	);
}
