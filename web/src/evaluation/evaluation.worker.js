// Tests the examples and fits the adapted metric, off the main thread. evaluation-worker-client.js owns it and is the only
// module that sends it messages.

import { EvaluationRunner } from "./evaluation-runner.js";

// A timer's task comes 4 ms later each time; a message's task comes at once, after the messages that wait.
const { port1, port2 } = new MessageChannel();

const runner = new EvaluationRunner({
	postReply: (reply, transfer = []) => self.postMessage(reply, { transfer }),
	pause: () =>
		new Promise((resolve) => {
			port1.onmessage = () => resolve();
			port2.postMessage(null);
		}),
});

self.onmessage = ({ data }) => runner.receive(data);
