// When the coach looks, and what was put away: between the recordings, not during one, and off the path of any
// answer. Sets the `advice` signal; advice-selector.js decides what it says.

import { computed, effect } from "@preact/signals";
import { advise, identity } from "./advice-selector.js";
import { Backgrounds } from "./backgrounds.js";

/**
 * @typedef {import("../state/state.js").Advice} Advice
 * @typedef {import("./advice-selector.js").Dismissed} Dismissed
 */

/** So long nothing may have changed: advice that changes under one's hands is no help. */
const QUIET_MS = 500;
/** Put away longer ago than so many others, advice may be given again. */
const REMEMBERED = 50;

export class Advisor {
	#options;
	#backgrounds;
	/** @type {Dismissed[]} */
	#dismissed = [];
	/** @type {ReadonlyMap<string, Uint8ClampedArray>|null} */
	#squares = null;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;
	/** What is under way; aborted when something changes. */
	#looking = new AbortController();
	/** Before they are known, what was put away would flash up. @type {Promise<void>} */
	#remembered;
	#stop;

	/**
	 * @param {object} options
	 * @param {Pick<import("../state/state.js").State, "classes"|"test"|"recording"|"advice">} options.state
	 * @param {() => import("./advice-rules.js").Nearest|null} options.nearest the newest there is; null: not measured yet
	 * @param {(id: string) => Blob|null} options.thumbnailOf
	 * @param {Pick<import("../project/store.js").Store, "preference"|"setPreference">|null} options.store null: keeps nothing
	 * @param {string} options.project its id: what is put away is put away there
	 */
	constructor(options) {
		this.#options = options;
		this.#backgrounds = new Backgrounds(options.thumbnailOf);
		this.#remembered = this.#remember();
		const { classes, test, recording } = options.state;
		const evaluation = computed(() => test.value.evaluation);
		this.#stop = effect(() => {
			void classes.value;
			void evaluation.value;
			this.#rest();
			if (recording.value === null) this.#timer = setTimeout(() => this.#look(), QUIET_MS);
		});
	}

	/**
	 * Until it is about other classes, or about twice as many examples.
	 * @param {Advice} advice
	 */
	dismiss({ key, labels, count }) {
		const others = this.#dismissed.filter((old) => identity(old) !== identity({ key, labels }));
		this.#dismissed = [...others, { key, labels, count }].slice(-REMEMBERED);
		this.#options.store?.setPreference(this.#place, this.#dismissed);
		this.#say();
	}

	close() {
		this.#stop();
		this.#rest();
	}

	/** Where the store keeps what was put away. */
	get #place() {
		return `dismissedAdvice:${this.#options.project}`;
	}

	async #remember() {
		const kept = await this.#options.store?.preference(this.#place).catch(() => null);
		if (Array.isArray(kept)) this.#dismissed = [...kept, ...this.#dismissed];
	}

	#rest() {
		clearTimeout(this.#timer);
		this.#looking.abort();
	}

	async #look() {
		const looking = new AbortController();
		this.#looking = looking;
		await this.#remembered;
		if (looking.signal.aborted) return;
		this.#say();
		const classes = this.#options.state.classes.peek();
		const squares = await this.#backgrounds.squares(
			classes.map(({ examples }) => ({ ids: examples.map(({ id }) => id) })),
			looking.signal,
		);
		if (looking.signal.aborted) return;
		this.#squares = squares;
		this.#say();
	}

	#say() {
		const { state, nearest } = this.#options;
		const shown = state.advice.peek();
		const taught = {
			classes: state.classes.peek(),
			evaluation: state.test.peek().evaluation,
			nearest: nearest(),
			squares: this.#squares,
		};
		const advice = advise(taught, { shown, dismissed: this.#dismissed });
		if (JSON.stringify(advice) !== JSON.stringify(shown)) state.advice.value = advice;
	}
}
