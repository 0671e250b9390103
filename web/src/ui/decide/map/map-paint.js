// What the layers of the map share: colours from the style sheet, and places in CSS pixels.

import { PALETTE_SIZE } from "../../../state/state.js";

/** A layer of the map: one canvas and the way to draw on it. */
export class MapLayer {
	context;
	#styles;
	/** By token: to ask for one lays the page out anew. @type {Map<string, string>} */
	#colours = new Map();

	/** @param {HTMLCanvasElement} canvas */
	constructor(canvas) {
		this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
		this.#styles = getComputedStyle(canvas);
	}

	/**
	 * @param {number} width px
	 * @param {number} height px
	 */
	resize(width, height) {
		const { canvas } = this.context;
		canvas.width = Math.round(width * devicePixelRatio);
		canvas.height = Math.round(height * devicePixelRatio);
	}

	clear() {
		const { canvas } = this.context;
		this.context.setTransform(1, 0, 0, 1, 0, 0);
		this.context.clearRect(0, 0, canvas.width, canvas.height);
		this.moveTo(0, 0);
	}

	/**
	 * Makes a place the origin of what is drawn next.
	 * @param {number} x px
	 * @param {number} y px
	 */
	moveTo(x, y) {
		const ratio = devicePixelRatio;
		this.context.setTransform(ratio, 0, 0, ratio, ratio * x, ratio * y);
	}

	/**
	 * @param {Path2D} path
	 * @param {string} colour
	 * @param {number} width px
	 */
	line(path, colour, width) {
		this.context.strokeStyle = colour;
		this.context.lineWidth = width;
		this.context.stroke(path);
	}

	/** @param {string} name of a token */
	colour(name) {
		const known = this.#colours.get(name);
		if (known !== undefined) return known;
		const colour = this.#styles.getPropertyValue(`--${name}`);
		this.#colours.set(name, colour);
		return colour;
	}

	/** They may have changed. */
	forgetColours() {
		this.#colours.clear();
	}

	/** @param {number} slot of the palette @returns {string} its colour */
	slotColour(slot) {
		return this.colour(`c${slot % PALETTE_SIZE}`);
	}
}
