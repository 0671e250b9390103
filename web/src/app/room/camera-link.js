// The link that makes another device a camera only, for this page: its key pairs the two, and is told to nobody else.

/** What follows the # of such a link. Browsers send it to no server. */
const CAMERA_HASH = /^#camera=([\w-]{16,64})$/;

/**
 * @param {string} hash of the page's address
 * @returns {string|null} the key; null: the page is no camera
 * @example
 * cameraKeyOf("#camera=9f86d081884c7d659a2feaa0c55ad015"); // "9f86d081884c7d659a2feaa0c55ad015"
 */
export const cameraKeyOf = (hash) => CAMERA_HASH.exec(hash)?.[1] ?? null;

/**
 * @param {string} link by which others join the room
 * @param {string} key
 * @returns {string} the link that makes a device a camera only
 * @example
 * cameraLink("https://school.example/?room=KIWI-42", "9f86d081884c7d659a2feaa0c55ad015");
 */
export const cameraLink = (link, key) => `${link}#camera=${key}`;
