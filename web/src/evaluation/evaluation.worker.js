// Tests the examples and fits the adapted metric, off the main thread. evaluation-worker-client.js owns it and is the only one that speaks to it.

import { EvaluationRunner } from "./evaluation-runner.js";

// A timer's task would come 4 ms later each time; a message's comes at once, after those that are waiting.
const { port1, port2 } = new MessageChannel();

const runner = new EvaluationRunner({
	say: (reply, transfer = []) => self.postMessage(reply, { transfer }),
	pause: () =>
		new Promise((resolve) => {
			port1.onmessage = () => resolve();
			port2.postMessage(null);
		}),
});

self.onmessage = ({ data }) => runner.receive(data);
