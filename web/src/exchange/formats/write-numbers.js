// A float32 number as text. The twin is write_numbers.py.

/**
 * Nine digits say which float32 number it is.
 * @param {number} value float32, finite
 * @returns {string} a JSON number
 * @example
 * number(Math.fround(0.1)); // "0.100000001"
 */
export function number(value) {
	// Many numbers of a network are 0, which needs no digits. Adding 0 turns -0 into 0.
	if (Number.isInteger(value)) return String(value + 0);
	return value.toPrecision(9);
}
