// Tells the room what this device sees, for programs that listen: each change of the answer, while the person allows it and the
// project is in a room. Nothing is told again after a gap: what counts is what is seen now.

import { effect } from "@preact/signals";
import { isInformative } from "../state/informative.js";

/** At most four a second: the server takes a few more. */
const GAP_MS = 250;

export class AnswerTeller {
	#request;
	#classes;
	/** What the room was told last. */
	#told = "";
	/** What it is to be told. @type {{label: string|null, certainty: string, share: number}|null} */
	#next = null;
	#waitUntil = 0;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;
	#stopWatching;

	/**
	 * @param {object} options
	 * @param {Pick<import("../state/state.js").State, "isTellingAnswers"|"answer"|"classes"|"project"|"engine">} options.state
	 * @param {(event: string, data: Record<string, unknown>) => Promise<void>} options.request
	 */
	constructor({ state, request }) {
		this.#request = request;
		this.#classes = state.classes;
		this.#stopWatching = effect(() => {
			const { isTellingAnswers, project, engine, answer } = state;
			const isTelling = isTellingAnswers.value && project.value.room !== null && engine.value.connected;
			if (isTelling) this.#see(answer.value);
			else this.#forget();
		});
	}

	close() {
		this.#stopWatching();
		this.#forget();
	}

	/** @param {import("../state/state.js").ShownAnswer|null} answer */
	#see(answer) {
		if (answer === null || !isInformative(this.#classes.peek())) return;
		const { certainty, unknownShare, confidences } = answer;
		const label = certainty === "unknown" ? null : answer.label;
		const name = `${certainty} ${label}`;
		if (name === this.#told) {
			this.#next = null;
			return;
		}
		this.#next = { label, certainty, share: label === null ? unknownShare : (confidences[label] ?? 0) };
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#tell(name), Math.max(0, this.#waitUntil - performance.now()));
	}

	/** @param {string} name */
	#tell(name) {
		if (!this.#next) return;
		this.#told = name;
		this.#waitUntil = performance.now() + GAP_MS;
		// One that is lost is soon followed by another.
		this.#request("tellAnswer", this.#next).catch(() => {});
		this.#next = null;
	}

	#forget() {
		clearTimeout(this.#timer);
		this.#next = null;
		this.#told = "";
	}
}
