// What the service worker keeps, and what the page tells it. Types only.

/**
 * A file of the built page.
 * @typedef {object} Entry
 * @property {string} url relative to the page's folder
 * @property {string|null} revision of its content; null where the name has a hash
 * @property {string} integrity
 */

/**
 * From the page: `version` is answered, on the port, with the version's name, or null where the page's script is not of
 * that version; `takeOver` makes a waiting version the active one; `check` fetches what is missing and removes what is no
 * longer needed. From the service worker: `askVersion` is answered, on the port, with the version that the page is of.
 * @typedef {{type: "version", script: string}|{type: "takeOver"|"check"|"askVersion"}} Message
 */

export {};
