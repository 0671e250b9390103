// Draws the map on two canvases: the examples on one, and above it what moves with every frame. So two thousand points are
// drawn only when they change.

import { PALETTE_SIZE } from "../../../state/state.js";
import { findNearest, findNextInDirection, fitPoints, toPixels } from "./map-geometry.js";
import { createMarkerPath } from "./map-markers.js";

/** @typedef {import("../../../state/state.js").MapState} MapState */
/** @typedef {import("../../../state/state.js").MapDot} MapDot */

const RADIUS_PX = 6;
/** More points than this are drawn smaller. */
const MANY = 400;
const SMALL_RADIUS_PX = 4;
const DOT_PX = 9;
const RING_PX = 10;
const MOVE_MS = 350;
/** The share of its way that the dot goes in 60 ms. */
const FOLLOWS = 0.7;
const POINTER_REACH_PX = 22;

export class MapView {
	#points;
	#live;
	#styles;
	#calm = matchMedia("(prefers-reduced-motion: reduce)");
	#width = 0;
	#height = 0;
	/** @type {MapState|null} */
	#map = null;
	/** By place in the map: a palette slot. @type {number[]} */
	#slots = [];
	/** By id. @type {Map<string, number>} */
	#places = new Map();
	/** @type {import("./map-geometry.js").Fit} */
	#fit = { scale: 1, left: 0, top: 0 };
	/** The places that the points move to, from, and are drawn at now; px, (n, 2). */
	#target = /** @type {Float32Array} */ (new Float32Array());
	#drawn = /** @type {Float32Array} */ (new Float32Array());
	#from = /** @type {Float32Array} */ (new Float32Array());
	#movesSince = 0;
	/** @type {{dot: MapDot, slot: number|undefined}|null} */
	#dot = null;
	/** Where the dot is drawn now. @type {[number, number]|null} */
	#dotAt = null;
	#dotMovedAt = 0;
	/** @type {string|null} */
	#active = null;
	#pointsChanged = false;
	#repaint = 0;

	/**
	 * @param {HTMLCanvasElement} points
	 * @param {HTMLCanvasElement} live above it
	 */
	constructor(points, live) {
		this.#points = /** @type {CanvasRenderingContext2D} */ (points.getContext("2d"));
		this.#live = /** @type {CanvasRenderingContext2D} */ (live.getContext("2d"));
		this.#styles = getComputedStyle(points);
	}

