import { expect, test, vi } from "vitest";
import { loadOnce } from "../../src/app/load-once.js";

test("code is loaded once; where it can't be, that is said, and the next use tries again", async () => {
	const load = vi.fn(async () => ({}));
	const onFailure = vi.fn();
	const part = loadOnce(load, onFailure);
	load.mockRejectedValueOnce(new TypeError("Failed to fetch"));
	await expect(part.get()).rejects.toMatchObject({ code: "partMissing" });
	expect(onFailure.mock.calls).toMatchObject([[{ code: "partMissing" }]]);
	const [one, other] = await Promise.all([part.get(), part.get()]);
	expect(one).toBe(other);
	part.forget();
	expect(await part.get()).not.toBe(one);
	expect(load).toHaveBeenCalledTimes(3);
	expect(onFailure).toHaveBeenCalledTimes(1);
});
