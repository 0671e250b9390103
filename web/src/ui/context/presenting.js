// The presenter view: whether this page shows it, and the owner's other devices in the room, which see and change what it shows.
// A desk is the projector's page; what is no desk is its remote control.

import { effect, signal, untracked } from "@preact/signals";
import { asProblem } from "../../contract/problem.js";
import { selectCameraPhase } from "./phone.js";
import { isDesk } from "./window-shape.js";

/**
 * @typedef {import("../../app/session.js").Session} Session
 * @typedef {import("../../state/state.js").PresentedView} PresentedView
 */

/** Whether the page is shown to a class: the picture, a huge answer, and the neighbours. */
export const isPresenting = signal(false);

/** @param {Session} session @returns {PresentedView} what this page shows; reads signals */
const readView = (session) => ({
	presenting: isPresenting.value,
	heat: session.heatMode.value !== "off",
	paused: selectCameraPhase(session) === "paused",
});

/** @param {PresentedView} view @returns {string} the same for the same view */
const keyOf = ({ presenting, heat, paused }) => [presenting, heat, paused].join();

/**
 * @param {Session} session
 * @returns {boolean} whether other devices of the owner can be told; reads signals
 */
export const canControlProjector = (session) =>
	session.membership.value?.role === "owner" && session.engine.value.connected && session.project.value.room !== null;

/**
 * Changes what the projector shows, from another device.
 * @param {Session} session
 * @param {PresentedView} view
 * @returns {Promise<void>} never rejects: the problem is shown
 */
export async function controlProjector(session, view) {
	session.presented.value = view;
	try {
		await (await session.people()).present(view);
	} catch (error) {
		session.problem.value = asProblem(error);
	}
}

/** @param {Session} session @param {PresentedView} view */
function show(session, view) {
	const now = readView(session);
	isPresenting.value = view.presenting;
	if (view.heat !== now.heat) session.setHeatMode(view.heat ? "winner" : "off");
	if (view.paused === now.paused) return;
	if (view.paused && selectCameraPhase(session) === "on") session.pauseCamera();
	else if (!view.paused) session.resumeCamera();
}

/**
 * Keeps the projector's page and the owner's other devices the same.
 * @param {Session} session
 * @returns {() => void} stops
 */
export function followPresented(session) {
	/** What the others know. */
	let known = { presenting: false, heat: false, paused: false };
	const stops = [
		effect(() => {
			const view = session.presented.value;
			if (!view || session.membership.peek()?.role !== "owner") return;
			known = view;
			if (isDesk.peek()) untracked(() => show(session, view));
		}),
		effect(() => {
			const view = readView(session);
			if (!isDesk.value || !canControlProjector(session)) return;
			// Before it presents and after, nobody needs to know.
			if (keyOf(view) === keyOf(known) || !(view.presenting || known.presenting)) return;
			known = view;
			// What could not be told is told with the next change.
			session
				.people()
				.then(
					(people) => people.present(view),
					() => {},
				)
				.catch(() => {});
		}),
	];
	return () => {
		for (const stop of stops) stop();
	};
}
