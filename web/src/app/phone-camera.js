// Another device as this page's camera: asks for its frames, tells it what becomes of them, and hands the newest one to the frame
// path. Whatever sets `state.phone` to null ends it. Loaded when it is first wanted; app/session.js owns one.

import { effect } from "@preact/signals";
import { isInformative } from "../state/informative.js";
import { recallPhone, rememberPhone } from "./room/phone-key.js";
import { newSecret } from "./room/secrets.js";

/**
 * @typedef {object} CameraFrame what the room passes on
 * @property {string} camera names the device's connection
 * @property {ArrayBuffer} embedding little-endian float32, (d,)
 * @property {ArrayBuffer} [thumbnail] where the room shows pictures to all
 */

/** So often the device is told that somebody asks, also when nothing changes. */
const BEAT_MS = 1000;
/** Answers change with every frame: they are told less often. */
const GAP_MS = 250;
/** A device that sends nothing for so long is gone, until it sends again. */
const LOST_MS = 2500;
/** After so much silence of one, another device with the same key takes its place. */
const NEXT_MS = 1500;

export class PhoneCamera {
	#state;
	#request;
	#answerFrame;
	#forgetPicture;
	#stopCamera;
	#onError;
	#now;
	/** The room that it was invited to; null: there is no such device. @type {string|null} */
	#room = null;
	/** @type {string|null} */
	#source = null;
	#heardAt = 0;
	/** @type {Float32Array<ArrayBuffer>|null} */
	#newest = null;
	/** @type {Blob|null} */
	#newestPicture = null;
	#isBusy = false;
	#told = "";
	#toldAt = 0;
	#wasPaused = false;
	/** @type {ReturnType<typeof setInterval>|undefined} */
	#beat;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	#later;
	#stopFollowing;

