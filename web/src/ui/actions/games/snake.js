// Snake: the rules, without a picture. The field is a grid, and has no walls: who leaves it comes in on the other side.

/** @typedef {{x: number, y: number}} Cell */
/** @typedef {import("./pong.js").Key} Key */
/** @typedef {{body: Cell[], heading: Cell, next: Cell, food: Cell, score: number, isOver: boolean, waited: number}} SnakeState body: head first; waited: seconds */

export const COLUMNS = 14;
export const ROWS = 10;
/** A class takes half a second to win: the snake leaves time for that. */
const CELL_SECONDS = 0.42;
/** @type {Record<string, Cell>} */
const HEADINGS = { up: { x: 0, y: -1 }, down: { x: 0, y: 1 }, left: { x: -1, y: 0 }, right: { x: 1, y: 0 } };

/** @param {() => number} [random] 0..1 @returns {SnakeState} */
export function newSnake(random = Math.random) {
	const body = [4, 3, 2].map((x) => ({ x, y: 5 }));
	const heading = HEADINGS.right;
	return { body, heading, next: heading, food: freeCell(body, random), score: 0, isOver: false, waited: 0 };
}

/**
 * @param {SnakeState} state
 * @param {Key} key
 * @returns {SnakeState} it never turns back into itself
 */
export function pressSnake(state, key) {
	const next = key && HEADINGS[key];
	if (!next || (next.x === -state.heading.x && next.y === -state.heading.y)) return state;
	return { ...state, next };
}

/**
 * @param {SnakeState} state
 * @param {number} seconds since the last step
 * @param {() => number} [random] 0..1
 * @returns {SnakeState}
 * @example
 * stepSnake(newSnake(), 0.016);
 */
export function stepSnake(state, seconds, random = Math.random) {
	const waited = state.waited + seconds;
	if (state.isOver || waited < CELL_SECONDS) return { ...state, waited };
	const { body, next, food } = state;
	const head = { x: (body[0].x + next.x + COLUMNS) % COLUMNS, y: (body[0].y + next.y + ROWS) % ROWS };
	const ate = isSame(head, food);
	const rest = ate ? body : body.slice(0, -1);
	const moved = { ...state, heading: next, waited: 0 };
	if (rest.some((cell) => isSame(cell, head))) return { ...moved, isOver: true };
	const grown = [head, ...rest];
	if (!ate) return { ...moved, body: grown };
	const isFull = grown.length === COLUMNS * ROWS;
	return {
		...{ ...moved, body: grown, score: state.score + 1, isOver: isFull },
		food: isFull ? food : freeCell(grown, random),
	};
}

/** @param {Cell} a @param {Cell} b */
const isSame = (a, b) => a.x === b.x && a.y === b.y;

/** @param {Cell[]} body @param {() => number} random */
function freeCell(body, random) {
	const cells = Array.from({ length: COLUMNS * ROWS }, (_, i) => ({ x: i % COLUMNS, y: Math.floor(i / COLUMNS) }));
	const free = cells.filter((cell) => !body.some((each) => isSame(each, cell)));
	return free[Math.floor(random() * free.length)];
}
