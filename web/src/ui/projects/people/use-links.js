// The links that lead other devices into a room, as the server says at which addresses it is reached.

import { useEffect, useState } from "preact/hooks";
import { useSession } from "../../context/session-context.js";

/** @typedef {{links: string[], isOnlyHere: boolean}} Links */

/**
 * @param {string|null} room
 * @param {() => void} onFailed their code could not be loaded
 * @returns {Links|null} null: not known yet
 */
export function useLinks(room, onFailed) {
	const session = useSession();
	const [links, setLinks] = useState(/** @type {Links|null} */ (null));
	useEffect(() => {
		let isOver = false;
		if (room === null) return;
		session.projects().then(async (projects) => {
			const found = await projects.links(room);
			if (!isOver) setLinks(found);
		}, onFailed);
		return () => {
			isOver = true;
		};
	}, [room]);
	return links;
}
