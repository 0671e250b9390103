// What is recorded flies from the picture to its class, so that one sees where it goes. Only drawn: it moves nothing else, and
// whoever wants less motion sees none.

import { effect } from "@preact/signals";

const FLIGHT_MS = 420;
/** More at once would be a swarm. */
const MAX_FLYING = 3;

/**
 * @param {number} index of the class
 * @returns {DOMRect|null} where its examples are shown: its card, or its button on the rail or the phone
 */
function findTarget(index) {
	const places = [
		document.querySelector(`.class-card[data-index="${index}"] .thumbnail-list`),
		document.querySelector(`.rail-class[data-index="${index}"] .look-swatch`),
		document.querySelectorAll(".record-chip")[index],
	];
	// Safari before 17.4 has no checkVisibility.
	const box = places.find((place) => place && place.getClientRects().length > 0)?.getBoundingClientRect();
	return box ?? null;
}

/**
 * @param {string} url of the picture
 * @param {DOMRect} from
 * @param {DOMRect} to
 * @returns {Promise<void>} when it has arrived
 */
async function fly(url, from, to) {
	const picture = document.createElement("img");
	picture.className = "flight";
	picture.alt = "";
	picture.src = url;
	document.body.append(picture);
	const side = Math.min(from.width, from.height) / 2;
	const end = Math.min(46, to.height);
	const x = from.left + (from.width - side) / 2;
	const y = from.top + (from.height - side) / 2;
	picture.style.setProperty("width", `${side}px`);
	picture.style.setProperty("height", `${side}px`);
	const place = (/** @type {number} */ left, /** @type {number} */ top, /** @type {number} */ scale) =>
		`translate(${left}px, ${top}px) scale(${scale})`;
	const flight = picture.animate(
		[
			{ transform: place(x, y, 1), opacity: 0.2 },
			{ transform: place(x, y, 0.8), opacity: 0.9, offset: 0.25 },
			{ transform: place(to.left, to.top, end / side), opacity: 0.9 },
		],
		{ duration: FLIGHT_MS, easing: "cubic-bezier(0.4, 0, 0.2, 1)", fill: "both" },
	);
	try {
		await flight.finished;
	} finally {
		picture.remove();
	}
}

/**
 * @param {import("../../app/session.js").Session} session
 * @returns {() => void} stops
 */
export function showFlights(session) {
	const calm = matchMedia("(prefers-reduced-motion: reduce)");
	let flying = 0;
	/** The newest example of the class that is recorded. @type {string|undefined} */
	let newest;
	return effect(() => {
		const label = session.recording.value;
		const recorded = label === null ? undefined : session.classes.value.find((each) => each.label === label);
		const example = recorded?.examples[0];
		const isNew = example !== undefined && example.id !== newest && newest !== undefined;
		newest = example ? example.id : recorded && "";
		if (!recorded || !isNew || calm.matches || document.hidden || flying >= MAX_FLYING) return;
		const url = example.thumbnailUrl;
		const from = document.querySelector(".stage")?.getBoundingClientRect();
		const to = findTarget(recorded.index);
		if (url === null || !from || !to) return;
		flying += 1;
		void fly(url, from, to).finally(() => {
			flying -= 1;
		});
	});
}
