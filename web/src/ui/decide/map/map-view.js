// Draws the map on three canvases: the examples on one, above it what moves with every frame, and below it the neighbours' glow.
// So two thousand points are drawn only when they change.

import { findInside, findNearest, findNextInDirection, fitPoints, toPixels } from "./map-geometry.js";
import { DOT_PX, GlowLayer, LiveLayer } from "./map-live.js";
import { MapPictures } from "./map-pictures.js";
import { PointsLayer } from "./map-points.js";
import { choosePictureSize, thinOut } from "./map-thinning.js";
import { MAX_SCALE, NO_ZOOM, pan, zoomAround, zoomFit } from "./map-zoom.js";

/** @typedef {import("../../../state/state.js").MapState} MapState */
/** @typedef {import("../../../state/state.js").MapDot} MapDot */
/** @typedef {import("./map-live.js").Outline} Outline */

const MOVE_MS = 350;
/** Points that move are drawn 30 times a second: more would take the camera's frames too much of the main thread. */
const PAINT_MS = 30;
/** What follows the camera is drawn with each answer, and goes on so long after it: so it glides where answers are slow. */
const GLIDE_MS = 70;
/** The share of its way that the dot goes in 60 ms. */
const FOLLOWS = 0.7;
const POINTER_REACH_PX = 22;
const POINT_REACH_PX = 8;
/** An example that the keyboard goes to is at least so far inside. */
const SEEN_PX = 24;

export class MapView {
	#points;
	#live;
	#glow;
	#onZoom;
	#calm = matchMedia("(prefers-reduced-motion: reduce)");
	#width = 0;
	#height = 0;
	/** @type {MapState|null} */
	#map = null;
	/** By place in the map: a palette slot. @type {number[]} */
	#slots = [];
	/** By id. @type {Map<string, number>} */
	#places = new Map();
	/** Of the whole map, and of what is seen of it. @type {import("./map-geometry.js").Fit} */
	#whole = { scale: 1, left: 0, top: 0 };
	#fit = this.#whole;
	#zoom = NO_ZOOM;
	/** The places that the points move to, from, and are drawn at now; px, (n, 2). */
	#target = /** @type {Float32Array} */ (new Float32Array());
	#drawn = /** @type {Float32Array} */ (new Float32Array());
	#from = /** @type {Float32Array} */ (new Float32Array());
	#movesSince = 0;
	/** @type {{dot: MapDot, slot: number|undefined}|null} */
	#dot = null;
	/** Where the dot is drawn now. @type {[number, number]|null} */
	#dotAt = null;
	#paintedAt = 0;
	/** @type {string|null} */
	#active = null;
	/** @type {ReadonlySet<string>} */
	#selected = new Set();
	/** @type {Outline|null} */
	#outline = null;
	/** Whether examples are pictures. */
	#hasPictures = false;
	#pictures = new MapPictures(() => this.redraw());
	/** The examples that are drawn as pictures, by place, and how large, px. @type {Map<number, ImageBitmap>} */
	#shownPictures = new Map();
	#pictureSize = 0;
	#pointsChanged = false;
	#repaint = 0;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#glide;

	/**
	 * @param {object} canvases
	 * @param {HTMLCanvasElement} canvases.points
	 * @param {HTMLCanvasElement} canvases.live above it
	 * @param {HTMLCanvasElement} canvases.glow below it
	 * @param {(scale: number) => void} [onZoom] 1: the whole map is seen
	 */
	constructor({ points, live, glow }, onZoom = () => {}) {
		this.#points = new PointsLayer(points);
		this.#live = new LiveLayer(live);
		this.#glow = new GlowLayer(glow);
		this.#onZoom = onZoom;
	}

