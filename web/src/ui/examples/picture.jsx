// The picture of one example.

import { useEffect } from "preact/hooks";
import { useSession } from "../context/session-context.js";
import { Icon } from "../widgets/icons.jsx";

/**
 * The picture of an example. Where another device added it, the room is asked for one while this is shown.
 * @param {{example: import("../../app/session.js").ExampleView|null|undefined}} props none: the example is gone
 */
export function ExamplePicture({ example }) {
	const session = useSession();
	const url = example?.thumbnailUrl ?? null;
	const missing = url === null && example ? example.id : null;
	// An exported page (standalone/) is in no room.
	const canAsk = session.roomHasPictures?.value ?? false;
	useEffect(() => {
		if (missing !== null && canAsk) session.askForPicture(missing);
	}, [missing, canAsk]);
	return <Picture url={url} />;
}

/**
 * A thumbnail, or a stand-in for an example that another device added: its picture stayed there.
 * @param {{url: string|null}} props
 */
export function Picture({ url }) {
	if (url) return <img src={url} alt="" draggable={false} decoding="async" />;
	return (
		<span class="no-picture">
			<Icon name="picture" />
		</span>
	);
}
