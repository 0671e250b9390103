// A worker's outside for tests that run without one: records what it is sent; the test replies for it and crashes it.

/** @template {object} [Message=any] what it is sent */
export class FakeWorker {
	/** @type {Message[]} in the order sent */
	messages = [];
	isTerminated = false;
	/** @type {((event: any) => void)|null} */
	onmessage = null;
	/** @type {((event: any) => void)|null} */
	onerror = null;
	/** @type {((event: any) => void)|null} */
	onmessageerror = null;

	/** @param {Message} message */
	postMessage(message) {
		this.messages.push(message);
	}

	terminate() {
		this.isTerminated = true;
	}

	/** @param {object} data what the worker sends to the page */
	reply(data) {
		this.onmessage?.({ data });
	}

	/** @param {string} [message] none: its script could not be loaded */
	crash(message) {
		this.onerror?.({ message, preventDefault() {} });
	}

	/** As the page sees it. */
	get asWorker() {
		return /** @type {Worker} */ (/** @type {unknown} */ (this));
	}
}
