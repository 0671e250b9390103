// Reads QR codes for the tests in Python: one line of JSON with {width, height, rgba} (base64) is answered by one with the text.

import { createInterface } from "node:readline";
import decodeQR from "qr/decode.js";

for await (const line of createInterface({ input: process.stdin })) {
	const { width, height, rgba } = JSON.parse(line);
	console.log(JSON.stringify(decodeQR({ width, height, data: new Uint8Array(Buffer.from(rgba, "base64")) })));
}
