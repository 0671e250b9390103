// Tells a program on this device which class has won: one POST of JSON. Only addresses of this device are allowed, by the field's
// rule and by the page's policy. The browser asks the program first (CORS), so one that does not expect it is not reached.

import { completeAction } from "../contract/actions.js";
import { problem } from "../contract/problem.js";
import { nameWinner } from "./fill-text.js";

const ANSWER_MS = 5000;

export class Webhook {
	/** @param {import("./performance.js").Performance} performance */
	async perform({ action, win }) {
		const { address } = completeAction(action);
		const body = JSON.stringify({
			label: nameWinner(win.label, false),
			share: win.share,
			at: new Date().toISOString(),
		});
		/** @type {Response} */
		let response;
		try {
			response = await fetch(address, {
				...{ method: "POST", body, headers: { "Content-Type": "application/json" } },
				...{ credentials: "omit", redirect: "error", signal: AbortSignal.timeout(ANSWER_MS) },
			});
		} catch {
			throw problem("webhookFailed", { came: address });
		}
		if (!response.ok) throw problem("webhookFailed", { came: `${address}: ${response.status}` });
	}
}
