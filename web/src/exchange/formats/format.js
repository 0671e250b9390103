// What a format of another tool is, and what its reading gives: types only.

/** @typedef {import("../content.js").ProjectContent} ProjectContent */
/** @typedef {keyof typeof import("../../../../contract/formats.json")} FormatName */
/** @typedef {"broken"|"empty"|"big"|"notPicture"|"loose"|"unlabelled"} SkipReason */
/** @typedef {{name: string, reason: SkipReason}} Skipped name: of a file, or the number of a line or of an example */
/** @typedef {{content: ProjectContent, skipped: Skipped[]}} Imported */
/** @typedef {{path: string, size: number, blob: () => Promise<Blob>}} Entry a file in a zip or in a folder */
/** @typedef {{name: string, files: {path: string, file: File}[]}} FolderSource a folder, or several things dropped at once */
/** @typedef {{text: string, isLast: boolean, share: number}} Piece */

/**
 * @typedef {object} Opened a file or a folder, as far as every format has to look at it
 * @property {string} name without its ending; the project is called by it
 * @property {unknown} json undefined: it is no JSON
 * @property {Entry[]|null} entries null: it is neither a zip nor a folder
 * @property {string|null} text the beginning; null: it is no text
 * @property {() => AsyncIterable<Piece>} pieces of its text
 */

/**
 * @typedef {object} ReadOptions
 * @property {number|null} [dimension] of the page's network, where the file doesn't say how many numbers make one example
 * @property {(share: number) => Promise<void>|void} [onProgress] 0 to 1; what it throws ends the reading
 */

/**
 * @typedef {object} Format
 * @property {FormatName} name
 * @property {(opened: Opened) => boolean} sniff
 * @property {(opened: Opened, options?: ReadOptions) => Promise<Imported>} read
 * @property {(content: ProjectContent) => AsyncIterable<string>} [write] of a format that is text
 * @property {(content: ProjectContent) => Iterable<{path: string, blob: Blob}>} [entries] of a format that is a zip
 */

export {};
