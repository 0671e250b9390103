// Plays a sound: a built-in one, which is worked out here, or the person's own.

import { problem } from "../contract/problem.js";

/** @typedef {{frequency: number, at: number, seconds: number, level: number, type?: OscillatorType}} Tone frequency: hertz; at: seconds */
/** @typedef {{at: number, seconds: number, level: number, frequency: number}} Burst of noise around a frequency */

/** @type {Readonly<Record<string, {tones: Tone[], bursts?: Burst[]}>>} */
const SOUNDS = {
	bell: {
		tones: [1, 2, 2.76, 5.4].map((ratio, i) => ({
			frequency: 660 * ratio,
			at: 0,
			seconds: 1.6 / (i + 1),
			level: 0.5 / (i + 1),
		})),
	},
	chime: { tones: [523, 659, 784].map((frequency, i) => ({ frequency, at: i * 0.14, seconds: 0.6, level: 0.4 })) },
	buzzer: { tones: [110, 116].map((frequency) => ({ frequency, at: 0, seconds: 0.6, level: 0.25, type: "sawtooth" })) },
	drum: {
		tones: [{ frequency: 90, at: 0, seconds: 0.35, level: 0.9 }],
		bursts: [{ at: 0, seconds: 0.08, level: 0.4, frequency: 800 }],
	},
	clap: { tones: [], bursts: [0, 0.025, 0.05].map((at) => ({ at, seconds: 0.14, level: 0.6, frequency: 1500 })) },
};
/** As long as a browser may need to let it sound; one that waits for a click never does by itself. */
const RESUME_MS = 700;

export class Sounds {
	/** @type {AudioContext|null} */
	#context = null;
	/** What sounds now: a new sound takes its place. @type {AudioNode|null} */
	#output = null;

	/** @param {import("./performance.js").Performance} performance */
	async perform({ action, file }) {
		this.#context ??= new AudioContext();
		const context = this.#context;
		await resume(context);
		const own = await file();
		if (action.file && !own) throw problem("actionFileGone");
		this.#output?.disconnect();
		const output = context.createGain();
		output.connect(context.destination);
		this.#output = output;
		if (own) await playOwn(context, output, own);
		else playBuiltIn(context, output, action.sound ?? "bell");
	}

	close() {
		void this.#context?.close();
		this.#context = null;
	}
}

/** @param {AudioContext} context that a browser keeps silent until somebody has clicked */
async function resume(context) {
	if (context.state === "running") return;
	const late = new Promise((resolve) => setTimeout(resolve, RESUME_MS));
	await Promise.race([context.resume(), late]);
	if (/** @type {string} */ (context.state) !== "running") throw problem("soundBlocked");
}

/**
 * @param {AudioContext} context
 * @param {AudioNode} output
 * @param {Blob} file
 */
async function playOwn(context, output, file) {
	const source = context.createBufferSource();
	try {
		source.buffer = await context.decodeAudioData(await file.arrayBuffer());
	} catch {
		throw problem("badActionFile", { came: file.type, expected: "mp3, wav, ogg" });
	}
	source.connect(output);
	source.start();
}

/**
 * @param {AudioContext} context
 * @param {AudioNode} output
 * @param {string} name
 */
function playBuiltIn(context, output, name) {
	const { tones, bursts = [] } = SOUNDS[name] ?? SOUNDS.bell;
	for (const { frequency, at, seconds, level, type = "sine" } of tones) {
		const oscillator = context.createOscillator();
		oscillator.type = type;
		oscillator.frequency.value = frequency;
		oscillator.connect(fade(context, output, { at, seconds, level }));
		oscillator.start(context.currentTime + at);
		oscillator.stop(context.currentTime + at + seconds);
	}
	for (const { frequency, at, seconds, level } of bursts) {
		const source = context.createBufferSource();
		const buffer = context.createBuffer(1, Math.ceil(seconds * context.sampleRate), context.sampleRate);
		const samples = buffer.getChannelData(0);
		for (let i = 0; i < samples.length; i++) samples[i] = 2 * Math.random() - 1;
		source.buffer = buffer;
		const filter = new BiquadFilterNode(context, { type: "bandpass", frequency, Q: 0.8 });
		source.connect(filter).connect(fade(context, output, { at, seconds, level }));
		source.start(context.currentTime + at);
	}
}

/**
 * @param {AudioContext} context
 * @param {AudioNode} output
 * @param {{at: number, seconds: number, level: number}} shape
 */
function fade(context, output, { at, seconds, level }) {
	const gain = context.createGain();
	const from = context.currentTime + at;
	gain.gain.setValueAtTime(level, from);
	gain.gain.exponentialRampToValueAtTime(0.001, from + seconds);
	gain.connect(output);
	return gain;
}
