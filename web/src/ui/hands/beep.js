// The beeps of a countdown, where the person wants them.

const BEEP_SECONDS = 0.12;
const LOW_HZ = 660;
const HIGH_HZ = 990;
const LOUDNESS = 0.15;

/** Made with the first beep: browsers allow it only after a click or a key. @type {AudioContext|null} */
let audio = null;

/** @param {boolean} isLast the recording begins now */
export function beep(isLast) {
	audio ??= new AudioContext();
	const tone = new OscillatorNode(audio, { frequency: isLast ? HIGH_HZ : LOW_HZ });
	const volume = new GainNode(audio, { gain: LOUDNESS });
	tone.connect(volume).connect(audio.destination);
	tone.start();
	tone.stop(audio.currentTime + BEEP_SECONDS);
}
