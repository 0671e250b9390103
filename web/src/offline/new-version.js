// Whether a new version of the page is ready, and how a person takes it. Small, because the first load has it; updates.js
// does the work.

import { signal } from "@preact/signals";

/** @typedef {{take: () => void}} NewVersion take: loads the page anew, in the new version */

/** Null: there is none. */
export const newVersion = signal(/** @type {NewVersion|null} */ (null));
