// The camera: asks for permission, reports its state, and holds the video that frames are taken from. vision.js owns one.

/**
 * @typedef {import("../state/state.js").CameraState} CameraState
 * @typedef {import("../state/state.js").CameraPhase} CameraPhase
 * @typedef {"user"|"environment"} Facing the front camera, or the back one
 * @typedef {{deviceId?: string, facing?: Facing}} CameraChoice
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

export class Camera {
	#onChange;
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
	 */
	constructor({ onChange }) {
		this.#onChange = onChange;
		this.#video.muted = true;
		this.#video.playsInline = true;
		navigator.mediaDevices?.addEventListener("devicechange", this.#listDevices);
	}

	/** @returns {HTMLVideoElement} shows the newest frame */
	get video() {
		return this.#video;
	}

	/**
	 * Starts the camera, or another one. Browsers ask the person for permission, so this is called only after a click.
	 * @param {CameraChoice} [choice]
	 */
	async start({ deviceId, facing } = {}) {
		this.#release();
		this.#lastRequest += 1;
		const request = this.#lastRequest;
		if (!navigator.mediaDevices?.getUserMedia) {
			this.#fail("SecurityError");
			return;
		}
		this.#setPhase("asking");
		try {
			const stream = await navigator.mediaDevices.getUserMedia({
				audio: false,
				video: {
					width: { ideal: 640 },
					height: { ideal: 480 },
					...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: facing ?? "user" } }),
				},
			});
			if (request !== this.#lastRequest) {
				for (const track of stream.getTracks()) track.stop();
				return;
			}
			await this.#show(stream, facing ?? null);
		} catch (error) {
			if (request === this.#lastRequest) this.#fail(error instanceof Error ? error.name : "");
		}
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
		this.#video.pause();
		this.#setPhase("paused");
	}

	resume() {
		if (this.#phase !== "paused") return;
		void this.#video.play().catch(() => {});
		this.#setPhase("on");
	}

	stop() {
		this.#lastRequest += 1;
		this.#release();
		this.#setPhase("off");
	}

	close() {
		this.stop();
		navigator.mediaDevices?.removeEventListener("devicechange", this.#listDevices);
	}

	/**
	 * @param {MediaStream} stream
	 * @param {Facing|null} requestedFacing
	 */
	async #show(stream, requestedFacing) {
		this.#stream = stream;
		const [track] = stream.getVideoTracks();
		track.addEventListener("ended", () => {
			// It was unplugged, or the permission was withdrawn in the browser's settings.
			if (this.#stream === stream) this.#fail("NotFoundError");
		});
		const settings = track.getSettings();
		const facing = settings.facingMode === "environment" || settings.facingMode === "user" ? settings.facingMode : null;
		this.#facing = facing ?? (requestedFacing === "environment" ? null : requestedFacing);
		this.#video.srcObject = stream;
		await this.#video.play().catch(() => {});
		if (this.#stream !== stream) return;
		this.#phase = "on";
		this.#onChange({ state: "on", stream, deviceId: settings.deviceId ?? null, facing });
		await this.#listDevices();
	}

	#listDevices = async () => {
		const allDevices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
		const devices = allDevices
			.filter(({ kind }) => kind === "videoinput")
			.map(({ deviceId, label }) => ({ id: deviceId, label }));
		this.#onChange({ devices });
		return devices;
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
		this.#onChange({ state: phase, stream: this.#stream, ...(this.#stream ? {} : { fps: null, frameMs: null }) });
	}
}
