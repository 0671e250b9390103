// Whether there is a server at the page's own address. Without one the page works by itself and shows no error.

const WAIT_MS = [1000, 2000, 5000, 10_000, 30_000];

/**
 * Looks for `api/model`, which a static host doesn't have. While the network is down, it is tried again.
 * @param {string} base the page's address
 * @param {() => boolean} isCancelled read before each try
 * @returns {Promise<boolean>} false: there is none, or it was cancelled
 */
export async function findServer(base, isCancelled) {
	for (let tryCount = 0; !isCancelled(); tryCount += 1) {
		try {
			const response = await fetch(new URL("api/model", base), { headers: { accept: "application/json" } });
			const isJson = response.headers.get("content-type")?.includes("json") ?? false;
			// A server without a model answers with JSON and 503; it is a server all the same.
			return isJson && (response.ok || response.status === 503);
		} catch {
			const waitMs = WAIT_MS[Math.min(tryCount, WAIT_MS.length - 1)];
			await new Promise((resolve) => setTimeout(resolve, waitMs));
		}
	}
	return false;
}
