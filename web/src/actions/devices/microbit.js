// Sends lines to a micro:bit by Web Bluetooth, over its UART service (Nordic's).

import { problem } from "../../contract/problem.js";
import { openChosen, showDevice } from "./device.js";

const SERVICE = "6e400001-b5a3-f393-e0a9-e50e24dcca9e";
/** A board receives by one of these: the micro:bit by the first, Nordic's own boards by the second. */
const RECEIVERS = ["6e400003-b5a3-f393-e0a9-e50e24dcca9e", "6e400002-b5a3-f393-e0a9-e50e24dcca9e"];
/** So many bytes fit into one packet. */
const PACKET_BYTES = 20;

export class Microbit {
	#state;
	/** @type {import("./device-types.js").BluetoothLike|undefined} */
	#bluetooth = /** @type {any} */ (globalThis.navigator).bluetooth;
	/** @type {import("./device-types.js").BluetoothDeviceLike|null} */
	#device = null;
	/** @type {import("./device-types.js").CharacteristicLike|null} */
	#receiver = null;
	/** One line after another. @type {Promise<void>} */
	#last = Promise.resolve();

	/** @param {import("../../state/state.js").State} state */
	constructor(state) {
		this.#state = state;
	}

	async connect() {
		const bluetooth = this.#bluetooth;
		if (!bluetooth) throw problem("noBluetooth");
		const filters = [{ namePrefix: "BBC micro:bit" }, { services: [SERVICE] }];
		const choose = () => bluetooth.requestDevice({ filters, optionalServices: [SERVICE] });
		await openChosen({ state: this.#state, name: "microbit" }, choose, async (device) => {
			this.close();
			device.addEventListener("gattserverdisconnected", this.#onLost);
			this.#device = device;
			await this.#open();
		});
	}

	/** @param {import("../performance.js").Performance} performance */
	async perform({ fill }) {
		if (!this.#bluetooth) throw problem("noBluetooth");
		if (!this.#device) throw problem("notConnected", { came: "micro:bit" });
		const line = new TextEncoder().encode(`${fill(false).replace(/[\r\n]+/g, " ")}\n`);
		const sending = this.#last.then(() => this.#write(line));
		this.#last = sending.catch(() => {});
		await sending;
	}

	close() {
		this.#device?.removeEventListener("gattserverdisconnected", this.#onLost);
		this.#device?.gatt?.disconnect();
		this.#device = null;
		this.#receiver = null;
	}

	/** @param {import("./device.js").DeviceState} deviceState */
	#show = (deviceState) => showDevice(this.#state, "microbit", deviceState);

	#onLost = () => {
		this.#receiver = null;
		this.#show("lost");
	};

	async #open() {
		const server = await this.#device?.gatt?.connect();
		const service = await server?.getPrimaryService(SERVICE);
		for (const id of RECEIVERS) {
			const characteristic = await service?.getCharacteristic(id);
			if (characteristic?.properties.write) {
				this.#receiver = characteristic;
				return;
			}
		}
		throw problem("deviceNotOpened", { came: "UART" });
	}

	/** @param {Uint8Array<ArrayBuffer>} line */
	async #write(line) {
		try {
			// It came back into reach: the person need not choose it again.
			if (!this.#receiver) await this.#open();
			for (let at = 0; at < line.length; at += PACKET_BYTES) {
				await this.#receiver?.writeValueWithResponse(line.slice(at, at + PACKET_BYTES));
			}
			this.#show("on");
		} catch {
			this.#onLost();
			throw problem("notConnected", { came: "micro:bit" });
		}
	}
}
