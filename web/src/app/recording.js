// A recording, from press to release or from tap to limit. One that comes too early starts the camera, waits until camera and model
// are ready, counts down where that is wanted, and records then, if it lasts. app/session.js owns it; project/recorder.js records.

import { batch, effect } from "@preact/signals";
import { cameraProblem } from "../capture/camera-problem.js";
import { problem } from "../contract/problem.js";

/**
 * @typedef {import("../project/recorder.js").Pace & {way?: import("../state/state.js").RecordingWay, countdownSeconds?: number}} RecordingPlan
 *   without a way: a hold
 */

const SECOND_MS = 1000;

/**
 * @param {import("../state/state.js").PhoneState|null} phone
 * @returns {boolean} whether another device is the camera: it embeds what it sees, and a recording waits for it
 */
const isFar = (phone) => phone !== null && phone.state !== "waiting";

export class Recording {
	#state;
	#camera;
	#recorder;
	#stopFollowing;
	/** @type {RecordingPlan} */
	#plan = {};
	/** Until the countdown's next second. @type {ReturnType<typeof setTimeout>|undefined} */
	#timer;

	/**
	 * @param {object} options
	 * @param {Pick<import("../state/state.js").State,
	 *   "camera"|"model"|"phone"|"problem"|"waitingToRecord"|"recording"|"recordingWay"|"countdown">} options.state
	 * @param {Pick<import("../capture/camera.js").Camera, "start"|"resume">} options.camera
	 * @param {Pick<import("../project/recorder.js").Recorder, "label"|"start"|"stop"|"cancel">} options.recorder its signal is `state.recording`
	 * @example
	 * recording.start("cat"); // asks for the camera, if it is off
	 * recording.stop();
	 * recording.start("cat", { way: "burst", countdownSeconds: 3, pictures: 20, everyMs: 250 }); // ends by itself
	 */
	constructor({ state, camera, recorder }) {
		this.#state = state;
		this.#camera = camera;
		this.#recorder = recorder;
		this.#stopFollowing = effect(() => this.#follow());
	}

	/**
	 * @param {string} label
	 * @param {RecordingPlan} [plan]
	 * @returns {boolean} false: another recording goes on
	 */
	start(label, plan = {}) {
		const { camera, waitingToRecord, countdown, recordingWay } = this.#state;
		if (waitingToRecord.value !== null || countdown.value !== null || this.#recorder.label !== null) return false;
		const phase = camera.value.state;
		const { phone } = this.#state;
		if (isFar(phone.value)) {
			if (phone.value?.state === "paused") phone.value = { ...phone.value, state: "on" };
		} else if (phase === "paused") this.#camera.resume();
		else if (phase !== "on" && phase !== "asking") {
			// One that comes now, from before a reload, would take over in the middle of the recording.
			phone.value = null;
			// Before the label is set: the reason why there was no camera earlier is none now.
			void this.#camera.start();
		}
		this.#plan = plan;
		batch(() => {
			recordingWay.value = plan.way ?? "hold";
			waitingToRecord.value = label;
		});
		return true;
	}

	stop() {
		this.#stopCountdown();
		this.#state.waitingToRecord.value = null;
		this.#recorder.stop();
	}

	/** Stops, and takes no frame for a tap either: nobody waits for it any more. */
	cancel() {
		this.stop();
		this.#recorder.cancel();
	}

	/**
	 * A class got another name.
	 * @param {string} from
	 * @param {string} to
	 */
	renamed(from, to) {
		const { waitingToRecord, countdown } = this.#state;
		if (waitingToRecord.value === from) waitingToRecord.value = to;
		if (countdown.value?.label === from) countdown.value = { ...countdown.value, label: to };
	}

	/**
	 * A class was cleared.
	 * @param {string} label
	 */
	cleared(label) {
		const { waitingToRecord, countdown } = this.#state;
		if (waitingToRecord.value === label) waitingToRecord.value = null;
		if (countdown.value?.label === label) this.#stopCountdown();
	}

	close() {
		this.#stopFollowing();
		this.stop();
	}

	#follow() {
		const { camera, model, waitingToRecord, problem: shown, recording, recordingWay, countdown } = this.#state;
		const { state: phase, interrupted } = camera.value;
		const { state: modelPhase, error } = model.value;
		const label = waitingToRecord.value;
		const phone = this.#state.phone.value;
		const failure = isFar(phone) ? null : cameraProblem(phase);
		const isSeeing = isFar(phone) ? phone?.state === "on" : phase === "on" && !interrupted && modelPhase === "ready";
		if (label === null) {
			const isCounting = countdown.value !== null;
			if (recording.value === null && !isCounting) recordingWay.value = null;
			// A tap that another device sent no frame for would take one whenever that is back.
			if (phone?.state === "lost" && this.#recorder.label === null) this.#recorder.cancel();
			// The camera was switched off, or was lost, in the middle of a recording.
			if ((this.#recorder.label === null && !isCounting) || isFar(phone) || (phase !== "off" && !failure)) return;
			this.#stopCountdown();
			// A tap that the camera brought no frame for would take one whenever the camera is on again.
			this.#recorder.cancel();
			shown.value = failure ?? problem("cameraOff").toJSON();
		} else if (failure || (modelPhase === "failed" && !isFar(phone))) {
			waitingToRecord.value = null;
			shown.value = failure ?? error ?? problem("notReadyYet").toJSON();
		} else if (isSeeing) {
			// As one change: in between, nothing would seem to go on.
			batch(() => {
				waitingToRecord.value = null;
				const { countdownSeconds = 0 } = this.#plan;
				if (countdownSeconds > 0) this.#count(label, countdownSeconds);
				else this.#recorder.start(label, this.#plan);
			});
		}
	}

	/**
	 * @param {string} label
	 * @param {number} left seconds
	 */
	#count(label, left) {
		this.#state.countdown.value = { label, left };
		this.#timer = setTimeout(() => {
			const { countdown } = this.#state;
			// It may have got another name meanwhile.
			const name = countdown.value?.label ?? label;
			if (left > 1) return this.#count(name, left - 1);
			batch(() => {
				countdown.value = null;
				this.#recorder.start(name, this.#plan);
			});
		}, SECOND_MS);
	}

	#stopCountdown() {
		clearTimeout(this.#timer);
		this.#state.countdown.value = null;
	}
}
