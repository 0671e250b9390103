// Plays a note on a MIDI instrument while its class wins.

import { problem } from "../../contract/problem.js";
import { openDevice, showDevice } from "./device.js";

const NOTE_ON = 0x90;
const NOTE_OFF = 0x80;
const VELOCITY = 100;

export class Midi {
	#state;
	/** @type {MIDIAccess|null} */
	#access = null;
	/** Notes that sound, as [channel, note], by label. @type {Map<string, [number, number][]>} */
	#sounding = new Map();

	/** @param {import("../../state/state.js").State} state */
	constructor(state) {
		this.#state = state;
	}

	async connect() {
		if (!navigator.requestMIDIAccess) throw problem("noMidi");
		await openDevice({ state: this.#state, name: "midi" }, async () => {
			const access = await navigator.requestMIDIAccess();
			this.#access?.removeEventListener("statechange", this.#onChange);
			this.#access = access;
			this.#listOutputs();
			access.addEventListener("statechange", this.#onChange);
			if (!this.#output) throw problem("notConnected", { came: "MIDI" });
		});
	}

	/** @param {import("../performance.js").Performance} performance */
	async perform({ action: { note = 0, channel = 1 }, win: { label } }) {
		if (!this.#access) await this.connect();
		const output = this.#output;
		if (!output) throw problem("notConnected", { came: "MIDI" });
		output.send([NOTE_ON + channel - 1, note, VELOCITY]);
		this.#sounding.set(label, [...(this.#sounding.get(label) ?? []), [channel, note]]);
	}

	/** @param {string} label */
	end(label) {
		for (const [channel, note] of this.#sounding.get(label) ?? []) {
			this.#output?.send([NOTE_OFF + channel - 1, note, 0]);
		}
		this.#sounding.delete(label);
	}

	close() {
		for (const label of [...this.#sounding.keys()]) this.end(label);
		this.#access?.removeEventListener("statechange", this.#onChange);
	}

	#onChange = () => {
		this.#listOutputs();
		showDevice(this.#state, "midi", this.#output ? "on" : "lost");
	};

	#listOutputs() {
		const outputs = Array.from(this.#access?.outputs.values() ?? [], ({ id, name }) => ({ id, name: name ?? id }));
		this.#state.midiOutputs.value = { ...this.#state.midiOutputs.value, outputs };
	}

	/** The chosen one, or the first. */
	get #output() {
		const outputs = [...(this.#access?.outputs.values() ?? [])].filter(({ state }) => state === "connected");
		const { chosen } = this.#state.midiOutputs.value;
		return outputs.find(({ id }) => id === chosen) ?? outputs[0] ?? null;
	}
}
