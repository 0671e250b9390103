// The page's state, as signals: session.js and its modules write them, the user interface reads them. Nothing here decides
// anything. Any room of the page but contract and i18n may import it.

import { signal } from "@preact/signals";

/** @typedef {import("../contract/errors.js").ErrorObject} ErrorObject */

/**
 * @typedef {object} ExampleView one example on the page
 * @property {string} id
 * @property {string} label
 * @property {string|null} group the recording it belongs to; null for pictures from files
 * @property {string|null} thumbnailUrl an object URL of a small picture; null if another device added the example, and the room
 *   shows no picture of it; reads a signal
 * @property {string|null} [contributor] id of who added it to the room; null: it is not known
 */

/**
 * @typedef {object} ClassView
 * @property {number} key stays with the class while the page is open, also when it is renamed or moved
 * @property {string} label
 * @property {number} index its position in class order, as a result's classIndex
 * @property {number} colour from 0 on; twelve hues, then the same hues with a pattern; stays with the class when it is renamed
 * @property {string|null} emoji
 * @property {number} count
 * @property {ExampleView[]} examples newest first
 * @property {boolean} isOff switched off: its examples have no vote on this device
 */

/** @typedef {import("./result.js").Metric} Metric */
/** @typedef {import("./result.js").Weights} Weights */
/** @typedef {import("./result.js").Neighbour} Neighbour */
/** @typedef {import("./result.js").Result} Result */

/** @typedef {import("./result.js").ClassifierSettings} ClassifierSettings */

/** @typedef {import("./figures.js").Where} Where */

/**
 * @typedef {object} ResolvedSettings what an answer used for the settings that may be "auto"
 * @property {Metric} metric
 * @property {number|null} fittedAt the revision (the room's, or the replica's) that the adapted metric was fitted at; null with
 *   any other metric
 * @property {number|import("./result.js").UnknownLimit|null} unknownDistance
 */

/** @typedef {Result & Omit<ResolvedSettings, "unknownDistance"> & {where: Where, ms: number}} Answer the answer to one picture */

/**
 * @typedef {Omit<Answer, "classIndex"> & {meanOf: number}} ShownAnswer what the page shows. Of a video, label, confidences,
 *   unknownShare, isUnknown and certainty are those of the mean of the last `meanOf` frames, and all else is the newest frame's;
 *   1: all is of one picture
 */

/** @typedef {import("./figures.js").Evaluation} Evaluation */
/** @typedef {import("./figures.js").Split} Split */
/** @typedef {import("./figures.js").TestState} TestState */

/**
 * @typedef {object} Advice one piece of advice about the examples
 * @property {"few"|"imbalance"|"copies"|"overlap"|"swapped"|"background"} key
 * @property {string[]} labels the classes concerned; empty: all classes
 * @property {string[]} ids the examples concerned, the clearest cases first
 * @property {number} [count] how many examples, for the sentence
 */

/**
 * @typedef {object} MapState the examples in two dimensions
 * @property {"pca"|"umap"} method
 * @property {string[]} ids n
 * @property {Float32Array} points (n, 2), row by row, each coordinate in -1..1
 * @property {number|null} progress 0..1 while UMAP works (PCA's points are shown meanwhile); null: done
 */

/** @typedef {{x: number, y: number, neighbours: string[]}} MapDot the frame on the map; neighbours: ids of the answer's neighbours */

/**
 * @typedef {object} HeatState which parts of the picture made it similar (Grad-CAM)
 * @property {number} width cells
 * @property {number} height cells
 * @property {Float32Array} values (height, width), row by row, 0..1; all 0 if no part did
 * @property {string} label the class that it explains
 * @property {string|null} against the runner-up in contrast mode; null otherwise
 */

/** @typedef {"off"|"winner"|"contrast"} HeatMode */

/**
 * @typedef {object} EngineState
 * @property {Where} where where the last answer was worked out
 * @property {number|null} ms how long an answer takes there (a moving median); null before the first answer
 * @property {number} pending changes that the server has not confirmed yet
 * @property {boolean} syncing whether the page is catching up with the room
 * @property {boolean} connected
 * @property {boolean} everConnected false on a static host: the page then does not mention a server
 * @property {ErrorObject|null} note why a connected page answers by itself (another model, a full room)
 */

/**
 * @typedef {object} Sample what the model came with, to try the page; names of files beside the model
 * @property {string} project a `.showandtell` file
 * @property {string} picture to ask about
 */

