// A device that is a camera only, for another device in the room: camera, model and connection, without project, store and classifier.
// It embeds and sends what it sees while somebody asks for it, and nothing before or after that.

import { effect, signal } from "@preact/signals";
import contractLimits from "../../../contract/limits.json" with { type: "json" };
import { ScreenAwake } from "../app/browser/screen-awake.js";
import { asRoomCode } from "../app/rooms-here.js";
import { Loop } from "../capture/loop.js";
import { pictureOf } from "../capture/video-frames.js";
import { THUMBNAIL_PX, Vision } from "../capture/vision.js";
import { watchVideo } from "../capture/watch-video.js";
import { ContractError } from "../contract/errors.js";
import { asProblem, Problem } from "../contract/problem.js";
import { createState } from "../state/state.js";
import { Connection } from "../sync/connection.js";

/**
 * @typedef {object} Asked what the asking device tells
 * @property {string|null} label of the class that is recorded, or is about to be; null: none is
 * @property {boolean} recording
 * @property {{label: string|null, certainty: string}|null} answer to what this camera shows; label null: "I don't know"
 * @property {boolean} thumbnails whether small pictures go along
 */

/** The share of the frames a second that the room takes. */
const RATE_SHARE = 0.75;
const FRAME_MS = 1000 / (contractLimits.framesPerSecond * RATE_SHARE);
const SEND_TIMEOUT_MS = 2000;
/** Who asks says so every second. */
const ASKED_MS = 4000;
const RETRY_MS = [2000, 5000, 15_000, 30_000];

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {object} options
 * @param {string} options.key that pairs this camera with who asks it
 * @param {string} [options.base] the page's address; model, server and room are found by it
 * @param {Connection} [options.connection]
 * @param {Pick<Vision, "camera"|"embedder"|"captureFrame"|"embed"|"close">} [options.vision]
 * @param {typeof watchVideo} [options.watch]
 * @example
 * const session = createCameraSession({ key });
 * await session.start();
 * session.startCamera();
 */