	/**
	 * @param {number} width px
	 * @param {number} height px
	 */
	resize(width, height) {
		// Hidden, for example behind another tab of a phone: it comes back as it was.
		if (width === 0 || height === 0) return;
		// A window that is narrowed keeps the part of the map that is seen.
		const [across, up] = [width / (this.#width || width), height / (this.#height || height)];
		this.#zoom = { scale: this.#zoom.scale, x: this.#zoom.x * across, y: this.#zoom.y * up };
		this.#width = width;
		this.#height = height;
		for (const layer of [this.#points, this.#live, this.#glow]) layer.resize(width, height);
		this.#layOut(false);
	}

	/**
	 * @param {MapState} map
	 * @param {number[]} slots n, the palette slot of each
	 * @param {(id: string) => string|null} [urlOf] the address of an example's picture
	 */
	show(map, slots, urlOf = () => null) {
		const before = this.#places;
		const drawn = this.#drawn;
		const isNew = map.points !== this.#map?.points;
		this.#map = map;
		this.#slots = slots;
		this.#pictures.keep(new Set(map.ids), urlOf);
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

	/** @param {boolean} hasPictures whether examples are pictures, or points */
	showPictures(hasPictures) {
		this.#hasPictures = hasPictures;
		this.redraw();
	}

	/** @param {ReadonlySet<string>} ids of the examples that are selected */
	select(ids) {
		this.#selected = ids;
		this.#ask();
	}

	/** @param {Outline|null} outline that is being drawn */
	drawOutline(outline) {
		this.#outline = outline;
		this.#ask();
	}

	/**
	 * @param {number} factor
	 * @param {number} [x] px; of the place that stays where it is; the middle, where none is given
	 * @param {number} [y]
	 */
	zoomBy(factor, x = this.#width / 2, y = this.#height / 2) {
		this.#setZoom(zoomAround(this.#zoom, factor, { x, y, width: this.#width, height: this.#height }));
	}

	/**
	 * @param {number} dx px
	 * @param {number} dy px
	 */
	panBy(dx, dy) {
		this.#setZoom(pan(this.#zoom, dx, dy, this.#width, this.#height));
	}

	/** @param {string} id of an example that should be in sight */
	reveal(id) {
		const place = this.placeOf(id);
		if (!place) return;
		/** @param {number} at @param {number} size */
		const off = (at, size) => Math.max(0, SEEN_PX - at) - Math.max(0, at - (size - SEEN_PX));
		this.panBy(off(place.x, this.#width), off(place.y, this.#height));
	}

	get isZoomed() {
		return this.#zoom.scale > 1;
	}

	get canZoomIn() {
		return this.#zoom.scale < MAX_SCALE;
	}

	/** The colours may have changed, with the theme. */
	recolour() {
		for (const layer of [this.#points, this.#live, this.#glow]) layer.forgetColours();
		this.redraw();
	}

	/** Draws everything again. */
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
		const half = this.#pictureSize / 2;
		// The last one drawn lies above the others.
		for (const i of [...this.#shownPictures.keys()].reverse()) {
			const off = Math.max(Math.abs(this.#target[2 * i] - x), Math.abs(this.#target[2 * i + 1] - y));
			if (off <= half) return this.#map?.ids[i] ?? null;
		}
		return this.#map?.ids[findNearest(this.#target, x, y, POINTER_REACH_PX)] ?? null;
	}

	/**
	 * @param {Outline} outline
	 * @returns {string[]} ids of the examples inside
	 */
	inside(outline) {
		const ids = this.#map?.ids ?? [];
		return findInside(this.#target, outline).map((i) => ids[i]);
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
		clearTimeout(this.#glide);
		this.#pictures.close();
	}

	/** @param {import("./map-zoom.js").Zoom} zoom */
	#setZoom(zoom) {
		const { scale, x, y } = this.#zoom;
		if (zoom.scale === scale && zoom.x === x && zoom.y === y) return;
		this.#zoom = zoom;
		this.#layOut(false);
		if (zoom.scale !== scale) this.#onZoom(zoom.scale);
	}

	/** @param {boolean} moves */
	#layOut(moves) {
		if (!this.#map || this.#width === 0) return;
		this.#whole = fitPoints(this.#map.points, this.#width, this.#height);
		this.#fit = zoomFit(this.#whole, this.#zoom);
		this.#target = toPixels(this.#map.points, this.#fit);
		if (moves) return;
		this.#drawn = this.#target;
		this.#dotAt = null;
		this.redraw();
	}

	#ask() {
		clearTimeout(this.#glide);
		if (this.#repaint === 0) this.#repaint = requestAnimationFrame((now) => this.#paint(now));
	}

	/** @param {number} now */
	#paint(now) {
		this.#repaint = 0;
		let moving = false;
		if (this.#drawn !== this.#target) {
			if (now - this.#paintedAt < PAINT_MS) return this.#ask();
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
		const passed = Math.min(100, now - this.#paintedAt);
		this.#paintedAt = now;
		const hasMoved = this.#pointsChanged;
		if (hasMoved) this.#paintPoints();
		this.#pointsChanged = false;
		const isGliding = this.#moveDot(passed);
		const isFading = this.#paintLive(passed, hasMoved);
		if (moving) this.#ask();
		else if (isGliding || isFading) this.#glide = setTimeout(() => this.#ask(), GLIDE_MS);
	}

	#paintPoints() {
		const map = this.#map;
		this.#shownPictures.clear();
		if (!map) return;
		if (this.#hasPictures) this.#choosePictures(map.ids);
		this.#points.paint({
			drawn: this.#drawn,
			slots: this.#slots,
			pictures: this.#shownPictures,
			size: this.#pictureSize,
		});
	}

	/** @param {readonly string[]} ids */
	#choosePictures(ids) {
		const [width, height] = [this.#width, this.#height];
		const { scale } = this.#zoom;
		// A part of the map that is magnified has fewer examples.
		this.#pictureSize = choosePictureSize(ids.length / scale ** 2, width, height);
		const chosen = thinOut(this.#target, {
			...{ size: this.#pictureSize, width, height, origin: [this.#fit.left, this.#fit.top] },
			isPossible: (place) => this.#pictures.isPossible(ids[place]),
		});
		this.#pictures.want(chosen.map((i) => ids[i]));
		for (const i of chosen) {
			const picture = this.#pictures.get(ids[i]);
			if (picture) this.#shownPictures.set(i, picture);
		}
	}

	/**
	 * Moves the dot smoothly towards the frame's place.
	 * @param {number} passed ms since it was drawn
	 * @returns {boolean} whether it is still on its way
	 */
	#moveDot(passed) {
		if (!this.#dot) return false;
		const { scale, left, top } = this.#fit;
		const x = Math.min(this.#width - DOT_PX, Math.max(DOT_PX, left + scale * this.#dot.dot.x));
		const y = Math.min(this.#height - DOT_PX, Math.max(DOT_PX, top - scale * this.#dot.dot.y));
		const old = this.#dotAt;
		if (!old || this.#calm.matches || Math.hypot(x - old[0], y - old[1]) < 0.5) {
			this.#dotAt = [x, y];
			return false;
		}
		const part = 1 - (1 - FOLLOWS) ** (passed / 60);
		this.#dotAt = [old[0] + part * (x - old[0]), old[1] + part * (y - old[1])];
		return true;
	}

	/**
	 * @param {number} passed ms since it was drawn
	 * @param {boolean} hasMoved whether the examples were drawn anew
	 * @returns {boolean} whether a glow is still fading
	 */
	#paintLive(passed, hasMoved) {
		const near = this.#dot && this.#dotAt ? this.#dot.dot.neighbours.filter((id) => this.#places.has(id)) : [];
		/** @param {string} id */
		const placeOf = (id) => /** @type {number} */ (this.#places.get(id));
		/** @param {number} i */
		const reachOf = (i) => (this.#shownPictures.has(i) ? this.#pictureSize * Math.SQRT1_2 : POINT_REACH_PX);
		this.#live.paint({
			drawn: this.#drawn,
			dot: this.#dot && this.#dotAt && { at: this.#dotAt, slot: this.#dot.slot, near: near.map(placeOf) },
			selected: [...this.#selected].filter((id) => this.#places.has(id)).map(placeOf),
			active: this.#active === null ? undefined : this.#places.get(this.#active),
			isPicture: (i) => this.#shownPictures.has(i),
			pictureSize: this.#pictureSize,
			outline: this.#outline,
		});
		return this.#glow.paint({
			near,
			passed,
			isCalm: this.#calm.matches,
			hasMoved,
			find: (id) => {
				const i = this.#places.get(id);
				if (i === undefined) return null;
				return { x: this.#drawn[2 * i], y: this.#drawn[2 * i + 1], slot: this.#slots[i], reach: reachOf(i) };
			},
		});
	}
}
