// Counts how often a class has won.

export class Tally {
	#tally;

	/** @param {import("../state/state.js").State} state */
	constructor({ tally }) {
		this.#tally = tally;
	}

	/** @param {import("./performance.js").Performance} performance */
	async perform({ win: { label } }) {
		const counts = this.#tally.value;
		this.#tally.value = new Map([...counts, [label, (counts.get(label) ?? 0) + 1]]);
	}
}
