// What is drawn as a QR code is read again by another library.

import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { drawQr } from "../../../src/ui/widgets/qr-code.jsx";

const SCALE = 4;
const MARGIN = 4;

/**
 * Fills a path of straight lines, so that what is inside of an odd number of its outlines is dark.
 * @param {{path: string, size: number}} drawn
 * @returns {{width: number, height: number, data: Uint8Array}} RGBA
 */
function paint({ path, size }) {
	const outlines = path
		.split("M")
		.slice(1)
		.map((outline) =>
			outline
				.replace("Z", "")
				.split("L")
				.map((point) => point.split(" ").map(Number)),
		);
	/** @param {number} column @param {number} row */
	const isDark = (column, row) => {
		let crossings = 0;
		for (const points of outlines) {
			for (const [i, [x, y]] of points.entries()) {
				const [nextX, nextY] = points[(i + 1) % points.length];
				if (x === nextX && x <= column && Math.min(y, nextY) <= row && row < Math.max(y, nextY)) crossings += 1;
			}
		}
		return crossings % 2 === 1;
	};
	const width = (size + 2 * MARGIN) * SCALE;
	const data = new Uint8Array(width * width * 4).fill(255);
	for (let row = 0; row < size; row += 1) {
		for (let column = 0; column < size; column += 1) {
			if (!isDark(column, row)) continue;
			for (let i = 0; i < SCALE * SCALE; i += 1) {
				const x = (column + MARGIN) * SCALE + (i % SCALE);
				const y = (row + MARGIN) * SCALE + Math.floor(i / SCALE);
				data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
			}
		}
	}
	return { width, height: width, data };
}

test.each([
	"http://192.168.1.20:8000/?room=KIWI-42",
	"https://192.168.100.200:8443/?room=RIVER-APPLE-SEVEN",
	`https://school.example/${"a/".repeat(60)}?room=KIWI-42`,
])("%s", (link) => {
	expect(decodeQR(paint(drawQr(link)))).toBe(link);
});