/** @typedef {{backend: string, cosine: number|null}} LeftOut cosine: of its wrong numbers to the model's own; null: it failed */

/**
 * @typedef {object} ModelState
 * @property {"idle"|"loading"|"ready"|"failed"} state
 * @property {number} progress 0..1 while loading (bytes, then the timing of backends)
 * @property {string|null} id
 * @property {string|null} title for a person
 * @property {Sample|null} sample
 * @property {string|null} backend "webgpu", "webgl", "wasm" or "wasm-threads"
 * @property {number|null} cosine of the backend's golden embeddings to the model's own, the smaller one; null: not checked
 * @property {LeftOut[]} leftOut backends that are not used
 * @property {number|null} embedMs the time for one frame once warm
 * @property {ErrorObject|null} error
 */

/** @typedef {"off"|"asking"|"on"|"paused"|"refused"|"missing"|"busy"|"insecure"} CameraPhase */

/**
 * @typedef {object} CameraState
 * @property {CameraPhase} state
 * @property {{id: string, label: string}[]} devices labels are empty before permission is given
 * @property {string|null} deviceId
 * @property {"user"|"environment"|null} facing null if the device does not tell
 * @property {number|null} fps answered frames a second
 * @property {number|null} frameMs from a frame's capture to its answer
 * @property {boolean} mirrored whether the preview is mirrored; what is classified never is
 * @property {boolean} interrupted whether a call, or another program, has the camera just now: no frames come meanwhile
 * @property {MediaStream|null} stream
 * @property {HTMLVideoElement|null} video shows the stream; frames are taken from it, so the page must hold it; null before
 *   there is a camera
 */

/**
 * @typedef {"exampleDeleted"|"exampleMoved"|"classDeleted"|"classRenamed"|"classesMerged"|"classAdded"|"recorded"|"uploaded"|
 *   "classStyled"|"classOff"|"classOn"|"classesOrdered"|"configured"|"projectNamed"|"restored"|"imported"|"actionsChanged"} UndoKey
 * @typedef {"classGone"|"classUsed"|"nameTaken"|"renamed"|"examplesGone"|"examplesMoved"|"changed"|"binEmptied"} ClashKey
 * @typedef {{key: ClashKey, label: string, count: number, who: string|null}} Clash why undo or redo left something alone;
 *   who: the member that has gone on since; null: it is not known
 * @typedef {object} Undoable one step
 * @property {UndoKey} what
 * @property {number} count examples concerned
 * @property {string} label
 * @property {string} [from] the label before
 * @property {true} [undone] it has just been undone
 * @property {true} [redone] it has just been made again
 * @property {boolean} [isNothing] nothing could be done of it
 * @property {Clash} [clash]
 */

/** @typedef {{undo: Undoable|null, redo: Undoable|null}} History what the next undo and the next redo are about; null: nothing */

/** @typedef {{id: string, name: string}} Member of a room; name: "" where it was not said */
/** @typedef {Member & {secret: string}} OwnMember who is at this browser; secret: by which a server knows that it is the same one */
/** @typedef {OwnMember & {inRooms?: Record<string, {id: string, secret: string}>}} KeptMember inRooms: who it is in each room, by
 *   their codes: what one room's members know of it is worth nothing in another */

/** @typedef {"view"|"add"|"editOwn"|"editAll"} AccessLevel what members may do: each level more than the one before */
/** @typedef {{level: AccessLevel, locked: boolean, thumbnails: boolean}} Access locked: only owners change anything for now;
 *   thumbnails: everyone in the room sees everyone's pictures */

/**
 * @typedef {object} PresentedView what an owner's projector shows
 * @property {boolean} presenting the presenter view
 * @property {boolean} heat the heat map over the picture
 * @property {boolean} paused the camera's picture stands still
 */

/**
 * @typedef {object} PhoneState another device that is this page's camera
 * @property {"waiting"|"on"|"lost"|"paused"} state waiting: it has sent nothing yet; lost: it sends nothing any more
 * @property {string} key that pairs the two
 * @property {string|null} pictureUrl an object URL of what it sees; null: the room shows no pictures
 */

/**
 * @typedef {object} Membership what a room lets this browser do
 * @property {"owner"|"member"} role
 * @property {string} contributor the id that the examples of this browser get
 * @property {Access} access
 * @property {boolean} muted an owner has paused what this browser adds
 * @property {number} [closesAt] seconds since 1970: when the room is deleted if nothing changes in it; an owner is told, where it ends
 */

