// Presses a key in the game that is open.

export class GameKeys {
	#pressed;

	/** @param {import("../state/state.js").State} state */
	constructor({ pressedKey }) {
		this.#pressed = pressedKey;
	}

	/** @param {import("./performance.js").Performance} performance */
	async perform({ action: { key = "" } }) {
		this.#pressed.value = { key, n: (this.#pressed.value?.n ?? 0) + 1 };
	}
}
