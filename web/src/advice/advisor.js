// When advice is worked out, and which advice was dismissed. It is worked out after a while without a change, not during a
// recording, and no answer waits for it. It sets the `advice` signal; advice-selector.js decides what to advise. insights.js
// owns one.

import { computed, effect } from "@preact/signals";
import { adviceKey, advise } from "./advice-selector.js";
import { Backgrounds } from "./backgrounds.js";

/**
 * @typedef {import("../state/state.js").Advice} Advice
 * @typedef {import("./advice-selector.js").Dismissed} Dismissed
 */

/** Advice is worked out after this long without a change, so that it does not change while a person works. */
const QUIET_MS = 500;
/** How many dismissals are remembered; older ones may be advised again. */
const MAX_DISMISSED = 50;

export class Advisor {
	#options;
	#backgrounds;
	/** @type {Dismissed[]} */
	#dismissed = [];
	/** @type {ReadonlyMap<string, Uint8ClampedArray>|null} */
	#squares = null;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;
	/** Aborts the work under way when something changes. */
	#work = new AbortController();
	/** Resolves when the dismissals are read: before, dismissed advice would flash up. @type {Promise<void>} */
	#restored;
	#stop;

	/**
	 * @param {object} options
	 * @param {Pick<import("../state/state.js").State, "classes"|"test"|"recording"|"advice">} options.state
	 * @param {() => import("../evaluation/nearest.js").Nearest|null} options.nearest the newest; null: not measured yet
	 * @param {(id: string) => Blob|null} options.thumbnailOf
	 * @param {Pick<import("../project/store.js").Store, "preference"|"setPreference">|null} options.store null: dismissals are not
	 *   kept
	 * @param {string} options.project the project's id: dismissals are kept for each project
	 */
	constructor(options) {
		this.#options = options;
		this.#backgrounds = new Backgrounds(options.thumbnailOf);
		this.#restored = this.#restore();
		const { classes, test, recording } = options.state;
		const evaluation = computed(() => test.value.evaluation);
		this.#stop = effect(() => {
			void classes.value;
			void evaluation.value;
			this.#cancel();
			if (recording.value === null) this.#timer = setTimeout(() => this.#run(), QUIET_MS);
		});
	}

	/**
	 * Dismisses advice, until it concerns other classes or twice as many examples.
	 * @param {Advice} advice
	 */
	dismiss({ key, labels, count }) {
		const others = this.#dismissed.filter((old) => adviceKey(old) !== adviceKey({ key, labels }));
		this.#dismissed = [...others, { key, labels, count }].slice(-MAX_DISMISSED);
		this.#options.store?.setPreference(this.#preferenceKey, this.#dismissed);
		this.#update();
	}

	close() {
		this.#stop();
		this.#cancel();
	}

	/** The store's key for the dismissals. */
	get #preferenceKey() {
		return `dismissedAdvice:${this.#options.project}`;
	}

	async #restore() {
		const stored = await this.#options.store?.preference(this.#preferenceKey).catch(() => null);
		if (Array.isArray(stored)) this.#dismissed = [...stored, ...this.#dismissed];
	}

	#cancel() {
		clearTimeout(this.#timer);
		this.#work.abort();
	}

	async #run() {
		const work = new AbortController();
		this.#work = work;
		await this.#restored;
		if (work.signal.aborted) return;
		this.#update();
		const classes = votingClasses(this.#options.state.classes.peek());
		const squares = await this.#backgrounds.squares(
			classes.map(({ examples }) => ({ ids: examples.map(({ id }) => id) })),
			work.signal,
		);
		if (work.signal.aborted) return;
		this.#squares = squares;
		this.#update();
	}

	#update() {
		const { state, nearest } = this.#options;
		const shown = state.advice.peek();
		const input = {
			classes: votingClasses(state.classes.peek()),
			nearest: nearest(),
			squares: this.#squares,
		};
		const advice = advise(input, { shown, dismissed: this.#dismissed });
		if (JSON.stringify(advice) !== JSON.stringify(shown)) state.advice.value = advice;
	}
}

/**
 * A class that is switched off is not advised on.
 * @param {readonly import("../state/state.js").ClassView[]} classes
 */
const votingClasses = (classes) => classes.filter(({ isOff }) => !isOff);
