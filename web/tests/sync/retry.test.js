// What a server that stops refuses is asked again, until it is answered or the connection ends.

import { expect, test, vi } from "vitest";
import { Problem } from "../../src/contract/problem.js";
import { NoResponseError } from "../../src/sync/connection.js";
import { Pacer } from "../../src/sync/pacer.js";
import { retry } from "../../src/sync/retry.js";

const refusal = () => new Problem({ code: "stopping", message: "It stops.", hint: "Wait.", came: "", expected: "" });

test("a request that a stopping server refuses is sent again", async () => {
	const request = vi.fn().mockRejectedValueOnce(refusal()).mockResolvedValue({ ok: true });
	expect(await retry(new AbortController().signal, new Pacer(60), request)).toEqual({ ok: true });
	expect(request).toHaveBeenCalledTimes(2);
});

test("it is not sent again on a connection that has ended", async () => {
	const connection = new AbortController();
	const request = vi.fn().mockRejectedValue(refusal());
	await expect(retry(connection.signal, new Pacer(60), request, () => connection.abort())).rejects.toThrow(
		NoResponseError,
	);
	expect(request).toHaveBeenCalledTimes(1);
});
