// Hold: a button or key that is on from press to release, whatever ends the press. Browsers report a release in many ways,
// and some releases not at all; all of them lead to one `end`.

/**
 * @typedef {object} Hold
 * @property {(source: string, atMs?: number) => boolean} begin false if something else holds already. atMs: when the event came
 *   about, on the clock of `performance.now()`, which may be well before it is handled; default: now
 * @property {(source?: string, atMs?: number) => void} end of that source, or of whatever holds
 * @property {() => boolean} isHeld
 */

/** The source of a press that has no release. */
export const CLICK = "click";

/**
 * One hold at a time: a second finger or key while the first is down changes nothing.
 * @param {{start: (source: string, atMs?: number) => boolean|void, stop: (atMs?: number) => void}} actions start may refuse with false
 * @returns {Hold}
 */
export function createHold({ start, stop }) {
	/** @type {string|null} */
	let holder = null;
	return {
		begin(source, atMs) {
			if (holder !== null || start(source, atMs) === false) return false;
			holder = source;
			return true;
		},
		end(source, atMs) {
			if (holder === null || (source !== undefined && source !== holder)) return;
			holder = null;
			stop(atMs);
		},
		isHeld: () => holder !== null,
	};
}

/**
 * Calls `end` when the page can no longer see a release: the window loses focus, or the page is hidden.
 * @param {() => void} end
 * @returns {() => void} stops listening
 */
export function listenToPageLeave(end) {
	const onVisibilityChange = () => document.hidden && end();
	addEventListener("blur", end);
	addEventListener("pagehide", end);
	document.addEventListener("visibilitychange", onVisibilityChange);
	return () => {
		removeEventListener("blur", end);
		removeEventListener("pagehide", end);
		document.removeEventListener("visibilitychange", onVisibilityChange);
	};
}

/**
 * The event handlers of the element that is held.
 * @param {Hold} hold
 */
export function createHoldHandlers(hold) {
	return {
		/** @param {PointerEvent} event */
		onPointerDown(event) {
			if (event.button !== 0) return;
			const element = /** @type {HTMLElement} */ (event.currentTarget);
			// A finger that slides off the button still holds it: its release comes here.
			if (hold.begin(`pointer ${event.pointerId}`, event.timeStamp)) element.setPointerCapture(event.pointerId);
		},
		/** @param {PointerEvent} event */
		onPointerUp: (event) => hold.end(`pointer ${event.pointerId}`, event.timeStamp),
		/** @param {PointerEvent} event */
		onPointerCancel: (event) => hold.end(`pointer ${event.pointerId}`, event.timeStamp),
		/** @param {PointerEvent} event */
		onLostPointerCapture: (event) => hold.end(`pointer ${event.pointerId}`, event.timeStamp),
		/** @param {Event} event A long touch must not open a menu over the picture. */
		onContextMenu: (event) => event.preventDefault(),
		/** @param {KeyboardEvent} event */
		onKeyDown(event) {
			if (event.key !== " " && event.key !== "Enter") return;
			// No click follows, and Space doesn't scroll.
			event.preventDefault();
			if (!event.repeat) hold.begin(`key ${event.key}`, event.timeStamp);
		},
		/** @param {KeyboardEvent} event */
		onKeyUp(event) {
			if (event.key !== " " && event.key !== "Enter") return;
			event.preventDefault();
			hold.end(`key ${event.key}`, event.timeStamp);
		},
		onBlur: () => hold.end(),
		/** @param {MouseEvent} event A click without pointer or key comes from a screen reader: it toggles. */
		onClick(event) {
			if (event.detail !== 0) return;
			if (hold.isHeld()) hold.end();
			else hold.begin(CLICK);
		},
	};
}
