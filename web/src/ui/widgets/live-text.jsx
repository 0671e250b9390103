// A text that changes while the camera runs. Its room is kept by an unseen text of the same width: figures of one width in place of
// the digits, or the longest text that may come. So the browser lays out this line, and not the page, when it changes.

/**
 * @param {object} props
 * @param {string} props.text
 * @param {string} [props.room] the longest text that may come; without it, the text with other figures
 */
export function LiveText({ text, room = text.replace(/\p{Nd}/gu, "0") }) {
	return (
		<span class="live-text" data-room={room}>
			<span>{text}</span>
		</span>
	);
}
