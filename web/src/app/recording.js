// Hold to record, from press to release. A hold that comes too early starts the camera, waits until camera and model are ready,
// and records then, if it lasts. app/session.js owns it; project/recorder.js records.

import { effect } from "@preact/signals";
import { cameraProblem } from "../capture/camera-problem.js";
import { problem } from "../contract/problem.js";

export class Recording {
	#state;
	#camera;
	#recorder;
	#stopFollowing;

	/**
	 * @param {object} options
	 * @param {Pick<import("../state/state.js").State, "camera"|"model"|"problem"|"waitingToRecord">} options.state
	 * @param {Pick<import("../capture/camera.js").Camera, "start"|"resume">} options.camera
	 * @param {Pick<import("../project/recorder.js").Recorder, "label"|"start"|"stop">} options.recorder
	 * @example
	 * recording.start("cat"); // asks for the camera, if it is off
	 * recording.stop();
	 */
	constructor({ state, camera, recorder }) {
		this.#state = state;
		this.#camera = camera;
		this.#recorder = recorder;
		this.#stopFollowing = effect(() => this.#follow());
	}

	/**
	 * @param {string} label
	 * @returns {boolean} false: another hold goes on
	 */
	start(label) {
		const { camera, waitingToRecord } = this.#state;
		if (waitingToRecord.value !== null || this.#recorder.label !== null) return false;
		const phase = camera.value.state;
		if (phase === "paused") this.#camera.resume();
		// Before the label is set: the reason why there was no camera earlier is none now.
		else if (phase !== "on" && phase !== "asking") void this.#camera.start();
		waitingToRecord.value = label;
		return true;
	}

	stop() {
		this.#state.waitingToRecord.value = null;
		this.#recorder.stop();
	}

	/**
	 * A class got another name.
	 * @param {string} from
	 * @param {string} to
	 */
	renamed(from, to) {
		const { waitingToRecord } = this.#state;
		if (waitingToRecord.value === from) waitingToRecord.value = to;
	}

	/**
	 * A class was cleared.
	 * @param {string} label
	 */
	cleared(label) {
		const { waitingToRecord } = this.#state;
		if (waitingToRecord.value === label) waitingToRecord.value = null;
	}

	close() {
		this.#stopFollowing();
		this.stop();
	}

	#follow() {
		const { camera, model, waitingToRecord, problem: shown } = this.#state;
		const { state: phase, interrupted } = camera.value;
		const { state: modelPhase, error } = model.value;
		const label = waitingToRecord.value;
		const failure = cameraProblem(phase);
		if (label === null) {
			// The camera was switched off, or was lost, in the middle of a hold.
			if (this.#recorder.label === null || (phase !== "off" && !failure)) return;
			this.#recorder.stop();
			shown.value = failure ?? problem("cameraOff").toJSON();
		} else if (failure || modelPhase === "failed") {
			waitingToRecord.value = null;
			shown.value = failure ?? error ?? problem("notReadyYet").toJSON();
		} else if (phase === "on" && !interrupted && modelPhase === "ready") {
			waitingToRecord.value = null;
			this.#recorder.start(label);
		}
	}
}
