// The way of a frame, from the camera to the answer; docs/architecture.md has the list. Each module is called once, from here,
// and none calls back: capture, embed (worker), classify (engine), publish, explain, record. Only a frame of a hold is recorded.

import { effect } from "@preact/signals";
import { Loop } from "../capture/loop.js";
import { THUMBNAIL_PX } from "../capture/vision.js";
import { watchVideo } from "../capture/watch-video.js";
import { AnswerSmoother, showAlone } from "./answer-smoother.js";

/**
 * @typedef {import("../state/state.js").State} State
 * @typedef {import("../state/state.js").Answer} Answer
 * @typedef {import("../explain/explaining.js").EmbeddedFrame} EmbeddedFrame
 */

/** While the camera is in another phase, it sees nothing that could be answered. @type {Set<string>} */
const KEEPS_ANSWER = new Set(["on", "paused", "asking"]);

export class FramePath {
	#state;
	#vision;
	#engine;
	#explaining;
	#recorder;
	#recording;
	#onError;
	#loop;
	/** The newest frame or file that was embedded; null: none yet. @type {EmbeddedFrame|null} */
	#lastFrame = null;
	/** The frame that was explained last. @type {EmbeddedFrame|null} */
	#explained = null;
	/**
	 * The features of the frame before, which nobody reads any more: the worker puts the next ones into their memory. New memory for each
	 * frame, 250 kB, would have the browser look for garbage all the time.
	 * @type {Float32Array|null}
	 */
	#spare = null;
	/** Whether it is one of the camera's. */
	#isOfCamera = false;
	#questionCount = 0;
	/** How many pictures were asked about or put away: what is on its way for an earlier one is not answered. */
	#pictureCount = 0;
	/** The newest question whose answer was shown: an older one that comes later is not. */
	#lastShown = 0;
	#smoother = new AnswerSmoother();
	/** Questions up to this one were asked of other examples, by other settings or about another source: no mean has them. */
	#lastForgotten = 0;
	#now;
	/** Whether the frame of a paused camera is being embedded once more. */
	#isEmbeddingAgain = false;
	/** Whether it has to be, with what is wanted now. */
	#mustEmbedAgain = false;
	#stopFollowing;

