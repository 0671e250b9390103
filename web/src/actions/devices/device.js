// What all devices have in common: where they are shown, and how a person's "no" and a failure are told.

import { problem } from "../../contract/problem.js";

/** @typedef {import("../../state/state.js").DeviceState} DeviceState */

/**
 * @param {import("../../state/state.js").State} state
 * @param {keyof import("../../state/state.js").DeviceStates} name
 * @param {DeviceState} deviceState
 */
export function showDevice({ devices }, name, deviceState) {
	devices.value = { ...devices.value, [name]: deviceState };
}

/**
 * Opens a device that the person chooses.
 * @param {(deviceState: DeviceState) => void} show
 * @param {() => Promise<void>} open
 * @throws {import("../../contract/problem.js").Problem} deviceNotOpened, and open's own
 */
export async function openChosen(show, open) {
	show("connecting");
	try {
		await open();
		show("on");
	} catch (error) {
		show("off");
		// The person chose none: no failure.
		if (error instanceof DOMException && (error.name === "NotFoundError" || error.name === "AbortError")) return;
		if (error instanceof Error && "code" in error && "hint" in error) throw error;
		throw problem("deviceNotOpened", { came: error instanceof Error ? error.message : error });
	}
}
