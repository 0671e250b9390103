// What the service worker keeps, and what the page tells it. Types only.

/**
 * A file of the built page.
 * @typedef {object} Entry
 * @property {string} url relative to the page's folder
 * @property {string|null} revision of its content; null where the name has a hash
 * @property {string} integrity
 * @property {string} [language] of a lesson that is translated; all other files are needed in every language
 */

/**
 * From the page: `version` is answered, on the port, with the version's name, or null where the page's script is not of
 * that version; `takeOver` makes a waiting version the active one; `check` fetches what is missing and removes what is no
 * longer needed; `language` has the lessons of the page's language kept. From the service worker: `askVersion` is answered,
 * on the port, with the version that the page is of.
 * @typedef {{type: "version", script: string}|{type: "language", language: string}|{type: "takeOver"|"check"|"askVersion"}} Message
 */

export {};
