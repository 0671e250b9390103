// What is removed may hold the focus, which would be lost with it: it goes to something that stays.

import { useLayoutEffect } from "preact/hooks";

/**
 * @param {{current: HTMLElement|null}} ref what may be removed
 * @param {string} around selects what it is in
 * @param {(place: Element|null|undefined) => Element|null|undefined} findNext what takes the focus then; place: what it was in, unless
 *   that is gone, too
 */
export function useKeepFocus(ref, around, findNext) {
	useLayoutEffect(() => {
		const { current: removed } = ref;
		const place = removed?.closest(around);
		return () => {
			if (!removed?.contains(document.activeElement)) return;
			setTimeout(() => {
				const next = findNext(place?.isConnected ? place : null);
				// A click removes things, too: nothing may jump then.
				if (next instanceof HTMLElement) next.focus({ preventScroll: true });
			});
		};
	}, []);
}

/** Something that every screen has, for what has no neighbour. */
export const findLasting = () =>
	[...document.querySelectorAll(".classes button, .phone-tabs button")].find(
		(each) => each.getClientRects().length > 0,
	);
