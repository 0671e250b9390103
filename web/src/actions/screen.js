// Shows a picture or a text over the page for as long as its class wins.

import { problem } from "../contract/problem.js";

export class Screen {
	#shown;
	#label = "";
	/** @type {string|null} */
	#url = null;

	/** @param {import("../state/state.js").State} state */
	constructor({ shownAction }) {
		this.#shown = shownAction;
	}

	/** @param {import("./performance.js").Performance} performance */
	async perform({ action, win, fill, file }) {
		const picture = await file();
		if (action.kind === "picture" && !picture) throw problem("actionFileGone");
		this.#label = win.label;
		this.#show({ text: fill(true), url: picture && URL.createObjectURL(picture) });
	}

	/** @param {string} label */
	end(label) {
		if (label === this.#label) this.#show(null);
	}

	close() {
		this.#show(null);
	}

	/** @param {import("../state/state.js").ShownAction|null} next */
	#show(next) {
		this.#shown.value = next;
		if (this.#url) URL.revokeObjectURL(this.#url);
		this.#url = next?.url ?? null;
	}
}
