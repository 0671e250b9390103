// Sends lines to a board by Web Serial. A port that the person once chose is taken again when it is plugged in.

import { problem } from "../../contract/problem.js";
import { openChosen, showDevice } from "./device.js";

/** @typedef {import("./device-types.js").SerialPortLike} Port */

const BAUD = 9600;

export class Serial {
	#state;
	/** @type {import("./device-types.js").SerialLike|undefined} */
	#serial = /** @type {any} */ (globalThis.navigator).serial;
	/** The one that lines go to. @type {Port|null} */
	#port = null;
	#baud = BAUD;
	/** One line after another. @type {Promise<void>} */
	#last = Promise.resolve();

	/** @param {import("../../state/state.js").State} state */
	constructor(state) {
		this.#state = state;
		this.#serial?.addEventListener("disconnect", this.#onLost);
		this.#serial?.addEventListener("connect", this.#onFound);
	}

	/** @param {number} [baud] bits a second */
	async connect(baud = BAUD) {
		const serial = this.#serial;
		if (!serial) throw problem("noSerial");
		await openChosen(this.#show, async () => {
			const port = await serial.requestPort();
			await this.#close();
			await this.#open(port, baud);
		});
	}

	/** @param {import("../performance.js").Performance} performance */
	async perform({ action: { baud = BAUD }, fill }) {
		if (!this.#serial) throw problem("noSerial");
		if (!this.#port) {
			// One that was allowed on an earlier visit.
			const [known] = await this.#serial.getPorts();
			if (!known) throw problem("notConnected", { came: "USB" });
			await openChosen(this.#show, () => this.#open(known, baud));
		}
		const line = `${fill(false).replace(/[\r\n]+/g, " ")}\n`;
		const sending = this.#last.then(() => this.#write(line, baud));
		this.#last = sending.catch(() => {});
		await sending;
	}

	close() {
		this.#serial?.removeEventListener("disconnect", this.#onLost);
		this.#serial?.removeEventListener("connect", this.#onFound);
		void this.#close();
	}

	/** @param {import("./device.js").DeviceState} deviceState */
	#show = (deviceState) => showDevice(this.#state, "serial", deviceState);

	#onLost = (/** @type {Event} */ event) => {
		if (this.#port === null || (event.target !== this.#port && event.target !== this.#serial)) return;
		// A port that is back opens only if it was closed.
		void this.#close();
		this.#show("lost");
	};

	#onFound = () => {
		if (this.#port || this.#state.devices.value.serial !== "lost") return;
		void this.#serial
			?.getPorts()
			.then(([port]) => port && openChosen(this.#show, () => this.#open(port, this.#baud)))
			.catch(() => this.#show("lost"));
	};

	/** @param {Port} port @param {number} baud */
	async #open(port, baud) {
		await port.open({ baudRate: baud });
		this.#port = port;
		this.#baud = baud;
	}

	async #close() {
		const port = this.#port;
		this.#port = null;
		await port?.close().catch(() => {});
	}

	/** @param {string} line @param {number} baud */
	async #write(line, baud) {
		const port = this.#port;
		if (port && baud !== this.#baud) {
			await this.#close();
			await this.#open(port, baud);
		}
		const writer = this.#port?.writable?.getWriter();
		if (!writer) throw problem("notConnected", { came: "USB" });
		const isSent = await writer.write(new TextEncoder().encode(line)).then(
			() => true,
			() => false,
		);
		writer.releaseLock();
		if (isSent) return;
		await this.#close();
		this.#show("lost");
		throw problem("notConnected", { came: "USB" });
	}
}
