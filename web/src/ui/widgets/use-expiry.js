// A message that goes by itself, but not while the pointer or the focus is in it.

import { useEffect, useState } from "preact/hooks";

/**
 * @template T
 * @param {T|null} thing what the message is about; null: there is none, or it stays
 * @param {number} shownMs
 * @param {(thing: T) => void} onEnd
 * @returns the message's event handlers
 */
export function useExpiry(thing, shownMs, onEnd) {
	const [isHeld, setIsHeld] = useState(false);
	useEffect(() => {
		if (thing === null || isHeld) return;
		const timer = setTimeout(() => onEnd(thing), shownMs);
		return () => clearTimeout(timer);
	}, [thing, isHeld]);
	return {
		onPointerEnter: () => setIsHeld(true),
		onPointerLeave: () => setIsHeld(false),
		onFocusIn: () => setIsHeld(true),
		onFocusOut: () => setIsHeld(false),
	};
}
