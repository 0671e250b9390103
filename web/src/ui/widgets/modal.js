// Opens a dialog above the page when it is first shown, and says when it was closed.

import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * The event `close` comes a moment after the dialog is gone, and would close what was opened in that moment. The attribute is
 * heard of before the next event.
 * @param {{current: HTMLDialogElement|null}} ref
 * @param {() => void} onClose it was closed by a key, a button or a click beside it
 */
export function useModal(ref, onClose) {
	const latest = useRef(onClose);
	latest.current = onClose;
	useLayoutEffect(() => {
		const dialog = /** @type {HTMLDialogElement} */ (ref.current);
		dialog.showModal();
		const closing = new MutationObserver(() => {
			if (!dialog.open) latest.current();
		});
		closing.observe(dialog, { attributeFilter: ["open"] });
		return () => closing.disconnect();
	}, []);
}
