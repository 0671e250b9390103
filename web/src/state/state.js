// What the page knows, as signals: session.js writes them, the user interface reads them.
// Nothing here decides anything. May be imported by session.js, the modules it is made of, and the UI.

import { signal } from "@preact/signals";

/** @typedef {import("../contract/errors.js").ErrorObject} ErrorObject what came, what was expected, what to do */

/**
 * @typedef {object} ExampleView one thing that was shown
 * @property {string} id
 * @property {string} label
 * @property {string|null} group one recording: frames of a hold are near-copies; null for pictures from files
 * @property {string|null} thumbnailUrl an object URL of a small JPEG; null where another device added it
 */

/**
 * @typedef {object} ClassView
 * @property {string} label
 * @property {number} index its place in the class order, the result's classIndex
 * @property {number} colour 0..11, a slot of the palette; stays with the class when it is renamed
 * @property {number} count
 * @property {ExampleView[]} examples newest first
 */

/** @typedef {import("./figures.js").Metric} Metric */

/**
 * @typedef {object} ClassifierSettings
 * @property {number} k
 * @property {Metric|"auto"} metric "auto": adapted or cosine, whichever tests better
 * @property {"uniform"|"distance"} weights
 * @property {number|"auto"|null} unknownDistance beyond it: "I don't know"; "auto": what the test finds; null: never
 */

/** @typedef {import("./figures.js").Where} Where */

/** @typedef {{id: string, label: string, distance: number}} Neighbour */

/**
 * @typedef {object} Result what a classifier says of one embedding (see contract/README.md)
 * @property {string} label
 * @property {number} classIndex
 * @property {Record<string, number>} confidences a share for every class, in class order
 * @property {Neighbour[]} neighbours nearest first
 * @property {number} distance
 * @property {number} novelty cosine distance to the nearest example, whatever the metric
 * @property {boolean} isUnknown
 * @property {number} k
 * @property {number} count
 */

/**
 * @typedef {object} ResolvedSettings how an answer was made, of what the settings leave open
 * @property {Metric} metric the one in use
 * @property {number|null} fittedAt the room's revision (here: the replica's) that an adapted metric was fitted at; null: another
 * @property {number|null} unknownDistance the one in use
 */

/** @typedef {Result & ResolvedSettings & {where: Where, ms: number}} Answer */

/** @typedef {import("./figures.js").Evaluation} Evaluation */
/** @typedef {import("./figures.js").Split} Split */
/** @typedef {import("./figures.js").TestState} TestState */

/**
 * @typedef {object} Advice what the coach says
 * @property {"few"|"copies"|"overlap"|"swapped"|"background"} key
 * @property {string[]} labels the classes it is about; none: all of them
 * @property {string[]} ids the examples it means, most telling first
 * @property {number} [count] examples, for its words
 */

/**
 * @typedef {object} MapState the examples in two dimensions
 * @property {"pca"|"umap"} method
 * @property {string[]} ids n
 * @property {Float32Array} points (n, 2), row by row, each coordinate in -1..1
 * @property {number|null} progress 0..1 while UMAP works, and then PCA's is shown; null: done
 */

/** @typedef {{x: number, y: number, neighbours: string[]}} MapDot where the frame lies; neighbours: ids, of the answer */

/**
 * @typedef {object} HeatState which part of the picture made it similar (Grad-CAM)
 * @property {number} width cells
 * @property {number} height cells
 * @property {Float32Array} values (height, width), row by row, 0..1; all 0 where nothing did
 * @property {string} label the class it speaks for
 * @property {string|null} against in contrast mode: the runner-up
 */

/** @typedef {"off"|"winner"|"contrast"} HeatMode */

/**
 * @typedef {object} EngineState
 * @property {Where} where who answered last
 * @property {number|null} ms how long that took (a moving median), null before the first answer
 * @property {number} pending changes that the server has not confirmed yet
 * @property {boolean} syncing catching up with the room
 * @property {boolean} connected
 * @property {boolean} everConnected false on a static host: then say nothing of a server
 * @property {ErrorObject|null} note why a connected page still answers by itself (another model, a full room)
 */

