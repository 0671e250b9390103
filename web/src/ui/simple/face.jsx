// The three answers as faces: glad, in doubt, asking. They are decoration: the words beside them say the same.

/** The mouth and what else tells the faces apart, in a square of 48. */
const PATHS = /** @type {const} */ ({
	sure: "M14 29c3 6 17 6 20 0",
	notSure: "M15 32l6-3 6 3 6-3M12 13.5l6-1.5M30 10.5l6 2.5",
	unknown: "M24 33.5a2.5 3 0 1 0 0-6 2.5 3 0 0 0 0 6zM12 12.5c1.5-2 4-2.5 6-1.5M30 11c2-1 4.5-.5 6 1.5",
});

/** @param {{certainty: keyof typeof PATHS}} props */
export const Face = ({ certainty }) => (
	<svg class="face" data-face={certainty} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
		<circle class="face-skin" cx="24" cy="24" r="21" />
		<circle class="face-eye" cx="17" cy="20" r="2.5" />
		<circle class="face-eye" cx="31" cy="20" r="2.5" />
		<path class="face-line" d={PATHS[certainty]} />
	</svg>
);
