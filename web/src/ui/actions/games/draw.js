// Paints a game on a canvas: what moves in the ink's colour, what is to be caught in the accent's.

import { BALL, PADDLE, PADDLE_X } from "./pong.js";
import { COLUMNS, ROWS } from "./snake.js";

/** @typedef {{context: CanvasRenderingContext2D, width: number, height: number, ink: string, accent: string}} Surface */

/** @param {HTMLCanvasElement} canvas @returns {Surface|null} cleared */
export function openSurface(canvas) {
	const context = canvas.getContext("2d");
	if (!context) return null;
	const { width, height } = canvas;
	context.clearRect(0, 0, width, height);
	const style = getComputedStyle(canvas);
	return { context, width, height, ink: style.color, accent: style.getPropertyValue("--accent") || style.color };
}

/** @param {Surface} surface @param {import("./pong.js").PongState} state */
export function drawPong({ context, width, height, ink, accent }, { x, y, paddle }) {
	context.fillStyle = ink;
	context.fillRect(0, (paddle - PADDLE / 2) * height, PADDLE_X * width, PADDLE * height);
	context.fillStyle = accent;
	context.beginPath();
	context.arc(x * width, y * height, BALL * height, 0, 2 * Math.PI);
	context.fill();
}

/** @param {Surface} surface @param {import("./snake.js").SnakeState} state */
export function drawSnake({ context, width, height, ink, accent }, { body, food }) {
	const [w, h] = [width / COLUMNS, height / ROWS];
	context.fillStyle = ink;
	for (const { x, y } of body) context.fillRect(x * w + 1, y * h + 1, w - 2, h - 2);
	context.fillStyle = accent;
	context.beginPath();
	context.arc((food.x + 0.5) * w, (food.y + 0.5) * h, h / 2 - 2, 0, 2 * Math.PI);
	context.fill();
}