export function createCameraSession({
	key,
	base = document.baseURI,
	connection = new Connection(base),
	vision: givenVision,
	watch = watchVideo,
}) {
	const state = createState();
	const room = asRoomCode(new URL(base).searchParams.get("room") ?? "");
	const vision = givenVision ?? new Vision({ base, state });
	const screenAwake = new ScreenAwake(state);
	/** Null: nobody asks for frames. */
	const asked = signal(/** @type {Asked|null} */ (null));
	/** Why this device is no camera in the room; null: it is one, or will soon be. */
	const refusal = signal(/** @type {import("../state/state.js").ErrorObject|null} */ (null));
	const isJoined = signal(false);
	let isClosed = false;
	let joinCount = 0;
	/** The room does not exist; it is joined again at the next connection, or when somebody looks at the page. */
	let isGivenUp = false;
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	let silence;

	/** @param {unknown} error */
	const show = (error) => {
		state.problem.value = asProblem(error);
	};
	/** @param {Asked|null} next */
	const setAsked = (next) => {
		clearTimeout(silence);
		asked.value = next;
		if (next) silence = setTimeout(() => setAsked(null), ASKED_MS);
	};

	const load = async () => {
		if (!vision.embedder.isRunning) await vision.embedder.load().catch(() => {});
	};
	/** Reading it says that the model is being loaded; where the start could not read it, nobody else would load it. */
	const readManifest = async () => {
		const manifest = await vision.embedder.readManifest();
		if (!isClosed) void load();
		return manifest;
	};

	const join = async () => {
		joinCount += 1;
		isGivenUp = false;
		let strangerCount = 0;
		const join = joinCount;
		const isOver = () => isClosed || join !== joinCount || !connection.connected;
		for (let tries = 0; ; tries += 1) {
			try {
				const { id, dimension } = vision.embedder.manifest ?? (await readManifest());
				if (isOver()) return;
				await connection.request("join", { room, model: { id, dimension }, camera: key });
				if (isOver()) return;
				isJoined.value = true;
				refusal.value = null;
				return;
			} catch (error) {
				if (isOver()) return;
				if (error instanceof Problem) refusal.value = asProblem(error);
				if (error instanceof Problem && error.code === "noSuchRoom") strangerCount += 1;
				// Each costs one of the wrong codes that the server takes from all devices of this network. A server that lost the room
				// gets it back from the other device within these tries.
				isGivenUp = strangerCount > RETRY_MS.length;
				if (isGivenUp) return;
			}
			await wait(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
			if (isOver()) return;
		}
	};

	/** @param {"roomClosed"|"removedFromRoom"} code @param {string} came */
	const end = (code, came) => {
		close();
		refusal.value = new ContractError(code, { came }).toJSON();
	};

	connection.listen({
		onConnect: () => void join(),
		onDisconnect: () => {
			isJoined.value = false;
			setAsked(null);
		},
		onEvent: ({ event, data }) => {
			if (event === "cameraAsked") setAsked(readAsked(data));
			else if (event === "roomClosed" || event === "removedFromRoom") end(event, String(data?.room ?? room));
		},
	});

	/** @param {import("../capture/embedder.js").Frame} frame */
	const send = async (frame) => {
		const startedAt = performance.now();
		const now = asked.peek();
		if (now === null) return pictureOf(frame).close();
		// With every frame, 3 kB each: a recording takes those that are on their way when it begins, too.
		const { embedding, thumbnail } = await vision.embed(frame, { thumbnailSize: now.thumbnails ? THUMBNAIL_PX : 0 });
		const bytes = thumbnail && (await thumbnail.arrayBuffer());
		try {
			await connection.request("frame", bytes ? { thumbnail: bytes } : {}, { embedding, timeoutMs: SEND_TIMEOUT_MS });
			// Nobody is at the phone to close it, and all is well again.
			state.problem.value = null;
		} catch (error) {
			// The next frame is as good. A room that does not know this camera any more is joined again.
			if (error instanceof Problem && error.code === "notJoined" && isJoined.peek()) {
				isJoined.value = false;
				void join();
			}
		}
		await wait(FRAME_MS - (performance.now() - startedAt));
	};
	const loop = new Loop({
		watch: (onFrame) => watch(vision.camera.video, onFrame),
		capture: () => vision.captureFrame(),
		answer: send,
		onMeasured: ({ fps, frameMs }) => {
			state.camera.value = { ...state.camera.value, fps, frameMs };
		},
		onError: show,
	});
	const follow = () => {
		const { camera, model } = state;
		const isSeeing = camera.value.state === "on" && !camera.value.interrupted && model.value.state === "ready";
		if (isSeeing && asked.value !== null && isJoined.value && !document.hidden) loop.start();
		else loop.stop();
	};
	const stopFollowing = effect(follow);
	const onVisibilityChange = () => {
		follow();
		if (!document.hidden && isGivenUp && connection.connected) void join();
	};
	document.addEventListener("visibilitychange", onVisibilityChange);

	const close = () => {
		if (isClosed) return;
		isClosed = true;
		stopFollowing();
		document.removeEventListener("visibilitychange", onVisibilityChange);
		loop.stop();
		connection.close();
		screenAwake.close();
		vision.close();
		isJoined.value = false;
		setAsked(null);
	};

	return {
		...state,
		asked,
		refusal,
		isJoined,
		/** The room of the address; null: it names none. */
		room,
		/** Connects, loads the model, and starts the camera where it was allowed before: a phone loses its pages often. */
		start: async () => {
			connection.open(room);
			void load();
			const permission = await navigator.permissions
				?.query({ name: /** @type {PermissionName} */ ("camera") })
				.catch(() => null);
			if (permission?.state === "granted" && !isClosed) await vision.camera.start();
		},
		startCamera: () => vision.camera.start(),
		flipCamera: () => vision.camera.flip(),
		retryModel: load,
		close,
	};
}

/** @typedef {ReturnType<typeof createCameraSession>} CameraSession */

/**
 * @param {any} data as another device said it, which may be anything
 * @returns {Asked}
 */
function readAsked(data) {
	/** @param {unknown} label */
	const text = (label) => (typeof label === "string" ? label : null);
	const { answer } = data ?? {};
	return {
		label: text(data?.label),
		recording: data?.recording === true,
		answer: answer ? { label: text(answer.label), certainty: String(answer.certainty) } : null,
		thumbnails: data?.thumbnails === true,
	};
}
