// From the answer that is shown to what happens then: watches the answer while the project has actions that are on, and has them
// performed. What performs them is loaded with the first one.

import { effect } from "@preact/signals";
import { Trigger } from "../actions/trigger.js";
import { UNKNOWN_KEY } from "../contract/actions.js";
import { asProblem } from "../contract/problem.js";
import { isInformative } from "../state/informative.js";
import { loadOnce } from "./load-once.js";

export class ActionRunner {
	/** @type {() => Promise<import("../actions/performers.js").Performers>} */
	performers;
	#state;
	#trigger;
	#project = "";
	/** When each action happened last: milliseconds, by label and place. @type {Map<string, number>} */
	#happenedAt = new Map();
	#stopWatching;
	#forgetPerformers;
	/** @type {import("../actions/performers.js").Performers|null} */
	#loaded = null;

	/**
	 * @param {object} options
	 * @param {import("../state/state.js").State} options.state
	 * @param {import("./workspace.js").Workspace} options.workspace
	 * @param {(error: unknown) => void} options.onError
	 * @param {() => number} [options.now] milliseconds
	 */
	constructor({ state, workspace, onError, now = () => performance.now() }) {
		this.#state = state;
		const { get, forget } = loadOnce(async () => {
			const { Performers } = await import("../actions/performers.js");
			this.#loaded = new Performers({ state, workspace });
			return this.#loaded;
		}, onError);
		this.performers = get;
		this.#forgetPerformers = forget;
		this.#trigger = new Trigger({
			onWin: (key) => void this.#win(key, now()).catch((error) => onError(asProblem(error))),
			onEnd: (key) => this.#loaded?.end(key),
		});
		this.#stopWatching = effect(() => this.#watch());
	}

	/** Lets devices go, which another tab may want. The next action takes them again. */
	pause() {
		this.#trigger.reset();
		this.#loaded?.close();
		this.#loaded = null;
		this.#forgetPerformers();
	}

	close() {
		this.#stopWatching();
		this.pause();
	}

	/** Runs at every answer while actions are on: it has to be quick. */
	#watch() {
		const { actions, actionsSwitch, answer, project } = this.#state;
		if (project.value.id !== this.#project) {
			this.#project = project.value.id;
			this.#trigger.reset();
			this.#happenedAt.clear();
		}
		if (actionsSwitch.value !== "on" || actions.value.size === 0) this.#trigger.reset();
		else this.#trigger.see(this.#keyOf(answer.value));
	}

	/** @param {import("../state/state.js").ShownAnswer|null} answer */
	#keyOf(answer) {
		if (answer === null || !isInformative(this.#state.classes.peek())) return null;
		if (answer.certainty === "unknown") return UNKNOWN_KEY;
		return answer.certainty === "sure" ? answer.label : null;
	}

	/**
	 * @param {string} key
	 * @param {number} nowMs
	 */
	async #win(key, nowMs) {
		this.#forgetLast(key);
		const answer = this.#state.answer.peek();
		const actions = (this.#state.actions.peek().get(key) ?? []).filter(({ cooldown }, i) => {
			const name = `${i} ${key}`;
			const isCooling = nowMs - (this.#happenedAt.get(name) ?? -Infinity) < 1000 * cooldown;
			if (!isCooling) this.#happenedAt.set(name, nowMs);
			return !isCooling;
		});
		if (actions.length === 0 || answer === null) return;
		const performers = await this.performers();
		const share = key === UNKNOWN_KEY ? answer.unknownShare : (answer.confidences[key] ?? 0);
		await Promise.all(actions.map((action) => this.#perform(performers, action, { label: key, share })));
	}

	/**
	 * @param {import("../actions/performers.js").Performers} performers
	 * @param {import("../contract/actions.js").Action} action
	 * @param {import("../actions/performers.js").Win} win
	 */
	async #perform(performers, action, win) {
		try {
			await performers.perform(action, win);
		} finally {
			// Its part, its file or a permission came when the win was over: nothing else would end it.
			const { winner } = this.#trigger;
			if (winner !== win.label) performers.end(win.label);
			if (winner !== null) this.#forgetLast(winner);
		}
	}

	/**
	 * What another class did is not said beside this one's answer.
	 * @param {string} winner
	 */
	#forgetLast(winner) {
		const { lastAction } = this.#state;
		if (lastAction.peek()?.label !== winner) lastAction.value = null;
	}
}
