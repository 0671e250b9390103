// The camera: asks for it, says how it went, and holds the video that frames are taken from.

/**
 * @typedef {import("../state/state.js").CameraState} CameraState
 * @typedef {import("../state/state.js").CameraPhase} CameraPhase
 * @typedef {{deviceId?: string, facing?: "user"|"environment"}} Choice
 */

/** What the stage then says is the words of that state. @type {Record<string, CameraPhase>} */
const FAILURES = {
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
	#state = "off";
	/** Counts requests: the answer to an older one is let go. */
	#request = 0;
	#facing = /** @type {"user"|"environment"|null} */ (null);

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

	/** @returns {HTMLVideoElement} the newest frame is in it */
	get video() {
		return this.#video;
	}

	/**
	 * Only after a person asked for it.
	 * @param {Choice} [choice]
	 */
	async start({ deviceId, facing } = {}) {
		this.#release();
		const request = ++this.#request;
		if (!navigator.mediaDevices?.getUserMedia) {
			this.#failed("SecurityError");
			return;
		}
		this.#set("asking");
		try {
			const stream = await navigator.mediaDevices.getUserMedia({
				audio: false,
				video: {
					width: { ideal: 640 },
					height: { ideal: 480 },
					...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: facing ?? "user" } }),
				},
			});
			if (request !== this.#request) {
				for (const track of stream.getTracks()) track.stop();
				return;
			}
			await this.#show(stream, facing ?? null);
		} catch (error) {
			if (request === this.#request) this.#failed(error instanceof Error ? error.name : "");
		}
	}

	/** From the front to the back, and the other way; with one-sided cameras: to the next. */
	async flip() {
		if (this.#facing) {
			await this.start({ facing: this.#facing === "user" ? "environment" : "user" });
			return;
		}
		const devices = await this.#listDevices();
		const current = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
		const at = devices.findIndex(({ id }) => id === current);
		if (devices.length > 1) await this.start({ deviceId: devices[(at + 1) % devices.length].id });
	}

	pause() {
		if (this.#state !== "on") return;
		this.#video.pause();
		this.#set("paused");
	}

	resume() {
		if (this.#state !== "paused") return;
		void this.#video.play().catch(() => {});
		this.#set("on");
	}

	stop() {
		this.#request += 1;
		this.#release();
		this.#set("off");
	}

	close() {
		this.stop();
		navigator.mediaDevices?.removeEventListener("devicechange", this.#listDevices);
	}

	/**
	 * @param {MediaStream} stream
	 * @param {"user"|"environment"|null} wanted
	 */
	async #show(stream, wanted) {
		this.#stream = stream;
		const [track] = stream.getVideoTracks();
		track.addEventListener("ended", () => {
			// Pulled out, or taken back in the browser's own settings.
			if (this.#stream === stream) this.#failed("NotFoundError");
		});
		const settings = track.getSettings();
		const facing = settings.facingMode === "environment" || settings.facingMode === "user" ? settings.facingMode : null;
		this.#facing = facing ?? (wanted === "environment" ? null : wanted);
		this.#video.srcObject = stream;
		await this.#video.play().catch(() => {});
		if (this.#stream !== stream) return;
		this.#state = "on";
		this.#onChange({ state: "on", stream, deviceId: settings.deviceId ?? null, facing });
		await this.#listDevices();
	}

	#listDevices = async () => {
		const all = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
		const devices = all
			.filter(({ kind }) => kind === "videoinput")
			.map(({ deviceId, label }) => ({ id: deviceId, label }));
		this.#onChange({ devices });
		return devices;
	};

	/** @param {string} name of the DOMException */
	#failed(name) {
		this.#release();
		this.#set(FAILURES[name] ?? "busy");
	}

	#release() {
		for (const track of this.#stream?.getTracks() ?? []) track.stop();
		this.#stream = null;
		this.#video.srcObject = null;
	}

	/** @param {CameraPhase} state */
	#set(state) {
		this.#state = state;
		this.#onChange({ state, stream: this.#stream, ...(this.#stream ? {} : { fps: null, frameMs: null }) });
	}
}