/**
 * @typedef {object} ModelState
 * @property {"idle"|"loading"|"ready"|"failed"} state
 * @property {number} progress 0..1 while loading (bytes, then the measuring of backends)
 * @property {string|null} id
 * @property {string|null} title for a person
 * @property {string|null} backend "webgpu", "webgl", "wasm" or "cpu"
 * @property {number|null} embedMs one warm frame
 * @property {ErrorObject|null} error
 */

/** @typedef {"off"|"asking"|"on"|"paused"|"refused"|"missing"|"busy"|"insecure"} CameraPhase */

/**
 * @typedef {object} CameraState
 * @property {CameraPhase} state
 * @property {{id: string, label: string}[]} devices labels are empty before permission was given
 * @property {string|null} deviceId
 * @property {"user"|"environment"|null} facing null where the device doesn't say
 * @property {number|null} fps answered frames a second
 * @property {number|null} frameMs from a frame's capture to its answer
 * @property {boolean} mirrored how to show it; what is classified is never mirrored
 * @property {MediaStream|null} stream for the preview's srcObject
 */

/**
 * @typedef {"exampleDeleted"|"exampleMoved"|"classDeleted"|"classRenamed"|"classesMerged"|"classAdded"|"recorded"|"uploaded"} UndoKey
 * @typedef {{what: UndoKey, count: number, label: string, from?: string, undone?: true}} Undoable count: examples
 *   concerned; from: the label before; undone: it was just taken back
 */

/** @typedef {{label: string, done: number, total: number}} UploadState */

/** @typedef {{name: string, room: string|null, here: number}} ProjectState name is "" until the person gives one */

/** @type {ClassifierSettings} */
export const DEFAULT_SETTINGS = Object.freeze({ k: 3, metric: "auto", weights: "uniform", unknownDistance: "auto" });

/** Palette slots that a class's colour is chosen from. */
export const PALETTE_SIZE = 12;

/** A fresh state: every signal at its first value. */
export function createState() {
	return {
		/** IndexedDB was read: what is shown is what is there. */
		ready: signal(false),
		classes: signal(/** @type {ClassView[]} */ ([])),
		answer: signal(/** @type {Answer|null} */ (null)),
		settings: signal(/** @type {ClassifierSettings} */ ({ ...DEFAULT_SETTINGS })),
		engine: signal(
			/** @type {EngineState} */ ({
				where: "browser",
				ms: null,
				pending: 0,
				syncing: false,
				connected: false,
				everConnected: false,
				note: null,
			}),
		),
		model: signal(
			/** @type {ModelState} */ ({
				state: "idle",
				progress: 0,
				id: null,
				title: null,
				backend: null,
				embedMs: null,
				error: null,
			}),
		),
		camera: signal(
			/** @type {CameraState} */ ({
				state: "off",
				devices: [],
				deviceId: null,
				facing: null,
				fps: null,
				frameMs: null,
				mirrored: true,
				stream: null,
			}),
		),
		/** The label being recorded. */
		recording: signal(/** @type {string|null} */ (null)),
		undoable: signal(/** @type {Undoable|null} */ (null)),
		upload: signal(/** @type {UploadState|null} */ (null)),
		test: signal(/** @type {TestState} */ ({ evaluation: null, where: null, progress: null, missing: null })),
		/** At most two, those that were put away left out. */
		advice: signal(/** @type {Advice[]} */ ([])),
		map: signal(/** @type {MapState|null} */ (null)),
		mapDot: signal(/** @type {MapDot|null} */ (null)),
		heatMode: signal(/** @type {HeatMode} */ ("off")),
		heat: signal(/** @type {HeatState|null} */ (null)),
		project: signal(/** @type {ProjectState} */ ({ name: "", room: null, here: 0 })),
		problem: signal(/** @type {ErrorObject|null} */ (null)),
	};
}

/** @typedef {ReturnType<typeof createState>} State */
