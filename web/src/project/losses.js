// What other members deleted of this browser's examples, and what the room did not take of them: gathered, so that a person is told once, and can bring it back.

import { signal } from "@preact/signals";

/**
 * @typedef {import("./bin.js").BinRow} BinRow
 * @typedef {import("../state/state.js").Loss} Loss
 */

/** An example that is moved leaves and comes back at once: only what stays away for so long was deleted. */
const SETTLE_MS = 800;

export class Losses {
	/** Rows that were not told yet. @type {{row: BinRow, isRefused: boolean}[]} */
	#rows = [];
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;
	#replica;
	#losses;

	/**
	 * @param {object} options
	 * @param {import("./replica.js").Replica} options.replica
	 * @param {import("@preact/signals").Signal<Loss[]>} [options.losses]
	 */
	constructor({ replica, losses = signal(/** @type {Loss[]} */ ([])) }) {
		this.#replica = replica;
		this.#losses = losses;
		replica.others.listener.lost = (rows, isRefused = false) => {
			for (const row of rows) this.#rows.push({ row, isRefused });
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#tell(), SETTLE_MS);
		};
		// What came back, or was deleted for good, is no loss any more.
		replica.bin.version.subscribe(() => this.#sift());
	}

	/** What was not answered yet. */
	get list() {
		return this.#losses.value;
	}

	/** The person has seen them. */
	dismiss() {
		this.#losses.value = [];
	}

	/** Another project is opened. */
	reset() {
		clearTimeout(this.#timer);
		this.#rows = [];
		this.dismiss();
	}

	#tell() {
		/** @type {Map<string, Loss>} */
		const losses = new Map(this.#losses.peek().map((loss) => [keyOf(loss), { ...loss, ids: [...loss.ids] }]));
		for (const { row, isRefused } of this.#rows) {
			const { id, label, by, ofClass } = row;
			const loss = { who: by?.name || null, label, isClass: ofClass !== null, isRefused, ids: [id] };
			const same = losses.get(keyOf(loss));
			if (same) same.ids.push(id);
			else losses.set(keyOf(loss), loss);
		}
		this.#rows = [];
		this.#losses.value = [...losses.values()];
		this.#sift();
	}

	#sift() {
		const before = this.#losses.peek();
		const after = before
			.map((loss) => ({ ...loss, ids: loss.ids.filter((id) => this.#replica.bin.has(id)) }))
			.filter(({ ids }) => ids.length > 0);
		const count = (/** @type {Loss[]} */ losses) => losses.reduce((sum, { ids }) => sum + ids.length, 0);
		if (count(after) !== count(before)) this.#losses.value = after;
	}
}

/** @param {Loss} loss */
const keyOf = ({ who, label, isClass, isRefused }) => JSON.stringify([who, label, isClass, isRefused]);
