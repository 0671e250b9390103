// The layer of the examples: points, and pictures where there is room. It is drawn only when one of them changes.

import { createMarkerPath } from "./map-markers.js";
import { MapLayer } from "./map-paint.js";
import { roundingOf } from "./map-pictures.js";

const RADIUS_PX = 6;
/** More points than this are drawn smaller. */
const MANY = 400;
const SMALL_RADIUS_PX = 4;
/** Of a picture. */
export const EDGE_PX = 3;

/**
 * @typedef {object} Points
 * @property {Float32Array} drawn (n, 2), px
 * @property {readonly number[]} slots n, the palette slot of each
 * @property {ReadonlyMap<number, ImageBitmap>} pictures by place
 * @property {number} size of a picture, px
 */

export class PointsLayer extends MapLayer {
	/** @param {Points} points */
	paint({ drawn, slots, pictures, size }) {
		this.clear();
		const radius = slots.length > MANY ? SMALL_RADIUS_PX : RADIUS_PX;
		for (const [slot, places] of groupBySlot(slots)) this.#paintPoints(slot, places, drawn, radius, pictures);
		if (pictures.size > 0) this.#paintPictures(drawn, slots, pictures, size);
	}

	/**
	 * @param {number} slot
	 * @param {readonly number[]} places
	 * @param {Float32Array} drawn
	 * @param {number} radius px
	 * @param {ReadonlyMap<number, ImageBitmap>} pictures
	 */
	#paintPoints(slot, places, drawn, radius, pictures) {
		const { context } = this;
		const path = createMarkerPath(slot, radius);
		// A rim around each point, so that points that overlap can be counted.
		context.strokeStyle = this.colour("card");
		context.lineWidth = 2;
		context.lineJoin = "round";
		context.fillStyle = this.slotColour(slot);
		for (const i of places) {
			if (pictures.has(i)) continue;
			this.moveTo(drawn[2 * i], drawn[2 * i + 1]);
			context.stroke(path);
			context.fill(path);
		}
	}

	/**
	 * @param {Float32Array} drawn
	 * @param {readonly number[]} slots
	 * @param {ReadonlyMap<number, ImageBitmap>} pictures
	 * @param {number} size px
	 */
	#paintPictures(drawn, slots, pictures, size) {
		const { context } = this;
		const card = this.colour("card");
		const half = size / 2;
		const frame = new Path2D();
		frame.roundRect(-half, -half, size, size, roundingOf(size));
		const corner = half - EDGE_PX;
		/** By slot. @type {Map<number, {colour: string, marker: Path2D}>} */
		const looks = new Map();
		for (const [i, picture] of pictures) {
			const slot = slots[i];
			let look = looks.get(slot);
			if (!look) {
				look = { colour: this.slotColour(slot), marker: createMarkerPath(slot, SMALL_RADIUS_PX + 1) };
				looks.set(slot, look);
			}
			const [x, y] = [drawn[2 * i], drawn[2 * i + 1]];
			this.moveTo(x, y);
			this.line(frame, card, EDGE_PX + 2);
			context.drawImage(picture, -half, -half, size, size);
			this.line(frame, look.colour, EDGE_PX);
			// Colour is not the only sign of a class.
			this.moveTo(x + corner, y + corner);
			this.line(look.marker, card, EDGE_PX + 1);
			context.fillStyle = look.colour;
			context.fill(look.marker);
		}
	}
}

/**
 * @param {readonly number[]} slots
 * @returns {Map<number, number[]>} places by slot
 */
function groupBySlot(slots) {
	/** @type {Map<number, number[]>} */
	const bySlot = new Map();
	for (const [i, slot] of slots.entries()) {
		const places = bySlot.get(slot);
		if (places) places.push(i);
		else bySlot.set(slot, [i]);
	}
	return bySlot;
}
