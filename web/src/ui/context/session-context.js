// The session for all components, without passing it through every level.

import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** @typedef {import("../../app/session.js").Session} Session */

export const SessionContext = createContext(/** @type {Session} */ (/** @type {unknown} */ (null)));

/** @returns {Session} */
export const useSession = () => useContext(SessionContext);
