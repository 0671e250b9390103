// What a mouse or fingers do on the map: point, tap, drag an example, pan, pinch, draw a lasso. Knows nothing of classes.

/** A mouse that moves less is a click. */
const CLICK_PX = 5;
/** A finger is less steady. */
const TAP_PX = 10;
/** A finger that stays so long lifts the example: until then the page scrolls. */
const HOLD_MS = 350;
/** Corners of a lasso are at least so far from each other. */
const CORNER_PX = 3;
/** Of a wheel: so many px double the scale. */
const WHEEL_PX = 240;

/** @typedef {import("./map-live.js").Outline} Outline */

/**
 * @typedef {object} Hands what happens; x and y are of the window, px
 * @property {() => boolean} isLasso whether the lasso is the tool
 * @property {(id: string|null) => void} point by a mouse
 * @property {(id: string|null, by: {isMouse: boolean, selects: boolean}) => void} tap selects: another one is to be selected too
 * @property {(id: string, x: number, y: number) => boolean} lift false: it may not be moved
 * @property {(x: number, y: number) => void} carry
 * @property {(x: number, y: number) => void} drop
 * @property {() => void} cancel what is carried, or drawn
 * @property {(ids: string[], adds: boolean) => void} select adds: to what is selected
 */

/**
 * @typedef {{kind: "pressed", id: string|null, timer: ReturnType<typeof setTimeout>|undefined}|{kind: "carry"}|{kind: "pan"}|
 *   {kind: "lasso", outline: [number, number][], adds: boolean}|{kind: "pinch", apart: number}|{kind: "none"}} Gesture
 */

export class MapGestures {
	#host;
	#view;
	#hands;
	#stop = new AbortController();
	/** @type {Gesture} */
	#gesture = { kind: "none" };
	/** By pointer. @type {Map<number, {x: number, y: number}>} */
	#down = new Map();
	/** Where the first pointer went down, and where it was last. */
	#start = { x: 0, y: 0 };
	#last = { x: 0, y: 0 };

