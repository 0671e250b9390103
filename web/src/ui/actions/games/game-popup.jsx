// A small game that the classes play: an action presses a key. The arrow keys play it, too. It waits while the page is hidden.

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n/words.js";
import { useSession } from "../../context/session-context.js";
import { Popup } from "../../widgets/popup.jsx";
import { openGame } from "../actions-state.js";
import { drawPong, drawSnake, openSurface } from "./draw.js";
import { newPong, pressPong, stepPong } from "./pong.js";
import { newSnake, pressSnake, stepSnake } from "./snake.js";
import "../../../style/actions/game.css";

/** @typedef {import("./pong.js").Key} Key */

const GAMES = /** @type {const} */ ({
	pong: { start: newPong, press: pressPong, step: stepPong, draw: drawPong },
	snake: { start: newSnake, press: pressSnake, step: stepSnake, draw: drawSnake },
});
/** @type {Record<string, Key>} */
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
/** After a pause, the game goes on where it was. */
const MOST_SECONDS = 0.05;

/** @param {{game: "pong"|"snake", anchor: HTMLElement}} props */
export function GamePopup({ game, anchor }) {
	const session = useSession();
	const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null));
	const press = useRef((/** @type {Key} */ _key) => {});
	const [round, setRound] = useState(0);
	const [score, setScore] = useState(0);
	const [isOver, setIsOver] = useState(true);
	const pressed = session.pressedKey.value;
	useEffect(() => {
		if (pressed) press.current(/** @type {Key} */ (pressed.key));
	}, [pressed?.n]);
	useEffect(() => {
		if (round === 0) return;
		/** @type {any} */
		const rules = GAMES[game];
		let state = rules.start();
		let last = performance.now();
		let frame = 0;
		press.current = (key) => {
			state = rules.press(state, key);
		};
		setScore(0);
		setIsOver(false);
		const draw = (/** @type {number} */ now) => {
			state = rules.step(state, Math.min(MOST_SECONDS, (now - last) / 1000));
			last = now;
			const surface = canvas.current && openSurface(canvas.current);
			if (surface) rules.draw(surface, state);
			setScore(state.score);
			if (state.isOver) setIsOver(true);
			else frame = requestAnimationFrame(draw);
		};
		frame = requestAnimationFrame(draw);
		return () => cancelAnimationFrame(frame);
	}, [round, game]);
	/** @param {KeyboardEvent} event */
	const onKey = (event) => {
		const key = ARROWS[event.key];
		if (!key || isOver) return;
		event.preventDefault();
		if (!event.repeat) press.current(key);
	};
	return (
		<Popup
			anchor={anchor}
			title={t(`game.${game}`)}
			wide
			onClose={() => {
				openGame.value = null;
				anchor.focus();
			}}
		>
			{/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys play wherever the focus is in it */}
			<div class="game" onKeyDown={onKey}>
				<canvas ref={canvas} width={560} height={400} role="img" aria-label={t(`game.${game}`)} data-over={isOver} />
				<p role="status">{t(isOver && round > 0 ? "game.over" : "game.score", { score })}</p>
				<p class="soft">{t("game.hint")}</p>
				<button type="button" class="primary" onClick={() => setRound(round + 1)}>
					{t("game.start")}
				</button>
			</div>
		</Popup>
	);
}
