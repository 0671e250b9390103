// Pong against a wall: the rules, without a picture. Lengths are shares of the field, 0..1.

/** @typedef {"up"|"down"|"left"|"right"|null} Key */
/** @typedef {{x: number, y: number, dx: number, dy: number, paddle: number, direction: -1|0|1, score: number, isOver: boolean}} PongState */

export const PADDLE = 0.26;
export const BALL = 0.03;
/** Where the paddle is, from the left. */
export const PADDLE_X = 0.04;
/** A second. A class takes half a second to win: the ball leaves time for that. */
const BALL_SPEED = 0.32;
const PADDLE_SPEED = 0.7;
const FASTER = 1.04;

/** @returns {PongState} */
export const newPong = () => ({
	...{ x: 0.5, y: 0.4, dx: BALL_SPEED, dy: BALL_SPEED * 0.6, paddle: 0.5, direction: 0, score: 0, isOver: false },
});

/**
 * @param {PongState} state
 * @param {Key} key left and right stop the paddle
 * @returns {PongState}
 */
export const pressPong = (state, key) => ({ ...state, direction: key === "up" ? -1 : key === "down" ? 1 : 0 });

/**
 * @param {PongState} state
 * @param {number} seconds since the last step, less than a tenth
 * @returns {PongState}
 * @example
 * stepPong(newPong(), 0.016);
 */
export function stepPong(state, seconds) {
	if (state.isOver) return state;
	const half = PADDLE / 2;
	const paddle = clamp(state.paddle + state.direction * PADDLE_SPEED * seconds, half, 1 - half);
	let { x, y, dx, dy, score } = state;
	x += dx * seconds;
	y += dy * seconds;
	if (y < BALL || y > 1 - BALL) dy = y < BALL ? Math.abs(dy) : -Math.abs(dy);
	if (x > 1 - BALL) dx = -Math.abs(dx);
	const isAtPaddle = dx < 0 && x <= PADDLE_X + BALL;
	if (isAtPaddle && Math.abs(y - paddle) <= half + BALL) {
		dx = Math.abs(dx) * FASTER;
		// From the paddle's edge it flies steeper.
		dy = BALL_SPEED * 1.2 * ((y - paddle) / half);
		score += 1;
	}
	return { ...state, x, y, dx, dy, paddle, score, isOver: x < 0 };
}

/** @param {number} value @param {number} least @param {number} most */
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
