// The state of the user interface: the open tabs, the selected pictures, the class to be named, the picture on the stage; and
// what the page shows of the session's state.

import { signal } from "@preact/signals";
import { readRemembered, remember } from "../../remembered.js";
import { hasVotes, isInformative } from "../../state/informative.js";

/** @typedef {import("../../app/session.js").Session} Session */

/** @type {readonly ["classes", "camera", "why"]} */
export const TABS = ["classes", "camera", "why"];

/** The tab a phone shows; wider windows show everything. */
export const tab = signal(/** @type {typeof TABS[number]} */ ("camera"));

/** @type {readonly ["neighbours", "map", "heat", "test", "coach"]} */
export const DECIDE_TABS = ["neighbours", "map", "heat", "test", "coach"];

/** @typedef {typeof DECIDE_TABS[number]} DecideTab */

const REMEMBERED_TAB = "decideTab";

/**
 * @param {string|null} remembered
 * @returns {DecideTab} the tab of "How it decides" to open first
 */
export const restoreDecideTab = (remembered) => DECIDE_TABS.find((name) => name === remembered) ?? "neighbours";

/** The tab of "How it decides" that is open; remembered. */
export const decideTab = signal(restoreDecideTab(readRemembered(REMEMBERED_TAB)));

/** @param {DecideTab} name */
export function chooseDecideTab(name) {
	decideTab.value = name;
	remember(REMEMBERED_TAB, name);
}

/**
 * Pictures that a popup shows together: those of a cell of the confusion matrix, or of a piece of advice.
 * @typedef {object} PictureSelection
 * @property {string} title
 * @property {() => readonly string[]} ids called at every render, since the test goes on meanwhile
 * @property {HTMLElement} anchor
 * @property {string} [label] only those that are (still) of this class
 */

/** The pictures in the open popup. Kept here, since the component that opened it may be removed before it is closed. */
export const pictureSelection = signal(/** @type {PictureSelection|null} */ (null));

/**
 * The examples that are reviewed one by one, and the button that the focus goes back to; null: none.
 * @type {import("@preact/signals").Signal<{ids: readonly string[], anchor: HTMLElement}|null>}
 */
export const reviewed = signal(null);

/** The button that opened the bin; null: it is closed. */
export const binAnchor = signal(/** @type {HTMLElement|null} */ (null));

/**
 * The class whose colour and emoji are chosen, and the button that opened the choice; null: none.
 * @type {import("@preact/signals").Signal<{label: string, anchor: HTMLElement}|null>}
 */
export const looked = signal(null);

/**
 * What is imported or exported in the open dialog.
 * @typedef {object} ExchangeJob
 * @property {"import"|"export"} kind
 * @property {File|import("../../exchange/formats/format.js").FolderSource|null} [source] null: the person chooses it in the dialog
 * @property {string|null} [label] of the class card that it was dropped on
 */

/** The open dialog for import or export. */
export const exchangeJob = signal(/** @type {ExchangeJob|null} */ (null));

/** Whether the sheet is open that says how others come into the room. */
export const isSharing = signal(false);

/** Whether the view is open that tries many photos at once. */
export const isTrying = signal(false);

/** Photos that the view is to try as soon as it is open. */
export const photosToTry = signal(/** @type {File[]} */ ([]));

/** The class that was just added: its name field takes the focus. */
export const classToName = signal(/** @type {string|null} */ (null));

/** The picture on the stage, with an object URL to show it. */
export const stagePicture = signal(/** @type {{url: string, file: File}|null} */ (null));

/** @param {Session} session */
export const selectFilledClasses = (session) => session.classes.value.filter(hasVotes);

/**
 * @param {Session} session
 * @returns {boolean} whether an answer is informative
 */
export const hasEnoughClasses = (session) => isInformative(session.classes.value);

/**
 * @param {Session} session
 * @returns {import("../../state/state.js").ShownAnswer|null} the answer that the page shows; null: none yet, or it would not be informative
 */
export const selectAnswer = (session) => (hasEnoughClasses(session) ? session.answer.value : null);

/**
 * @param {Session} session
 * @returns {boolean} whether many photos can be tried at once: not in an exported page
 */
export const canTryPhotos = (session) => "tryPhotos" in session && hasEnoughClasses(session);

/**
 * @param {Session} session
 * @returns {boolean} false: an exported page (standalone/), which only answers
 */
export const canTeach = (session) => "addClass" in session;
