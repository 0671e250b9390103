// What changes with every frame: the dot with lines to the neighbours that vote, on a layer above the examples; a glow around
// those neighbours, on a layer below. And what is pointed at, selected, or drawn around.

import { MapLayer } from "./map-paint.js";
import { roundingOf } from "./map-pictures.js";
import { EDGE_PX } from "./map-points.js";

export const DOT_PX = 9;
const RING_PX = 10;
/** How far a glow goes beyond the example. */
const GLOW_PX = 20;
/** The share of its way that a glow goes in 60 ms. */
const FADES = 0.8;
/** A glow that is weaker is over. */
const FAINT = 0.05;

/** @typedef {readonly (readonly [number, number])[]} Outline corners, px */

/**
 * @typedef {object} Live
 * @property {Float32Array} drawn (n, 2), px
 * @property {{at: readonly [number, number], slot: number|undefined, near: readonly number[]}|null} dot near: the neighbours' places
 * @property {readonly number[]} selected places
 * @property {number|undefined} active the place of the example that is pointed at
 * @property {(place: number) => boolean} isPicture
 * @property {number} pictureSize px
 * @property {Outline|null} outline that is being drawn
 */

export class LiveLayer extends MapLayer {
	/** @param {Live} live */
	paint({ drawn, dot, selected, active, isPicture, pictureSize, outline }) {
		this.clear();
		const [card, ink, accent] = [this.colour("card"), this.colour("ink"), this.colour("accent")];
		/** @param {readonly number[]} places @param {number} more px */
		const ringAround = (places, more) => {
			const rings = new Path2D();
			for (const i of places) {
				const [x, y] = [drawn[2 * i], drawn[2 * i + 1]];
				if (isPicture(i)) {
					const half = pictureSize / 2 + EDGE_PX + more;
					rings.roundRect(x - half, y - half, 2 * half, 2 * half, roundingOf(2 * half));
					continue;
				}
				rings.moveTo(x + RING_PX + more, y);
				rings.arc(x, y, RING_PX + more, 0, 2 * Math.PI);
			}
			return rings;
		};
		if (dot) {
			const [x, y] = dot.at;
			const lines = new Path2D();
			for (const i of dot.near) {
				lines.moveTo(x, y);
				lines.lineTo(drawn[2 * i], drawn[2 * i + 1]);
			}
			this.line(lines, card, 4);
			this.line(lines, ink, 1.5);
			this.line(ringAround(dot.near, 0), ink, 1.5);
			const disc = new Path2D();
			disc.arc(x, y, DOT_PX, 0, 2 * Math.PI);
			this.context.fillStyle = dot.slot === undefined ? ink : this.slotColour(dot.slot);
			this.context.fill(disc);
			this.line(disc, card, 6);
			this.line(disc, ink, 3);
		}
		if (selected.length > 0) {
			const rings = ringAround(selected, 1);
			this.line(rings, card, 5);
			this.line(rings, accent, 2.5);
		}
		if (active !== undefined) {
			const ring = ringAround([active], 3);
			this.line(ring, card, 6);
			this.line(ring, accent, 3);
		}
		if (outline) this.#paintOutline(outline, card, accent);
	}

	/**
	 * @param {Outline} outline
	 * @param {string} card
	 * @param {string} accent
	 */
	#paintOutline(outline, card, accent) {
		const { context } = this;
		const path = new Path2D();
		for (const [x, y] of outline) path.lineTo(x, y);
		path.closePath();
		context.globalAlpha = 0.12;
		context.fillStyle = accent;
		context.fill(path);
		context.globalAlpha = 1;
		this.line(path, card, 4);
		context.setLineDash([6, 4]);
		this.line(path, accent, 2);
		context.setLineDash([]);
	}
}

/** A glow in its class's colour around each neighbour that votes. It comes and goes softly, unless the person wants less motion. */
export class GlowLayer extends MapLayer {
	/** By id: how strong it is now, 0..1. @type {Map<string, number>} */
	#strengths = new Map();
	/** A glow's picture by slot: a blur in each frame would cost more. @type {Map<string, HTMLCanvasElement>} */
	#sprites = new Map();
	#forced = matchMedia("(forced-colors: active)");
	#isClear = true;
	/** Whether what was drawn last is what would be drawn now. */
	#isStill = false;

	forgetColours() {
		super.forgetColours();
		this.#sprites.clear();
		this.#isStill = false;
	}

	/**
	 * @param {object} options
	 * @param {readonly string[]} options.near ids of the neighbours
	 * @param {number} options.passed ms since the last time
	 * @param {boolean} options.isCalm without fading
	 * @param {boolean} options.hasMoved whether the examples have other places or sizes than before
	 * @param {(id: string) => {x: number, y: number, slot: number, reach: number}|null} options.find px
	 * @returns {boolean} whether one is still fading
	 */
	paint({ near, passed, isCalm, hasMoved, find }) {
		if (near.length === 0 && this.#strengths.size === 0) {
			if (!this.#isClear) this.clear();
			this.#isClear = true;
			this.#isStill = false;
			return false;
		}
		const wanted = new Set(near);
		const isSame = wanted.size === this.#strengths.size && near.every((id) => this.#strengths.has(id));
		// While the dot moves alone, this layer stays.
		if (this.#isStill && isSame && !hasMoved) return false;
		const isFading = this.#fade(wanted, isCalm ? 1 : 1 - (1 - FADES) ** (passed / 60));
		this.#isStill = !isFading;
		this.clear();
		this.#isClear = false;
		for (const [id, strength] of this.#strengths) {
			const found = find(id);
			if (!found) continue;
			const radius = found.reach + GLOW_PX;
			this.context.globalAlpha = strength;
			this.context.drawImage(this.#spriteOf(found.slot), found.x - radius, found.y - radius, 2 * radius, 2 * radius);
		}
		this.context.globalAlpha = 1;
		return isFading;
	}

	/**
	 * @param {ReadonlySet<string>} near
	 * @param {number} share of the way
	 * @returns {boolean} whether one is still on its way
	 */
	#fade(near, share) {
		let isFading = false;
		for (const id of near) if (!this.#strengths.has(id)) this.#strengths.set(id, 0);
		for (const [id, strength] of this.#strengths) {
			const goal = near.has(id) ? 1 : 0;
			const next = strength + share * (goal - strength);
			if (Math.abs(goal - next) > FAINT) {
				this.#strengths.set(id, next);
				isFading = true;
			} else if (goal === 1) this.#strengths.set(id, 1);
			else this.#strengths.delete(id);
		}
		return isFading;
	}

	/** @param {number} slot */
	#spriteOf(slot) {
		const colour = this.#forced.matches ? "Highlight" : this.slotColour(slot);
		const known = this.#sprites.get(colour);
		if (known) return known;
		const side = 96;
		const sprite = document.createElement("canvas");
		sprite.width = side;
		sprite.height = side;
		const context = /** @type {CanvasRenderingContext2D} */ (sprite.getContext("2d"));
		const fading = context.createRadialGradient(side / 2, side / 2, 0, side / 2, side / 2, side / 2);
		fading.addColorStop(0.35, "#000c");
		fading.addColorStop(0.65, "#0005");
		fading.addColorStop(1, "#0000");
		context.fillStyle = fading;
		context.fillRect(0, 0, side, side);
		context.globalCompositeOperation = "source-in";
		context.fillStyle = colour;
		context.fillRect(0, 0, side, side);
		this.#sprites.set(colour, sprite);
		return sprite;
	}
}
