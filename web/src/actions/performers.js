// Makes actions happen: one module a kind, loaded when it is first needed. Loaded with the first action; app/action-runner.js
// owns one.

import limits from "../../../contract/limits.json" with { type: "json" };
import { fileKind } from "../contract/actions.js";
import { problem } from "../contract/problem.js";
import { readActionFile } from "../exchange/action-file.js";
import { newId } from "../knn/ids.js";
import { fillText } from "./fill-text.js";

/**
 * @typedef {import("../contract/actions.js").Action} Action
 * @typedef {import("../contract/actions.js").ActionKind} ActionKind
 */

/** @typedef {import("./performance.js").Performer} Performer */
/** @typedef {import("./performance.js").Win} Win */

/** @type {Record<ActionKind, (state: import("../state/state.js").State) => Promise<Performer>>} */
const LOADERS = {
	say: async () => new (await import("./speech.js")).Speech(),
	sound: async () => new (await import("./sounds.js")).Sounds(),
	picture: async (state) => new (await import("./screen.js")).Screen(state),
	text: async (state) => new (await import("./screen.js")).Screen(state),
	count: async (state) => new (await import("./tally.js")).Tally(state),
	serial: async (state) => new (await import("./devices/serial.js")).Serial(state),
	microbit: async (state) => new (await import("./devices/microbit.js")).Microbit(state),
	key: async (state) => new (await import("./game-keys.js")).GameKeys(state),
	midi: async (state) => new (await import("./devices/midi.js")).Midi(state),
	webhook: async () => new (await import("./webhook.js")).Webhook(),
};
/** These share one performer: what the one shows takes the other's place. */
const SAME = /** @type {Partial<Record<ActionKind, ActionKind>>} */ ({ text: "picture" });

/** So long is what a person tries shown. */
const TRIED_MS = 2500;

export class Performers {
	#state;
	#workspace;
	/** @type {Map<ActionKind, Promise<Performer>>} */
	#byKind = new Map();
	#happened = 0;
	/** What ends what is tried, by label. @type {Map<string, ReturnType<typeof setTimeout>>} */
	#trying = new Map();

	/**
	 * @param {object} parts
	 * @param {import("../state/state.js").State} parts.state
	 * @param {{store: import("../project/store.js").ProjectStore, replica: {project: {id: string}}}} parts.workspace
	 * @example
	 * await performers.perform({ kind: "say", text: "", cooldown: 0 }, { label: "cat", share: 1 });
	 */
	constructor({ state, workspace }) {
		this.#state = state;
		this.#workspace = workspace;
	}

	/**
	 * @param {Action} action
	 * @param {Win} win
	 * @throws {import("../contract/problem.js").Problem} why it did not happen
	 */
	async perform(action, win) {
		const performer = await this.#performer(action.kind);
		const fill = (/** @type {boolean} */ forPeople) => fillText(action.text ?? "", win, forPeople);
		await performer.perform({ action, win, fill, file: () => this.file(action.file ?? null) });
		this.#happened += 1;
		const text = "text" in action ? fill(true) : (action.sound ?? action.key ?? "");
		this.#state.lastAction.value = { kind: action.kind, label: win.label, text, n: this.#happened };
	}

	/**
	 * Has an action happen as if its class had won for a moment.
	 * @param {Action} action
	 * @param {string} label
	 * @throws {import("../contract/problem.js").Problem} why it did not happen
	 */
	async tryOut(action, label) {
		await this.perform(action, { label, share: 1 });
		clearTimeout(this.#trying.get(label));
		this.#trying.set(
			label,
			setTimeout(() => this.end(label), TRIED_MS),
		);
	}

	/** @param {string} label of a class that has not won any more */
	end(label) {
		for (const performer of this.#byKind.values()) void performer.then((each) => each.end?.(label)).catch(() => {});
	}

	/**
	 * Connects to a device that the person chooses. Only after a click.
	 * @param {"serial"|"microbit"|"midi"} kind
	 * @param {number} [baud] of a serial board
	 * @throws {import("../contract/problem.js").Problem} noSerial, noBluetooth, noMidi, deviceNotOpened
	 */
	async connect(kind, baud) {
		await (await this.#performer(kind)).connect?.(baud);
	}

	/**
	 * Keeps a sound or a picture with the project.
	 * @param {File} file untrusted
	 * @param {readonly string[]} kinds that it may be
	 * @returns {Promise<string>} its id
	 * @throws {import("../contract/problem.js").Problem} badActionFile
	 */
	async addFile(file, kinds) {
		const kind = fileKind(new Uint8Array(await file.slice(0, 12).arrayBuffer()));
		const megabytes = limits.actionFileBytes / 2 ** 20;
		/** @type {Blob} */
		let blob;
		try {
			if (kind === null || !kinds.includes(kind) || file.size > limits.actionFileBytes) throw new TypeError(file.type);
			// What a project's file could not have is refused now, not when the project is saved.
			blob = readActionFile(new Uint8Array(await file.arrayBuffer()), `0.${kind}`);
		} catch {
			throw problem("badActionFile", { came: file.name, expected: `${kinds.join(", ")}, ≤ ${megabytes} MB` });
		}
		const { store, replica } = this.#workspace;
		const { id: project } = replica.project;
		const id = newId();
		const value = { project, id, blob };
		store.write([{ store: "files", key: [project, id], value }]);
		return id;
	}

	/** @param {string|null} id @returns {Promise<Blob|null>} */
	async file(id) {
		if (id === null) return null;
		const { store, replica } = this.#workspace;
		return (await store.rows("files", replica.project.id)).find((row) => row.id === id)?.blob ?? null;
	}

	close() {
		this.#state.devices.value = { serial: "off", microbit: "off", midi: "off" };
		for (const performer of this.#byKind.values()) void performer.then((each) => each.close?.()).catch(() => {});
	}

	/** @param {ActionKind} kind */
	#performer(kind) {
		const name = SAME[kind] ?? kind;
		const known = this.#byKind.get(name);
		if (known) return known;
		const loading = LOADERS[name](this.#state).catch(() => {
			this.#byKind.delete(name);
			throw problem("partMissing");
		});
		this.#byKind.set(name, loading);
		return loading;
	}
}
