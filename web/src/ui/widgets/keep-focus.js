// What is removed may hold the focus, which would be lost with it: it goes to something that stays.

import { useLayoutEffect } from "preact/hooks";

/**
 * @param {{current: HTMLElement|null}} ref what may be removed
 * @param {(dialog: HTMLDialogElement|null|undefined) => Element|null|undefined} findNext what takes the focus then; dialog: what it
 *   was in
 */
export function useKeepFocus(ref, findNext) {
	useLayoutEffect(() => {
		const { current: removed } = ref;
		const dialog = removed?.closest("dialog");
		return () => {
			if (!removed?.contains(document.activeElement)) return;
			setTimeout(() => {
				const next = findNext(dialog);
				if (next instanceof HTMLElement) next.focus();
			});
		};
	}, []);
}

/** Something that every screen has, for what has no neighbour. */
export const findLasting = () => document.querySelector(".classes button, .phone-tabs button");