	/**
	 * @param {object} options
	 * @param {State} options.state sets `answer`, and the camera's `fps` and `frameMs`
	 * @param {Pick<import("../capture/vision.js").Vision, "camera"|"captureFrame"|"embed"|"embedFile">} options.vision
	 * @param {Pick<import("./engine.js").Engine, "classify">} options.engine
	 * @param {Pick<import("../explain/explaining.js").Explaining, "wantsFeatures"|"answered"|"forget">} options.explaining
	 * @param {Pick<import("../project/recorder.js").Recorder, "claim"|"record"|"release">} options.recorder
	 * @param {Pick<import("./recording.js").Recording, "cancel">} options.recording ends when the page is hidden
	 * @param {(error: unknown) => void} options.onError the next frame is tried all the same
	 * @param {typeof watchVideo} [options.watch]
	 * @param {() => number} [options.now] milliseconds
	 */
	constructor({
		state,
		vision,
		engine,
		explaining,
		recorder,
		recording,
		onError,
		watch = watchVideo,
		now = () => performance.now(),
	}) {
		this.#state = state;
		this.#vision = vision;
		this.#engine = engine;
		this.#explaining = explaining;
		this.#recorder = recorder;
		this.#recording = recording;
		this.#onError = onError;
		this.#now = now;
		this.#loop = new Loop({
			watch: (onFrame) => watch(vision.camera.video, onFrame),
			capture: () => vision.captureFrame(),
			answer: (frame) => this.#answerFrame(frame),
			onMeasured: ({ fps, frameMs }) => {
				state.camera.value = { ...state.camera.value, fps, frameMs };
			},
			onError,
		});
		document.addEventListener("visibilitychange", this.#onVisibilityChange);
		const stopFollowingCamera = effect(() => this.#followCamera());
		const stopFollowingReplica = effect(() => {
			void state.classes.value;
			void state.settings.value;
			this.#forgetFrames();
			this.answerAgain();
		});
		this.#stopFollowing = () => {
			stopFollowingCamera();
			stopFollowingReplica();
		};
	}

	/**
	 * Answers a picture from a file, once.
	 * @param {Blob} file
	 * @returns {Promise<Answer|null>} null: there are no examples, or the picture was put away meanwhile
	 * @throws {import("../contract/problem.js").Problem} of the file, or of the model
	 */
	async answerFile(file) {
		this.#explaining.forget();
		this.#forgetFrames();
		this.#pictureCount += 1;
		const picture = this.#pictureCount;
		// Always with features: no other frame follows that could bring them when a heat map is wanted.
		const frame = await this.#vision.embedFile(file, { features: true });
		if (picture === this.#pictureCount) this.#isOfCamera = false;
		return picture === this.#pictureCount ? await this.#answer(frame) : null;
	}

	/**
	 * Answers a frame that another device has embedded, and records it where a recording goes on.
	 * @param {{embedding: Float32Array, thumbnail: Blob|null}} frame embedding: float32, (d,)
	 * @throws {import("../contract/errors.js").ContractError} what the classifier or a limit refuses
	 */
	async answerRemote({ embedding, thumbnail }) {
		const hold = this.#recorder.claim();
		this.#isOfCamera = false;
		try {
			await this.#answer({ embedding, features: null }, { ofVideo: true });
		} catch (error) {
			if (hold) this.#recorder.release(hold);
			throw error;
		}
		if (hold) this.#recorder.record(hold, { embedding, thumbnail });
	}

	/** Takes the answer back: its picture was put away, and nothing is seen any more. */
	forgetPicture() {
		this.#pictureCount += 1;
		this.#forgetFrames();
		if (this.#lastFrame) this.#explaining.answered(this.#lastFrame, null);
		this.#lastFrame = null;
		this.#state.answer.value = null;
	}

	/** Answers the newest frame by what is known now, unless the camera brings another. */
	answerAgain() {
		if (this.#lastFrame && !this.#isFed) this.#answer(this.#lastFrame).catch(this.#onError);
	}

	/** Embeds the frame that a paused camera shows once more, if a heat map needs its features. */
	embedFeatures() {
		if (!this.#lastFrame || this.#lastFrame.features || this.#loop.isRunning) return;
		this.#embedAgain().catch(this.#onError);
	}

	/** Another part of the camera's picture is looked at. */
	cropped() {
		this.#forgetFrames();
		// Of a running camera the next frame shows it.
		if (this.#lastFrame && this.#isOfCamera && !this.#loop.isRunning) this.#embedAgain().catch(this.#onError);
	}

	/** One at a time, as in the loop: a crop box that is dragged asks for more than the model can do. */
	async #embedAgain() {
		this.#mustEmbedAgain = true;
		if (this.#isEmbeddingAgain) return;
		this.#isEmbeddingAgain = true;
		try {
			while (this.#mustEmbedAgain && this.#canEmbedAgain) {
				this.#mustEmbedAgain = false;
				const frame = await this.#vision.captureFrame();
				if (frame) await this.#answer(await this.#vision.embed(frame, { features: this.#explaining.wantsFeatures }));
			}
		} finally {
			this.#isEmbeddingAgain = false;
		}
	}

	/** Whether the next frame comes by itself. */
	get #isFed() {
		return this.#loop.isRunning || this.#state.phone.peek()?.state === "on";
	}

	get #canEmbedAgain() {
		const isReady = this.#state.model.peek().state === "ready";
		return isReady && this.#lastFrame !== null && this.#isOfCamera && !this.#loop.isRunning;
	}

	close() {
		this.#stopFollowing();
		document.removeEventListener("visibilitychange", this.#onVisibilityChange);
		this.#loop.stop();
	}

	/**
	 * One frame of the camera.
	 * @param {import("../capture/embedder.js").Frame} frame
	 */
	async #answerFrame(frame) {
		const hold = this.#recorder.claim();
		/** @type {import("../capture/embedder.js").EmbeddedFrame} */
		let embedded;
		try {
			embedded = await this.#vision.embed(frame, {
				features: this.#explaining.wantsFeatures,
				spare: this.#takeSpare(),
				thumbnailSize: hold ? THUMBNAIL_PX : 0,
				quality: hold !== null,
			});
			this.#isOfCamera = true;
			await this.#answer(embedded, { ofVideo: true });
		} catch (error) {
			if (hold) this.#recorder.release(hold);
			throw error;
		}
		if (hold) this.#recorder.record(hold, embedded);
	}

	/**
	 * Classifies an embedding, publishes the answer and explains it, unless another frame or a newer answer has come by then.
	 * @param {EmbeddedFrame} frame
	 * @param {object} [options]
	 * @param {boolean} [options.ofVideo] the mean of this and the frames before is published
	 * @returns {Promise<Answer|null>} this frame's own; null: there are no examples
	 */
	async #answer(frame, { ofVideo = false } = {}) {
		this.#lastFrame = frame;
		this.#questionCount += 1;
		const question = this.#questionCount;
		const answer = await this.#engine.classify(frame.embedding, this.#state.settings.value);
		// Answers to one frame are all shown, in order: waiting for the newest question would show none while examples keep coming.
		if (frame === this.#lastFrame && question > this.#lastShown) {
			this.#lastShown = question;
			const smoothed = ofVideo && question > this.#lastForgotten;
			this.#state.answer.value = answer && (smoothed ? this.#smoother.add(answer, this.#now()) : showAlone(answer));
			this.#explaining.answered(frame, answer);
			if (this.#explained !== frame) this.#spare = this.#explained?.features ?? null;
			this.#explained = frame;
		}
		return answer;
	}

	/** @returns {Float32Array|null} given away */
	#takeSpare() {
		const spare = this.#spare;
		this.#spare = null;
		return spare;
	}

	/** The next frame begins a new mean. */
	#forgetFrames() {
		this.#smoother.reset();
		this.#lastForgotten = this.#questionCount;
	}

	#onVisibilityChange = () => {
		// Also one that only waits or counts down: nobody expects it to go on at the return.
		if (document.hidden) this.#recording.cancel();
		this.#followCamera();
	};

	/** The loop runs while the camera shows something, the model is ready and the page is seen. */
	#followCamera() {
		const { camera, model } = this.#state;
		const { state: phase, interrupted } = camera.value;
		const isReady = model.value.state === "ready";
		if (phase === "on" && !interrupted && isReady && !document.hidden) {
			// The next frame shows what is wanted now.
			this.#mustEmbedAgain = false;
			this.#loop.start();
		} else {
			const wasRunning = this.#loop.isRunning;
			this.#loop.stop();
			if (wasRunning) this.#forgetFrames();
			if (wasRunning && phase === "paused") this.answerAgain();
			// The camera was switched off, or lost: what it saw is not seen any more.
			else if (this.#isOfCamera && this.#lastFrame && !KEEPS_ANSWER.has(phase)) this.forgetPicture();
			// It was asked for while the model was loaded.
			if (isReady && phase === "paused" && this.#mustEmbedAgain) this.#embedAgain().catch(this.#onError);
		}
	}
}