/**
 * @typedef {object} Contributor who adds to a room
 * @property {string} id
 * @property {string} name "" where it was not said
 * @property {boolean} here
 * @property {boolean} muted
 */

/**
 * @typedef {object} Loss what another member deleted of this browser's examples, and what can come back
 * @property {string|null} who null: it is not known
 * @property {string} label the class that was deleted, or that the examples belonged to
 * @property {boolean} isClass the whole class was deleted
 * @property {boolean} isRefused the room did not take them: nobody deleted them
 * @property {string[]} ids
 */

/** @typedef {{good: number, copies: number, blurred: number, dark: number}} MeterCounts pictures of one recording, each counted once */
/** @typedef {{label: string, counts: MeterCounts, isOver: boolean}} MeterState what the picture meter says of the recording, or of the last */

/** @typedef {"hold"|"lock"|"burst"} RecordingWay what ends a recording: its release; another tap, or a limit; its number of pictures */

/** @typedef {{left: number, top: number, side: number}} Crop a square part of the camera's middle square, in shares of its side, as
 *   the camera sees it: not mirrored */

/** @typedef {{label: string, done: number, total: number}} UploadState */

/** @typedef {{label: string, name: string, error: ErrorObject}} UnreadFile label: the class it was meant for */

/**
 * @typedef {object} UploadReport
 * @property {number} added
 * @property {{name: string, error: ErrorObject}[]} failed files that could not be read
 * @property {boolean} cancelled
 */

/**
 * @typedef {object} ProjectState
 * @property {string} id "" before one is open
 * @property {string} name "" until one is given
 * @property {string|null} room null: it works alone
 * @property {number} here devices in the room
 * @property {boolean} isSample whether it is the page's example
 * @property {string|null} cameFrom id of the project that was open before its room was joined, or before the sample
 */

/**
 * @typedef {object} Notice what has just become of project and room, in a sentence
 * @property {"joined"|"shared"|"left"|"back"|"noSuchRoom"|"badRoom"|"noServer"|"deleted"|"duplicated"|"saved"|"downloaded"|"opened"|"openedAnew"|"openedNumbers"|"sample"|"wrongSecret"|"roomClosed"|"removedFromRoom"} key
 * @property {string} [room]
 * @property {string} [name] of a project, or of a file
 * @property {string} [id] of a project
 */

/**
 * @typedef {object} FileWork a file that is being saved or opened, for longer than a second
 * @property {"saving"|"opening"} what
 * @property {string} name the file's
 * @property {number} share how much is done, 0..1
 * @property {() => void} cancel
 */

/**
 * @typedef {object} StorageState
 * @property {number|null} used bytes; null: the browser does not tell
 * @property {number|null} left bytes, at least
 * @property {number} unsaved changes that are in memory only, because they could not be written
 */

/** @typedef {import("../contract/actions.js").Action} Action */
/** @typedef {"on"|"off"|"ask"} ActionsSwitch ask: the project came from elsewhere, and nobody has said yet */
/** @typedef {{text: string, url: string|null}} ShownAction what an action shows full-screen; url: of a picture, an object URL */
/** @typedef {"off"|"connecting"|"on"|"lost"} DeviceState lost: it was unplugged, and is taken again when it is back */
/** @typedef {{serial: DeviceState, microbit: DeviceState, midi: DeviceState}} DeviceStates */
/** @typedef {{kind: import("../contract/actions.js").ActionKind, label: string, text: string, n: number}} HappenedAction n: counts them, so
 *   that two of the same differ */

/** @type {ClassifierSettings} */
export const DEFAULT_SETTINGS = Object.freeze({ k: 3, metric: "auto", weights: "uniform", unknownDistance: "auto" });

/** Hues of the palette. Colours beyond are the same hues with a pattern. */
export const PALETTE_SIZE = 12;

