// Whether a server lives beside the page. Without one the page works by itself, and quietly.

const WAIT_MS = [1000, 2000, 5000, 10_000, 30_000];

/**
 * A static host has the page but no `api/model`.
 * @param {string} base the page's address
 * @param {() => boolean} given asked before each try: nobody wants to know any more
 * @returns {Promise<boolean>} when it is known: a network that is down is waited for
 */
export async function findServer(base, given) {
	for (let tries = 0; !given(); tries += 1) {
		try {
			const answer = await fetch(new URL("api/model", base), { headers: { accept: "application/json" } });
			const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
			// A server without a model says so, as JSON with 503; it is a server all the same.
			return isJson && (answer.ok || answer.status === 503);
		} catch {
			const waitMs = WAIT_MS[Math.min(tries, WAIT_MS.length - 1)];
			await new Promise((resolve) => setTimeout(resolve, waitMs));
		}
	}
	return false;
}
