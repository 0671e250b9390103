// The camera: asks for permission, reports its state, and holds the video that frames are taken from. vision.js owns one.

import { keepCamera, readKeptCamera, usualFacing } from "./camera-choice.js";

/**
 * @typedef {import("../state/state.js").CameraState} CameraState
 * @typedef {import("../state/state.js").CameraPhase} CameraPhase
 * @typedef {"user"|"environment"} Facing the front camera, or the back one
 * @typedef {{deviceId?: string, facing?: Facing}} CameraChoice
 * @typedef {import("./camera-choice.js").KeptCamera} KeptCamera
 */

/** What each error means, by the name of its DOMException. @type {Record<string, CameraPhase>} */
const PHASE_OF_ERROR = {
	NotAllowedError: "refused",
	SecurityError: "insecure",
	NotFoundError: "missing",
	OverconstrainedError: "missing",
	NotReadableError: "busy",
	AbortError: "busy",
};

/** @param {unknown} error */
const nameOf = (error) => (error instanceof Error ? error.name : "");

/** @param {unknown} error of a request for one certain camera */
const isAway = (error) => PHASE_OF_ERROR[nameOf(error)] === "missing";

/** @returns {Promise<void>} resolves when the page is seen */
const whenSeen = () =>
	new Promise((resolve) => {
		const onChange = () => {
			if (document.hidden) return;
			document.removeEventListener("visibilitychange", onChange);
			resolve();
		};
		document.addEventListener("visibilitychange", onChange);
	});

/**
 * @param {MediaTrackConstraints} which
 * @returns {Promise<MediaStream>}
 */
const requestStream = (which) =>
	navigator.mediaDevices.getUserMedia({
		audio: false,
		video: { width: { ideal: 640 }, height: { ideal: 480 }, ...which },
	});

export class Camera {
	#onChange;
	#onOther;
	#isMirrored;
	/** How each side is shown when its camera starts: of the back one nobody expects a mirror. */
	#mirrored = { front: true, back: false };
	/** In the page as soon as there is one: iOS freezes a video that is not. */
	#video = document.createElement("video");
	/** @type {MediaStream|null} */
	#stream = null;
	/** @type {CameraPhase} */
	#phase = "off";
	/** The newest request's number: a stream that an older one gets is stopped. */
	#lastRequest = 0;
	/** null: this camera has no side. @type {Facing|null} */
	#facing = null;