	/**
	 * @param {HTMLElement} host
	 * @param {import("./map-view.js").MapView} view
	 * @param {Hands} hands
	 */
	constructor(host, view, hands) {
		this.#host = host;
		this.#view = view;
		this.#hands = hands;
		const { signal } = this.#stop;
		host.addEventListener("pointerdown", (event) => this.#press(event), { signal });
		host.addEventListener("pointermove", (event) => this.#move(event), { signal });
		host.addEventListener("pointerup", (event) => this.#release(event), { signal });
		host.addEventListener("pointercancel", () => this.cancel(), { signal });
		host.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hands.point(null), { signal });
		host.addEventListener("wheel", (event) => this.#turnWheel(event), { signal, passive: false });
		// Only what has begun here keeps the page from scrolling.
		const isBusy = () => ["carry", "lasso", "pan", "pinch"].includes(this.#gesture.kind);
		host.addEventListener("touchmove", (event) => isBusy() && event.cancelable && event.preventDefault(), {
			...{ signal, passive: false },
		});
		// Holding a finger would open the browser's menu.
		host.addEventListener("contextmenu", (event) => this.#down.size > 0 && event.preventDefault(), { signal });
		addEventListener("keydown", (event) => this.#escape(event), { signal, capture: true });
	}

	/** Lets go of whatever is carried or drawn, and changes nothing. */
	cancel() {
		this.#down.clear();
		this.#end();
		this.#hands.cancel();
	}

	close() {
		this.#end();
		this.#stop.abort();
	}

	#end() {
		if (this.#gesture.kind === "pressed") clearTimeout(this.#gesture.timer);
		this.#gesture = { kind: "none" };
		this.#view.drawOutline(null);
	}

	/** @param {KeyboardEvent} event */
	#escape(event) {
		if (event.key !== "Escape" || !["carry", "lasso"].includes(this.#gesture.kind)) return;
		event.preventDefault();
		event.stopPropagation();
		this.cancel();
	}

	/** @param {PointerEvent|WheelEvent} event @returns {[number, number]} on the plot, px */
	#placeOf({ clientX, clientY }) {
		const { left, top } = this.#host.getBoundingClientRect();
		return [clientX - left, clientY - top];
	}

	/** @param {PointerEvent} event */
	#press(event) {
		const { pointerId, clientX: x, clientY: y, pointerType, button } = event;
		if (button !== 0) return;
		this.#down.set(pointerId, { x, y });
		if (this.#down.size === 2) {
			this.#end();
			this.#hands.cancel();
			this.#gesture = { kind: "pinch", apart: this.#apart };
			return;
		}
		if (this.#down.size > 2) return;
		this.#start = { x, y };
		this.#last = { x, y };
		const isMouse = pointerType === "mouse";
		const place = this.#placeOf(event);
		if (this.#hands.isLasso() || (isMouse && event.shiftKey)) {
			this.#host.setPointerCapture(pointerId);
			this.#gesture = { kind: "lasso", outline: [place], adds: event.shiftKey };
			return;
		}
		const id = this.#view.at(...place);
		const hold = () => this.#lift(pointerId, id);
		this.#gesture = { kind: "pressed", id, timer: isMouse || id === null ? undefined : setTimeout(hold, HOLD_MS) };
	}

	/** @param {number} pointerId @param {string|null} id */
	#lift(pointerId, id) {
		this.#end();
		if (id === null || !this.#hands.lift(id, this.#last.x, this.#last.y)) return;
		this.#host.setPointerCapture(pointerId);
		this.#gesture = { kind: "carry" };
	}

	/** @param {PointerEvent} event */
	#move(event) {
		const { pointerId, clientX: x, clientY: y } = event;
		const isMouse = event.pointerType === "mouse";
		if (!this.#down.has(pointerId)) {
			if (isMouse) this.#hands.point(this.#view.at(...this.#placeOf(event)));
			return;
		}
		this.#down.set(pointerId, { x, y });
		const [dx, dy] = [x - this.#last.x, y - this.#last.y];
		if (this.#gesture.kind === "pressed") {
			if (Math.hypot(x - this.#start.x, y - this.#start.y) < (isMouse ? CLICK_PX : TAP_PX)) return;
			this.#begin(pointerId, isMouse, this.#gesture.id);
		}
		this.#last = { x, y };
		switch (this.#gesture.kind) {
			case "carry":
				this.#hands.carry(x, y);
				break;
			case "pan":
				this.#view.panBy(dx, dy);
				break;
			case "lasso":
				this.#draw(this.#gesture.outline, this.#placeOf(event));
				break;
			case "pinch":
				this.#pinch(event, this.#gesture.apart);
				break;
		}
	}

	/**
	 * A press becomes a drag.
	 * @param {number} pointerId
	 * @param {boolean} isMouse
	 * @param {string|null} id of the example below it
	 */
	#begin(pointerId, isMouse, id) {
		if (isMouse && id !== null) {
			this.#lift(pointerId, id);
			return;
		}
		this.#end();
		// Also where it does not pan: else a release outside is never heard of.
		this.#host.setPointerCapture(pointerId);
		if (!this.#view.isZoomed) return;
		this.#hands.point(null);
		this.#gesture = { kind: "pan" };
	}

	/** @param {[number, number][]} outline @param {[number, number]} place */
	#draw(outline, [x, y]) {
		const [lastX, lastY] = outline[outline.length - 1];
		if (Math.hypot(x - lastX, y - lastY) < CORNER_PX) return;
		outline.push([x, y]);
		this.#view.drawOutline(outline);
	}

	/** @param {PointerEvent} event @param {number} before how far the fingers were apart, px */
	#pinch(event, before) {
		if (this.#down.size < 2) return;
		const now = this.#apart;
		const [a, b] = [...this.#down.values()];
		const { left, top } = this.#host.getBoundingClientRect();
		if (before > 0) this.#view.zoomBy(now / before, (a.x + b.x) / 2 - left, (a.y + b.y) / 2 - top);
		this.#gesture = { kind: "pinch", apart: now };
		event.preventDefault();
	}

	/** How far two fingers are apart, px. */
	get #apart() {
		const [a, b] = [...this.#down.values()];
		return Math.hypot(a.x - b.x, a.y - b.y);
	}

	/** @param {PointerEvent} event */
	#release(event) {
		if (!this.#down.delete(event.pointerId)) return;
		const gesture = this.#gesture;
		this.#end();
		const isMouse = event.pointerType === "mouse";
		const selects = event.ctrlKey || event.metaKey || event.shiftKey || this.#hands.isLasso();
		if (gesture.kind === "carry") this.#hands.drop(event.clientX, event.clientY);
		else if (gesture.kind === "pressed") this.#hands.tap(gesture.id, { isMouse, selects });
		else if (gesture.kind === "lasso") {
			if (gesture.outline.length > 2) this.#hands.select(this.#view.inside(gesture.outline), gesture.adds);
			else this.#hands.tap(this.#view.at(...this.#placeOf(event)), { isMouse, selects: true });
		}
	}

	/**
	 * A wheel alone scrolls the page; with Ctrl, as a pinch on a touch pad sends it, it magnifies.
	 * @param {WheelEvent} event
	 */
	#turnWheel(event) {
		if (!event.ctrlKey && !event.metaKey) return;
		event.preventDefault();
		const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
		this.#view.zoomBy(2 ** ((-event.deltaY * lines) / WHEEL_PX), ...this.#placeOf(event));
	}
}
