/** What is asked to wait longer is told to the person instead: a founding, a sign-in. */
const longestWaitSeconds = 90;
const mostWaits = 5;

/**
 * Asks our own server, and waits by itself where that says that it is too fast (429 with `Retry-After`), for as long as
 * `goesOn`. Never follows a redirect: whatever sends us elsewhere is not the server that we speak to. Rejects when the
 * server cannot be reached.
 */
export async function fetchPatiently(path: string, init: RequestInit, goesOn: () => boolean): Promise<Response> {
	for (let waits = 0; ; waits++) {
		const response = await fetch(path, { ...init, redirect: 'error', cache: 'no-store', credentials: 'same-origin' });
		const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
		if (response.status !== 429 || !(seconds >= 0 && seconds <= longestWaitSeconds) || waits === mostWaits) return response;
		await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
		if (!goesOn()) return response;
	}
}