/** Creates a state with every signal at its first value. */
export function createState() {
	return {
		/** Whether IndexedDB has been read: before, `classes` is empty whatever is stored. */
		ready: signal(false),
		classes: signal(/** @type {ClassView[]} */ ([])),
		answer: signal(/** @type {ShownAnswer|null} */ (null)),
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
				sample: null,
				backend: null,
				cosine: null,
				leftOut: [],
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
				interrupted: false,
				stream: null,
				video: null,
			}),
		),
		/** The part of the camera's picture that is taught and asked about; null: all of its middle square. */
		crop: signal(/** @type {Crop|null} */ (null)),
		/** The label that is being recorded. */
		recording: signal(/** @type {string|null} */ (null)),
		/** The label whose hold waits until the camera and the model are ready. */
		waitingToRecord: signal(/** @type {string|null} */ (null)),
		/** What ends the recording that goes on or waits; null: there is none. */
		recordingWay: signal(/** @type {RecordingWay|null} */ (null)),
		/** The whole seconds until a recording begins; null: nothing is counted down. */
		countdown: signal(/** @type {{label: string, left: number}|null} */ (null)),
		/** Null: nothing has been recorded yet. */
		meter: signal(/** @type {MeterState|null} */ (null)),
		/** What was just done, undone or made again. */
		undoable: signal(/** @type {Undoable|null} */ (null)),
		history: signal(/** @type {History} */ ({ undo: null, redo: null })),
		/** What other members deleted of this browser's examples since it was last looked at. */
		losses: signal(/** @type {Loss[]} */ ([])),
		upload: signal(/** @type {UploadState|null} */ (null)),
		/** Files that could not be read, until they are dismissed. */
		unreadFiles: signal(/** @type {UnreadFile[]} */ ([])),
		test: signal(/** @type {TestState} */ ({ evaluation: null, where: null, progress: null, missing: null })),
		/** At most two, without those that were dismissed. */
		advice: signal(/** @type {Advice[]} */ ([])),
		map: signal(/** @type {MapState|null} */ (null)),
		mapDot: signal(/** @type {MapDot|null} */ (null)),
		heatMode: signal(/** @type {HeatMode} */ ("off")),
		heat: signal(/** @type {HeatState|null} */ (null)),
		project: signal(
			/** @type {ProjectState} */ ({ id: "", name: "", room: null, here: 0, cameFrom: null, isSample: false }),
		),
		/** Who is at this browser, for others in a room; null: no project is open yet. */
		member: signal(/** @type {KeptMember|null} */ (null)),
		/** What the open project's room lets this browser do; null: there is no room, or one without roles. */
		membership: signal(/** @type {Membership|null} */ (null)),
		/** What an owner's other device said of the projector; null: nothing yet. */
		presented: signal(/** @type {PresentedView|null} */ (null)),
		/** Another device as the camera; null: there is none. */
		phone: signal(/** @type {PhoneState|null} */ (null)),
		/** Who adds to the room, as far as the server knows them by name. */
		contributors: signal(/** @type {Contributor[]} */ ([])),
		/** Whether the room can be asked for pictures of what others added. */
		roomHasPictures: signal(false),
		/** Whether there is a server; null: it is still looked for. */
		server: signal(/** @type {boolean|null} */ (null)),
		notice: signal(/** @type {Notice|null} */ (null)),
		fileWork: signal(/** @type {FileWork|null} */ (null)),
		/** What happens when a class has won, by its label; UNKNOWN_KEY for "I don't know". */
		actions: signal(/** @type {ReadonlyMap<string, Action[]>} */ (new Map())),
		actionsSwitch: signal(/** @type {ActionsSwitch} */ ("on")),
		/** The action that happened last. */
		lastAction: signal(/** @type {HappenedAction|null} */ (null)),
		shownAction: signal(/** @type {ShownAction|null} */ (null)),
		/** How often each class has won since it was last reset, by its label. */
		tally: signal(/** @type {ReadonlyMap<string, number>} */ (new Map())),
		/** The key that an action pressed in a game; n: counts them. */
		pressedKey: signal(/** @type {{key: string, n: number}|null} */ (null)),
		devices: signal(/** @type {DeviceStates} */ ({ serial: "off", microbit: "off", midi: "off" })),
		/** Where MIDI notes may go; chosen: id of one, null: the first. */
		midiOutputs: signal(
			/** @type {{outputs: {id: string, name: string}[], chosen: string|null}} */ ({ outputs: [], chosen: null }),
		),
		/** Whether the room is told what this device sees. */
		isTellingAnswers: signal(false),
		storage: signal(/** @type {StorageState} */ ({ used: null, left: null, unsaved: 0 })),
		/** Whether another tab works with the projects: this one is covered. */
		isCovered: signal(false),
		/** Whether that tab keeps its turn, because it has changes that could not be saved. */
		otherHasUnsaved: signal(false),
		problem: signal(/** @type {ErrorObject|null} */ (null)),
	};
}

/** @typedef {ReturnType<typeof createState>} State */
