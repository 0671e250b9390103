// Sends lines to a board by Web Serial. A port that the person once chose is taken again when it is plugged in.

import { problem } from "../../contract/problem.js";
import { openChosen, openDevice, showDevice } from "./device.js";

/** @typedef {import("./device-types.js").SerialPortLike} Port */

const BAUD = 9600;

export class Serial {
	#state;
	/** @type {import("./device-types.js").SerialLike|undefined} */
	#serial = /** @type {any} */ (globalThis.navigator).serial;
	/** The one that lines go to. @type {Port|null} */
	#port = null;
	#baud = BAUD;
	/** One line, opening or closing after another. @type {Promise<void>} */
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
		const openInTurn = (/** @type {Port} */ port) =>
			this.#inTurn(async () => {
				await this.#close();
				await this.#open(port, baud);
			});
		await openChosen(this.#device, () => serial.requestPort(), openInTurn);
	}

	/** @param {import("../performance.js").Performance} performance */
	async perform({ action: { baud = BAUD }, fill }) {
		if (!this.#serial) throw problem("noSerial");
		const line = `${fill(false).replace(/[\r\n]+/g, " ")}\n`;
		await this.#inTurn(async () => {
			if (!this.#port) await this.#openKnown(baud);
			await this.#write(line, baud);
		});
	}

	close() {
		this.#serial?.removeEventListener("disconnect", this.#onLost);
		this.#serial?.removeEventListener("connect", this.#onFound);
		void this.#inTurn(() => this.#close());
	}

	get #device() {
		return { state: this.#state, name: /** @type {const} */ ("serial") };
	}

	/** @param {import("./device.js").DeviceState} deviceState */
	#show = (deviceState) => showDevice(this.#state, "serial", deviceState);

	/** @param {() => Promise<void>} work */
	#inTurn(work) {
		const turn = this.#last.then(work);
		this.#last = turn.catch(() => {});
		return turn;
	}

	#onLost = (/** @type {Event} */ event) => {
		const lost = this.#port;
		if (lost === null || (event.target !== lost && event.target !== this.#serial)) return;
		// A port that is back opens only if it was closed, and closes only when no line is being written.
		void this.#inTurn(async () => {
			if (this.#port === lost) await this.#close();
		});
		this.#show("lost");
	};

	#onFound = (/** @type {Event} */ { target }) => {
		if (this.#state.devices.value.serial !== "lost") return;
		// Some browsers don't say which port it is.
		const found = target === this.#serial ? null : /** @type {Port} */ (target);
		this.#inTurn(async () => {
			const port = found ?? (await this.#serial?.getPorts())?.[0];
			if (port && !this.#port) await openDevice(this.#device, () => this.#open(port, this.#baud));
		}).catch(() => this.#show("lost"));
	};

	/** Opens a port that was allowed on an earlier visit. @param {number} baud */
	async #openKnown(baud) {
		const [known] = (await this.#serial?.getPorts()) ?? [];
		if (!known) throw problem("notConnected", { came: "USB" });
		await openDevice(this.#device, () => this.#open(known, baud));
	}

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
