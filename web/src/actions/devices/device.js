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
 * Opens a device that the person chooses. Where they choose none, all stays as it was.
 * @template T
 * @param {object} device
 * @param {import("../../state/state.js").State} device.state
 * @param {keyof import("../../state/state.js").DeviceStates} device.name
 * @param {() => Promise<T>} choose
 * @param {(chosen: T) => Promise<void>} open
 * @throws {import("../../contract/problem.js").Problem} deviceNotOpened, and open's own
 */
export async function openChosen({ state, name }, choose, open) {
	const before = state.devices.value[name];
	showDevice(state, name, "connecting");
	/** @type {T} */
	let chosen;
	try {
		chosen = await choose();
	} catch (error) {
		showDevice(state, name, before === "connecting" ? "off" : before);
		// The person chose none: no failure.
		if (error instanceof DOMException && (error.name === "NotFoundError" || error.name === "AbortError")) return;
		throw notOpened(error);
	}
	await openDevice({ state, name }, () => open(chosen));
}

/**
 * Opens a device, and shows whether it is open.
 * @param {object} device
 * @param {import("../../state/state.js").State} device.state
 * @param {keyof import("../../state/state.js").DeviceStates} device.name
 * @param {() => Promise<void>} open
 * @throws {import("../../contract/problem.js").Problem} deviceNotOpened, and open's own
 */
export async function openDevice({ state, name }, open) {
	showDevice(state, name, "connecting");
	try {
		await open();
		showDevice(state, name, "on");
	} catch (error) {
		showDevice(state, name, "off");
		throw notOpened(error);
	}
}

/** @param {unknown} error */
function notOpened(error) {
	if (error instanceof Error && "code" in error && "hint" in error) return error;
	return problem("deviceNotOpened", { came: error instanceof Error ? error.message : error });
}
