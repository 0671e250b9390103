// Imports nothing: the first load asks about these, and the rest of this folder is loaded later.

/** What the server refuses while it can't keep anything. A damaged store is mended once somebody restores a backup. */
export const STORE_ERRORS = new Set(["notSaved", "notOpened", "damagedStore"]);