	/**
	 * @param {object} options
	 * @param {(patch: Partial<CameraState>) => void} options.onChange
	 * @param {() => boolean} options.isMirrored how the camera is shown now
	 * @param {(wanted: string, used: string) => void} [options.onOther] the names of a camera that is not there, and of the one
	 *   that is used instead
	 */
	constructor({ onChange, isMirrored, onOther = () => {} }) {
		this.#onChange = onChange;
		this.#onOther = onOther;
		this.#isMirrored = isMirrored;
		Object.assign(this.#video, { muted: true, playsInline: true, autoplay: true, className: "preview" });
		// A phone pauses it for a call; here only `pause` does.
		this.#video.onpause = this.#playOn;
		navigator.mediaDevices?.addEventListener("devicechange", this.#onDeviceChange);
		document.addEventListener("visibilitychange", this.#onVisibilityChange);
	}

	/** @returns {HTMLVideoElement} shows the newest frame */
	get video() {
		return this.#video;
	}

	/** @param {boolean} mirrored how the back camera was shown last on this device; `isMirrored` says it of the front one */
	restoreBack(mirrored) {
		this.#mirrored.back = mirrored;
	}

	/**
	 * Starts the camera, or another one. Browsers ask the person for permission, so this is called only after a click.
	 * @param {CameraChoice} [choice] is kept on this device; without one, the camera that was kept is started
	 */
	async start(choice = {}) {
		const isChosen = choice.deviceId !== undefined || choice.facing !== undefined;
		const isRunning = await this.#start(isChosen ? choice : readKeptCamera());
		if (!isRunning || !isChosen) return;
		const track = this.#stream?.getVideoTracks()[0];
		const facing = choice.facing ?? this.#facing;
		keepCamera({ deviceId: track?.getSettings().deviceId, label: track?.label, ...(facing ? { facing } : {}) });
	}

	/** Switches between front and back; where cameras have no side, to the next one. */
	async flip() {
		if (this.#facing) {
			await this.start({ facing: this.#facing === "user" ? "environment" : "user" });
			return;
		}
		const devices = await this.#listDevices();
		const currentId = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
		const index = devices.findIndex(({ id }) => id === currentId);
		if (devices.length > 1) await this.start({ deviceId: devices[(index + 1) % devices.length].id });
	}

	pause() {
		if (this.#phase !== "on") return;
		this.#setPhase("paused");
		this.#video.pause();
	}

	resume() {
		if (this.#phase !== "paused") return;
		this.#setPhase("on");
		this.#playOn();
	}

	/** Lets the camera go: its light goes off. */
	stop() {
		this.#lastRequest += 1;
		this.#release();
		this.#setPhase("off");
	}

	close() {
		this.stop();
		navigator.mediaDevices?.removeEventListener("devicechange", this.#onDeviceChange);
		document.removeEventListener("visibilitychange", this.#onVisibilityChange);
	}

	/**
	 * @param {KeptCamera} wanted
	 * @returns {Promise<boolean>} whether it runs, and is the wanted one
	 */
	async #start(wanted) {
		this.#release();
		this.#lastRequest += 1;
		const request = this.#lastRequest;
		if (!navigator.mediaDevices?.getUserMedia) {
			this.#fail("SecurityError");
			return false;
		}
		this.#setPhase("asking");
		try {
			const wantedName = wanted.label ?? (await this.#nameOf(wanted.deviceId));
			const stream = await this.#request({ ...wanted, label: wantedName });
			if (request !== this.#lastRequest) {
				for (const track of stream.getTracks()) track.stop();
				return false;
			}
			await this.#show(stream, wanted.facing ?? null);
			const [track] = stream.getVideoTracks();
			const isOther = wanted.deviceId !== undefined && track.getSettings().deviceId !== wanted.deviceId;
			if (!isOther || track.label === wantedName) return this.#stream === stream;
			if (this.#stream === stream && wantedName) this.#onOther(wantedName, track.label);
		} catch (error) {
			if (request === this.#lastRequest) this.#fail(nameOf(error));
		}
		return false;
	}

	/**
	 * The wanted camera, else one of the same name, else any: browsers rename cameras, and cameras are unplugged.
	 * @param {KeptCamera} wanted
	 */
	async #request({ deviceId, label, facing }) {
		const namesake =
			label && (await this.#devices()).find((device) => device.label === label && device.id !== deviceId);
		for (const id of [deviceId, namesake ? namesake.id : undefined]) {
			if (!id) continue;
			try {
				return await requestStream({ deviceId: { exact: id } });
			} catch (error) {
				if (!isAway(error)) throw error;
			}
		}
		return await requestStream({ facingMode: { ideal: facing ?? usualFacing() } });
	}

	/**
	 * @param {MediaStream} stream
	 * @param {Facing|null} requestedFacing
	 */
	async #show(stream, requestedFacing) {
		this.#stream = stream;
		const [track] = stream.getVideoTracks();
		const { label } = track;
		const settings = track.getSettings();
		track.addEventListener("ended", () => this.#onEnded(stream, { deviceId: settings.deviceId, label }));
		track.addEventListener("mute", this.#followTrack);
		track.addEventListener("unmute", this.#followTrack);
		const facing = settings.facingMode === "environment" || settings.facingMode === "user" ? settings.facingMode : null;
		const wasBack = this.#facing === "environment";
		this.#facing = facing ?? (requestedFacing === "environment" ? null : requestedFacing);
		this.#video.srcObject = stream;
		await this.#video.play().catch(() => {});
		if (this.#stream !== stream) return;
		this.#phase = "on";
		const isBack = facing === "environment";
		const hasTurned = isBack !== wasBack;
		if (hasTurned) this.#mirrored[wasBack ? "back" : "front"] = this.#isMirrored();
		this.#onChange({
			...{ state: "on", stream, deviceId: settings.deviceId ?? null, facing, interrupted: track.muted === true },
			...(hasTurned ? { mirrored: this.#mirrored[isBack ? "back" : "front"] } : {}),
		});
		await this.#listDevices();
	}

	/**
	 * It was unplugged, or the permission was withdrawn in the browser's settings. Another one takes over, if there is one.
	 * @param {MediaStream} stream
	 * @param {KeptCamera} lost
	 */
	async #onEnded(stream, lost) {
		if (this.#stream !== stream) return;
		if (document.hidden) {
			// A hidden page gets no camera: it is asked for again when it is seen.
			this.#onChange({ interrupted: true });
			await whenSeen();
			if (this.#stream !== stream) return;
		}
		const wasPaused = this.#phase === "paused";
		const request = this.#lastRequest;
		this.#fail("NotFoundError");
		const others = await this.#listDevices();
		if (others.length === 0 || request !== this.#lastRequest) return;
		await this.#start(lost);
		if (wasPaused) this.pause();
	}

	async #devices() {
		const allDevices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
		return allDevices
			.filter(({ kind }) => kind === "videoinput")
			.map(({ deviceId, label }) => ({ id: deviceId, label }));
	}

	async #listDevices() {
		const devices = await this.#devices();
		this.#onChange({ devices });
		return devices;
	}

	/** @param {string|undefined} deviceId */
	async #nameOf(deviceId) {
		if (!deviceId) return undefined;
		return (await this.#devices()).find(({ id }) => id === deviceId)?.label;
	}

	#onDeviceChange = async () => {
		const devices = await this.#listDevices();
		// One was plugged in: "There is none" is over.
		if (this.#phase === "missing" && devices.length > 0) this.#setPhase("off");
	};

	/** While a phone call has the camera, or a switch shuts it, its picture is black or stands still. */
	#followTrack = () => {
		const track = this.#stream?.getVideoTracks()[0];
		if (!track || (this.#phase !== "on" && this.#phase !== "paused")) return;
		this.#onChange({ interrupted: track.muted === true });
		this.#playOn();
	};

	#onVisibilityChange = () => {
		if (document.hidden) return;
		const track = this.#stream?.getVideoTracks()[0];
		// It ended while the page was frozen, which was told of nothing.
		if (track?.readyState === "ended") track.dispatchEvent(new Event("ended"));
		else this.#followTrack();
	};

	#playOn = () => {
		if (this.#phase === "on" && !document.hidden) void this.#video.play()?.catch(() => {});
	};

	/** @param {string} name the DOMException's */
	#fail(name) {
		this.#release();
		this.#setPhase(PHASE_OF_ERROR[name] ?? "busy");
	}

	#release() {
		for (const track of this.#stream?.getTracks() ?? []) track.stop();
		this.#stream = null;
		this.#video.srcObject = null;
	}

	/** @param {CameraPhase} phase */
	#setPhase(phase) {
		this.#phase = phase;
		const isGone = this.#stream === null;
		this.#onChange({
			...{ state: phase, stream: this.#stream },
			...(isGone ? { fps: null, frameMs: null, interrupted: false } : {}),
		});
	}
}