	/**
	 * @param {number} width px
	 * @param {number} height px
	 */
	resize(width, height) {
		this.#width = width;
		this.#height = height;
		for (const { canvas } of [this.#points, this.#live]) {
			canvas.width = Math.round(width * devicePixelRatio);
			canvas.height = Math.round(height * devicePixelRatio);
		}
		this.#layOut(false);
	}

	/**
	 * @param {MapState} map
	 * @param {number[]} slots n, the palette slot of each
	 */
	show(map, slots) {
		const before = this.#places;
		const drawn = this.#drawn;
		const isNew = map.points !== this.#map?.points;
		this.#map = map;
		this.#slots = slots;
		if (isNew) {
			this.#places = new Map(map.ids.map((id, i) => [id, i]));
			this.#layOut(true);
			// Points of the map before move from their old places; new ones start at their own.
			this.#from = this.#target.slice();
			for (const [i, id] of map.ids.entries()) {
				const old = before.get(id);
				if (old !== undefined) this.#from.set(drawn.subarray(2 * old, 2 * old + 2), 2 * i);
			}
			this.#drawn = this.#calm.matches ? this.#target : this.#from.slice();
			this.#movesSince = performance.now();
		}
		this.redraw();
	}

	/**
	 * @param {MapDot|null} dot
	 * @param {number|undefined} slot the answer's
	 */
	showDot(dot, slot) {
		this.#dot = dot && { dot, slot };
		if (!dot) this.#dotAt = null;
		this.#ask();
	}

	/** @param {string|null} id the example that is pointed at */
	point(id) {
		this.#active = id;
		this.#ask();
	}

	/** Draws everything again, for example after a change of theme. */
	redraw() {
		this.#pointsChanged = true;
		this.#ask();
	}

	/**
	 * @param {string} id
	 * @returns {{x: number, y: number}|null} px
	 */
	placeOf(id) {
		const i = this.#places.get(id);
		return i === undefined ? null : { x: this.#target[2 * i], y: this.#target[2 * i + 1] };
	}

	/**
	 * @param {number} x px
	 * @param {number} y px
	 * @returns {string|null} the id of the example there
	 */
	at(x, y) {
		return this.#map?.ids[findNearest(this.#target, x, y, POINTER_REACH_PX)] ?? null;
	}

	/** @returns {string|null} the id of the example nearest to the frame, or else to the middle */
	get first() {
		const [x, y] = this.#dotAt ?? [this.#width / 2, this.#height / 2];
		return this.#map?.ids[findNearest(this.#target, x, y)] ?? null;
	}

	/**
	 * @param {string} id
	 * @param {readonly [number, number]} direction
	 * @returns {string|null} the next example's id
	 */
	next(id, direction) {
		const i = this.#places.get(id);
		return i === undefined ? this.first : (this.#map?.ids[findNextInDirection(this.#target, i, direction)] ?? null);
	}

	close() {
		cancelAnimationFrame(this.#repaint);
	}

	/** @param {boolean} moves */
	#layOut(moves) {
		if (!this.#map || this.#width === 0) return;
		this.#fit = fitPoints(this.#map.points, this.#width, this.#height);
		this.#target = toPixels(this.#map.points, this.#fit);
		if (moves) return;
		this.#drawn = this.#target;
		this.#dotAt = null;
		this.redraw();
	}

	#ask() {
		if (this.#repaint === 0) this.#repaint = requestAnimationFrame((now) => this.#paint(now));
	}

	/** @param {number} now */
	#paint(now) {
		this.#repaint = 0;
		let moving = false;
		if (this.#drawn !== this.#target) {
			const t = Math.min(1, Math.max(0, now - this.#movesSince) / MOVE_MS);
			const eased = 1 - (1 - t) ** 3;
			if (t === 1) this.#drawn = this.#target;
			else {
				moving = true;
				for (let i = 0; i < this.#drawn.length; i++) {
					this.#drawn[i] = this.#from[i] + eased * (this.#target[i] - this.#from[i]);
				}
			}
			this.#pointsChanged = true;
		}
		if (this.#pointsChanged) this.#paintPoints();
		this.#pointsChanged = false;
		if (this.#moveDot(now)) moving = true;
		this.#paintLive();
		if (moving) this.#ask();
	}

	#paintPoints() {
		const context = this.#points;
		const map = this.#map;
		this.#clear(context);
		if (!map) return;
		const radius = map.ids.length > MANY ? SMALL_RADIUS_PX : RADIUS_PX;
		// A rim around each point, so that points that overlap can be counted.
		context.strokeStyle = this.#colour("card");
		context.lineWidth = 2;
		context.lineJoin = "round";
		/** @type {Map<number, number[]>} */
		const bySlot = new Map();
		for (const [i, slot] of this.#slots.entries()) {
			const places = bySlot.get(slot);
			if (places) places.push(i);
			else bySlot.set(slot, [i]);
		}
		for (const [slot, places] of bySlot) {
			const path = createMarkerPath(slot, radius);
			context.fillStyle = this.#colour(`c${slot % PALETTE_SIZE}`);
			for (const i of places) {
				this.#moveTo(context, this.#drawn[2 * i], this.#drawn[2 * i + 1]);
				context.stroke(path);
				context.fill(path);
			}
		}
	}

	/**
	 * Moves the dot smoothly towards the frame's place.
	 * @param {number} now
	 * @returns {boolean} whether it is still on its way
	 */
	#moveDot(now) {
		if (!this.#dot) return false;
		const { scale, left, top } = this.#fit;
		const x = Math.min(this.#width - DOT_PX, Math.max(DOT_PX, left + scale * this.#dot.dot.x));
		const y = Math.min(this.#height - DOT_PX, Math.max(DOT_PX, top - scale * this.#dot.dot.y));
		const old = this.#dotAt;
		const passed = Math.min(100, now - this.#dotMovedAt);
		this.#dotMovedAt = now;
		if (!old || this.#calm.matches || Math.hypot(x - old[0], y - old[1]) < 0.5) {
			this.#dotAt = [x, y];
			return false;
		}
		const part = 1 - (1 - FOLLOWS) ** (passed / 60);
		this.#dotAt = [old[0] + part * (x - old[0]), old[1] + part * (y - old[1])];
		return true;
	}

	#paintLive() {
		const context = this.#live;
		this.#clear(context);
		const [card, ink] = [this.#colour("card"), this.#colour("ink")];
		if (this.#dot && this.#dotAt) {
			const [x, y] = this.#dotAt;
			const near = this.#dot.dot.neighbours.flatMap((id) => this.#places.get(id) ?? []);
			const lines = new Path2D();
			const rings = new Path2D();
			for (const i of near) {
				const [a, b] = [this.#drawn[2 * i], this.#drawn[2 * i + 1]];
				lines.moveTo(x, y);
				lines.lineTo(a, b);
				rings.moveTo(a + RING_PX, b);
				rings.arc(a, b, RING_PX, 0, 2 * Math.PI);
			}
			this.#line(lines, card, 4);
			this.#line(lines, ink, 1.5);
			this.#line(rings, ink, 1.5);
			const dot = new Path2D();
			dot.arc(x, y, DOT_PX, 0, 2 * Math.PI);
			const { slot } = this.#dot;
			context.fillStyle = slot === undefined ? ink : this.#colour(`c${slot % PALETTE_SIZE}`);
			context.fill(dot);
			this.#line(dot, card, 6);
			this.#line(dot, ink, 3);
		}
		const active = this.#active === null ? undefined : this.#places.get(this.#active);
		if (active === undefined) return;
		const ring = new Path2D();
		ring.arc(this.#drawn[2 * active], this.#drawn[2 * active + 1], RING_PX + 2, 0, 2 * Math.PI);
		this.#line(ring, card, 6);
		this.#line(ring, this.#colour("accent"), 3);
	}

	/**
	 * @param {Path2D} path
	 * @param {string} colour
	 * @param {number} width
	 */
	#line(path, colour, width) {
		this.#live.strokeStyle = colour;
		this.#live.lineWidth = width;
		this.#live.stroke(path);
	}

	/** @param {CanvasRenderingContext2D} context */
	#clear(context) {
		this.#moveTo(context, 0, 0);
		context.clearRect(0, 0, this.#width, this.#height);
	}

	/**
	 * Makes a place the origin of what is drawn next.
	 * @param {CanvasRenderingContext2D} context
	 * @param {number} x
	 * @param {number} y
	 */
	#moveTo(context, x, y) {
		const ratio = devicePixelRatio;
		context.setTransform(ratio, 0, 0, ratio, ratio * x, ratio * y);
	}

	/** @param {string} name of a token */
	#colour(name) {
		return this.#styles.getPropertyValue(`--${name}`);
	}
}
