// A small panel beside the button that opened it; on a phone, a sheet at the bottom. It is a native
// modal dialog: Escape closes it, focus stays inside and goes back to the button afterwards.

import { useLayoutEffect, useRef } from "preact/hooks";
import { CloseButton } from "./close-button.jsx";
import { useModal } from "./modal.js";

const GAP_PX = 8;

/**
 * Places the panel below the anchor where there is room, else above, else as near to it as the window lets it be.
 * @param {HTMLElement} panel
 * @param {HTMLElement} anchor
 */
function place(panel, anchor) {
	const from = anchor.getBoundingClientRect();
	const { width, height } = panel.getBoundingClientRect();
	const lowest = innerHeight - GAP_PX - height;
	const below = from.bottom + GAP_PX;
	const above = from.top - GAP_PX - height;
	const top = below <= lowest ? below : above >= GAP_PX ? above : lowest;
	const left = from.left + width <= innerWidth - GAP_PX ? from.left : from.right - width;
	panel.style.setProperty("--left", `${Math.max(GAP_PX, left)}px`);
	panel.style.setProperty("--top", `${Math.max(GAP_PX, top)}px`);
}

/** @param {{title: string, close: () => void}} props */
export const PopupHead = ({ title, close }) => (
	<div class="popup-head">
		<h2>{title}</h2>
		<CloseButton onClick={close} />
	</div>
);

/**
 * @param {object} props
 * @param {HTMLElement} props.anchor
 * @param {string} props.title
 * @param {() => void} props.onClose
 * @param {boolean} [props.wide] for many pictures
 * @param {import("preact").ComponentChildren} props.children
 */
export function Popup({ anchor, title, onClose, wide, children }) {
	const panel = useRef(/** @type {HTMLDialogElement|null} */ (null));
	useModal(panel, onClose);
	useLayoutEffect(() => {
		const dialog = /** @type {HTMLDialogElement} */ (panel.current);
		const stay = () => place(dialog, anchor);
		let isPressedBeside = false;
		/** @param {Event} event The dialog itself is only hit outside its content: on the backdrop. */
		const onPress = (event) => {
			isPressedBeside = event.target === dialog;
		};
		// Not when it is pressed: what is below it would get the click of the same finger.
		const onClick = (/** @type {Event} */ event) => {
			if (isPressedBeside && event.target === dialog) dialog.close();
		};
		stay();
		// What it shows may come later, and grow.
		const sizes = new ResizeObserver(stay);
		sizes.observe(dialog);
		dialog.addEventListener("pointerdown", onPress);
		dialog.addEventListener("click", onClick);
		addEventListener("resize", stay);
		return () => {
			sizes.disconnect();
			dialog.removeEventListener("pointerdown", onPress);
			dialog.removeEventListener("click", onClick);
			removeEventListener("resize", stay);
		};
	}, [anchor]);
	return (
		<dialog ref={panel} class="popup" data-wide={wide} aria-label={title}>
			<div class="popup-body">
				<PopupHead title={title} close={() => panel.current?.close()} />
				{children}
			</div>
		</dialog>
	);
}
