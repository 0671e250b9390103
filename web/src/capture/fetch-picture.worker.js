// Fetches pictures from addresses that a person gave. The page itself may connect to its own server only; the server gives this
// one file a policy of its own, by which it may connect to others, and do nothing else. picture-fetcher.js owns it.

import { downloadPicture } from "./picture-download.js";

self.onmessage = async (/** @type {MessageEvent} */ { data: { requestId, ...request } }) => {
	const reply = await downloadPicture(request);
	self.postMessage({ ...reply, requestId }, { transfer: reply.ok ? [reply.bytes] : [] });
};