	/**
	 * @param {object} options
	 * @param {import("../state/state.js").State} options.state sets `phone`
	 * @param {(event: string, data: Record<string, unknown>) => Promise<void>} options.request to the room
	 * @param {import("./frame-path.js").FramePath["answerRemote"]} options.answerFrame
	 * @param {() => void} options.forgetPicture nothing is seen any more
	 * @param {() => void} options.stopCamera this device's own: the other one takes its place
	 * @param {(error: unknown) => void} options.onError the next frame is tried all the same
	 * @param {() => number} [options.now] milliseconds
	 * @example
	 * const key = phoneCamera.invite(); // for a link, in a QR code
	 * phoneCamera.take(frame); // whatever the room announces
	 */
	constructor({ state, request, answerFrame, forgetPicture, stopCamera, onError, now = () => performance.now() }) {
		this.#state = state;
		this.#request = request;
		this.#answerFrame = answerFrame;
		this.#forgetPicture = forgetPicture;
		this.#stopCamera = stopCamera;
		this.#onError = onError;
		this.#now = now;
		document.addEventListener("visibilitychange", this.#onVisibilityChange);
		const stops = [
			effect(() => {
				const isOver = state.phone.value === null || state.project.value.room !== this.#room;
				if (isOver && this.#room !== null) this.#end();
			}),
			effect(() => this.#follow()),
			effect(() => {
				if (state.membership.value && !this.#mayShow) this.#hidePicture();
			}),
		];
		this.#stopFollowing = () => {
			for (const stop of stops) stop();
		};
	}

	/**
	 * Asks for the frames of whichever device has the key, from now on.
	 * @returns {string|null} the key; null: the project is in no room
	 */
	invite() {
		const { phone, project } = this.#state;
		const { room } = project.peek();
		if (room === null) return null;
		if (phone.peek() !== null) return phone.peek()?.key ?? null;
		this.#room = room;
		this.#source = null;
		// After a reload it is the same one, so that the device goes on by itself.
		const key = recallPhone(room)?.key ?? newSecret();
		rememberPhone(room, key, false);
		phone.value = { state: "waiting", key, pictureUrl: null };
		this.#beat = setInterval(() => this.#onBeat(), BEAT_MS);
		return key;
	}

	/** @param {CameraFrame} frame as the room announced it */
	take({ camera, embedding, thumbnail }) {
		const phone = this.#state.phone.peek();
		if (phone === null || document.hidden || !(embedding instanceof ArrayBuffer)) return;
		const now = this.#now();
		if (this.#source !== camera && this.#source !== null && now - this.#heardAt < NEXT_MS) return;
		this.#source = camera;
		this.#heardAt = now;
		if (phone.state === "paused") return;
		const hasPicture = thumbnail instanceof ArrayBuffer && this.#mayShow;
		this.#newestPicture = hasPicture ? new Blob([thumbnail], { type: "image/jpeg" }) : null;
		this.#show({ state: "on", ...(this.#newestPicture ? { picture: this.#newestPicture } : {}) });
		if (phone.state === "waiting") {
			if (this.#room !== null) rememberPhone(this.#room, phone.key, true);
			// After the phone is on: to a recording, no camera was switched off.
			this.#stopCamera();
			// Not answered: where a photo is on the stage, the answer is about that, and the phone is paused before its next frame.
			return;
		}
		this.#newest = new Float32Array(embedding);
		void this.#run();
	}

	close() {
		this.#state.phone.value = null;
		this.#stopFollowing();
		document.removeEventListener("visibilitychange", this.#onVisibilityChange);
	}

	/** One frame at a time, and always the newest. */
	async #run() {
		if (this.#isBusy) return;
		this.#isBusy = true;
		while (this.#newest && this.#state.phone.peek()?.state === "on") {
			const frame = { embedding: this.#newest, thumbnail: this.#newestPicture };
			this.#newest = null;
			await this.#answerFrame(frame).catch(this.#onError);
		}
		this.#isBusy = false;
	}

	/** @param {{state: import("../state/state.js").PhoneState["state"], picture?: Blob}} next */
	#show({ state, picture }) {
		const { phone } = this.#state;
		const before = phone.peek();
		if (!before || (before.state === state && !picture)) return;
		if (picture && before.pictureUrl) URL.revokeObjectURL(before.pictureUrl);
		phone.value = { ...before, state, ...(picture ? { pictureUrl: URL.createObjectURL(picture) } : {}) };
	}

	/** Whether pictures are shown; also one that left before they were switched off is not. */
	get #mayShow() {
		return this.#state.membership.value?.access.thumbnails !== false;
	}

	/** No frame takes the last picture's place once they come without. */
	#hidePicture() {
		const { phone } = this.#state;
		const before = phone.peek();
		if (!before?.pictureUrl) return;
		URL.revokeObjectURL(before.pictureUrl);
		phone.value = { ...before, pictureUrl: null };
	}

	#onBeat() {
		if (document.hidden) return;
		const isSilent = this.#now() - this.#heardAt > LOST_MS;
		if (isSilent && this.#state.phone.peek()?.state === "on") {
			this.#show({ state: "lost" });
			this.#forgetPicture();
		}
		this.#tell();
	}

	/** What the device shows changes with what is recorded and seen here. */
	#follow() {
		const { recording, waitingToRecord, countdown, answer, phone } = this.#state;
		if (phone.value === null || this.#room === null) return;
		const isPaused = phone.value.state === "paused";
		if (this.#wasPaused && !isPaused) this.#resume();
		this.#wasPaused = isPaused;
		void [waitingToRecord.value, countdown.value, answer.value];
		const isRecording = recording.value !== null;
		clearTimeout(this.#later);
		const isNews = JSON.parse(this.#told || "{}").recording !== isRecording;
		this.#later = setTimeout(() => this.#tellNews(), isNews ? 0 : Math.max(0, this.#toldAt + GAP_MS - this.#now()));
	}

	#tellNews() {
		if (this.#told !== JSON.stringify(this.#readView())) this.#tell();
	}

	#readView() {
		const { recording, waitingToRecord, countdown, answer, phone, classes } = this.#state;
		// With one class the page shows no answer either.
		const seen = isInformative(classes.peek()) ? answer.peek() : null;
		return {
			camera: phone.peek()?.key ?? null,
			label: recording.peek() ?? waitingToRecord.peek() ?? countdown.peek()?.label ?? null,
			recording: recording.peek() !== null,
			answer: seen && { label: seen.certainty === "unknown" ? null : seen.label, certainty: seen.certainty },
		};
	}

	/** The device has not been asked for a while: its silence began now. */
	#resume() {
		this.#heardAt = this.#now();
		this.#tell();
	}

	/** Unless nobody looks: a device that is not asked rests. */
	#tell() {
		if (document.hidden || this.#state.phone.peek()?.state === "paused") return;
		const view = this.#readView();
		this.#told = JSON.stringify(view);
		this.#toldAt = this.#now();
		// While the room can't be reached, nothing comes either, and the next beat asks again.
		this.#request("askCamera", view).catch(() => {});
	}

	#end() {
		const { phone } = this.#state;
		clearInterval(this.#beat);
		clearTimeout(this.#later);
		const url = phone.peek()?.pictureUrl;
		if (url) URL.revokeObjectURL(url);
		const kept = recallPhone(this.#room);
		if (kept && this.#room !== null) rememberPhone(this.#room, kept.key, false);
		this.#room = null;
		this.#newest = null;
		this.#told = "";
		this.#wasPaused = false;
		if (phone.peek() !== null) phone.value = null;
		if (this.#source !== null) this.#forgetPicture();
		this.#request("askCamera", { camera: null }).catch(() => {});
	}

	/** What was missed while the page was hidden is no silence. */
	#onVisibilityChange = () => {
		this.#heardAt = this.#now();
		if (this.#room !== null) this.#tell();
	};
}
