// Finds the nearest examples of what the camera sees by their pixels, beside those by the network, while a lesson shows both: twice a
// second, from the small pictures that the page shows anyway. The path of a frame does not know of it.

import { signal } from "@preact/signals";
import { crop } from "../../capture/crop.js";
import { captureFrame, middleSquare } from "../../capture/video-frames.js";
import { THUMBNAIL_PX } from "../../capture/vision.js";
import { COMPARED_PX, findPixelNeighbours, toColours } from "../../explain/pixel-neighbours.js";
import { selectAnswer, selectFilledClasses, stagePicture } from "../context/page-state.js";
import { selectPhone } from "../context/phone.js";

/** @typedef {import("../../app/session.js").Session} Session */
/** @typedef {import("../../state/result.js").Neighbour} Neighbour */

const EVERY_MS = 500;
/** So many neighbours are shown of each way. */
const SHOWN = 3;
/** Of a class with more examples the newest are compared: all of thousands would take too long. */
const MOST_OF_CLASS = 150;
/** So many pictures are read at once; the rest wait for the next time. */
const READ_AT_ONCE = 20;

/** What was found last; null: nothing is compared. @type {import("@preact/signals").Signal<{byPixels: Neighbour[], byNetwork: Neighbour[]}|null>} */
export const twoWays = signal(null);

/**
 * @param {CanvasRenderingContext2D} context of a canvas of COMPARED_PX
 * @param {CanvasImageSource} picture square
 * @returns {Float32Array} its colours
 */
function readColours(context, picture) {
	// What is transparent lies on white, as for the network, and not on the picture before.
	context.fillStyle = "white";
	context.fillRect(0, 0, COMPARED_PX, COMPARED_PX);
	context.drawImage(picture, 0, 0, COMPARED_PX, COMPARED_PX);
	return toColours(context.getImageData(0, 0, COMPARED_PX, COMPARED_PX).data);
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
	canvas.width = COMPARED_PX;
	canvas.height = COMPARED_PX;
	const context = canvas.getContext("2d", { willReadFrequently: true });
	if (context) context.imageSmoothingQuality = "high";
	return context;
}

/**
 * @param {string} url
 * @returns {Promise<HTMLImageElement>}
 * @throws {DOMException} it can't be read
 */
async function loadImage(url) {
	const image = new Image();
	image.src = url;
	await image.decode();
	return image;
}

/**
 * @param {Session} session
 * @param {CanvasRenderingContext2D} context shows what is read, and nothing else is drawn there
 * @returns {() => Promise<Float32Array|null>} reads the colours of what is asked about now; null: nothing is shown
 */
function createReader(session, context) {
	/** The photo that the canvas shows: a large one is not decoded again and again. @type {{file: File, colours: Float32Array}|null} */
	let kept = null;
	return async () => {
		const photo = stagePicture.peek();
		if (photo && kept?.file === photo.file) return kept.colours;
		kept = null;
		const phone = selectPhone(session);
		if (!photo && phone) {
			const { state, pictureUrl } = phone;
			return pictureUrl !== null && state !== "lost" ? readColours(context, await loadImage(pictureUrl)) : null;
		}
		const picture = photo ? await capturePhoto(photo.file) : await captureCamera(session);
		if (!picture) return null;
		const colours = readColours(context, picture);
		picture.close();
		if (photo) kept = { file: photo.file, colours };
		return colours;
	};
}

/**
 * @param {File} file
 * @returns {Promise<ImageBitmap>} its middle square, small
 * @throws {DOMException} it can't be read
 */
async function capturePhoto(file) {
	const whole = await createImageBitmap(file);
	try {
		return await crop(whole, middleSquare(whole.width, whole.height), THUMBNAIL_PX);
	} finally {
		whole.close();
	}
}

/**
 * @param {Session} session
 * @returns {Promise<ImageBitmap|null>} what this device's camera sees, square and small; null: it is off
 */
async function captureCamera(session) {
	const { video, state } = session.camera.peek();
	if (!video || !["on", "paused"].includes(state)) return null;
	return await captureFrame(video, THUMBNAIL_PX, session.crop.peek());
}

/**
 * Compares until it is stopped.
 * @param {Session} session
 * @param {HTMLCanvasElement} canvas shows the small picture that is compared
 * @returns {() => void} stops
 */
export function watchTwoWays(session, canvas) {
	const shown = contextOf(canvas);
	const reading = contextOf(document.createElement("canvas"));
	if (!shown || !reading) return () => {};
	const readShown = createReader(session, shown);
	/** The colours of examples, by id; null: the picture can't be read. @type {Map<string, Float32Array|null>} */
	const known = new Map();
	let isBusy = false;
	let isOver = false;

	/**
	 * @param {string} id
	 * @param {string} url
	 */
	const read = async (id, url) => {
		try {
			known.set(id, readColours(reading, await loadImage(url)));
		} catch {
			known.set(id, null);
		}
	};

	const compare = async () => {
		const examples = selectFilledClasses(session).flatMap(({ label, examples: all }) =>
			all.slice(0, MOST_OF_CLASS).map((example) => ({ label, example })),
		);
		// Of what others taught there is a picture only where the room shows them.
		const unread = examples.flatMap(({ example: { id, thumbnailUrl } }) =>
			thumbnailUrl !== null && !known.has(id) ? [{ id, thumbnailUrl }] : [],
		);
		for (const { id, thumbnailUrl } of unread.slice(0, READ_AT_ONCE)) await read(id, thumbnailUrl);
		const colours = await readShown();
		if (isOver) return;
		const answer = selectAnswer(session);
		if (!colours || !answer) {
			twoWays.value = null;
			return;
		}
		const readable = examples.flatMap(({ label, example }) => {
			const other = known.get(example.id);
			return other ? [{ id: example.id, label, colours: other }] : [];
		});
		twoWays.value = {
			byPixels: findPixelNeighbours(colours, readable, SHOWN),
			byNetwork: answer.neighbours.slice(0, SHOWN),
		};
	};

	const timer = setInterval(() => {
		if (isBusy || document.hidden) return;
		isBusy = true;
		compare()
			// A camera that goes off in between: the next time shows what is there then.
			.catch(() => {})
			.finally(() => {
				isBusy = false;
			});
	}, EVERY_MS);
	return () => {
		isOver = true;
		clearInterval(timer);
		twoWays.value = null;
	};
}
