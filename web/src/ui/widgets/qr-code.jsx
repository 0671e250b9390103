// A QR code, drawn as one path. It is dark on white in every theme: phones read that best.

import { generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";
import { useMemo } from "preact/hooks";

/** White modules around the code, as its standard asks for. */
const MARGIN = 4;

/**
 * @param {string} text
 * @returns {{path: string, size: number}} an SVG path in a square from 0 to size
 * @example
 * drawQr("https://192.168.1.20/?room=KIWI-42").size; // 29
 */
export function drawQr(text) {
	const code = generate(text);
	return { path: toSvgPath(code), size: code.size };
}

/** @param {{text: string, label: string}} props label: for who can't see it */
export function QrCode({ text, label }) {
	const { path, size } = useMemo(() => drawQr(text), [text]);
	const whole = size + 2 * MARGIN;
	return (
		<svg class="qr" viewBox={`${-MARGIN} ${-MARGIN} ${whole} ${whole}`} role="img" aria-label={label}>
			<rect x={-MARGIN} y={-MARGIN} width={whole} height={whole} fill="#fff" />
			<path d={path} fill="#000" />
		</svg>
	);
}
