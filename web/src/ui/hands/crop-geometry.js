// Moving and sizing the crop box, which stays within the picture.

import numbers from "../../../../contract/recording.json" with { type: "json" };

/** @typedef {import("../../state/state.js").Crop} Crop */

/** The box to begin with: the middle half. @type {Crop} */
export const FIRST_CROP = Object.freeze({ left: 0.25, top: 0.25, side: 0.5 });

/**
 * @param {number} value
 * @param {number} most
 */
const within = (value, most) => Math.min(Math.max(value, 0), most);

/**
 * @param {Crop} crop
 * @param {number} right as a share of the picture, in the camera's direction; negative: to the left
 * @param {number} down
 * @returns {Crop}
 * @example
 * move({ left: 0.25, top: 0.25, side: 0.5 }, 1, 0); // { left: 0.5, top: 0.25, side: 0.5 }
 */
export function move({ left, top, side }, right, down) {
	return { left: within(left + right, 1 - side), top: within(top + down, 1 - side), side };
}

/**
 * Sizes the box about its middle.
 * @param {Crop} crop
 * @param {number} wanted its new side, as a share of the picture
 * @returns {Crop}
 * @example
 * resize({ left: 0.25, top: 0.25, side: 0.5 }, 0.3).left; // 0.35
 */
export function resize(crop, wanted) {
	const side = Math.min(Math.max(wanted, numbers.smallestCrop), 1);
	const shift = (crop.side - side) / 2;
	return move({ left: crop.left + shift, top: crop.top + shift, side }, 0, 0);
}
