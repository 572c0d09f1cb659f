import { houseFacts } from './house-facts.ts';

/**
 * Note: Quick exit.
 * For somebody who is looked over the shoulder. In this order: the page is blank, at once; what holds keys is told
 * (`steadfast:leave` on the window) and wipes them; everything that this origin stored in the browser is deleted; a
 * harmless page takes the place of this one in the tab's history. Notices on this device end with that, those that are
 * shown included: a telephone that somebody looks through must not speak up later. Entries before it, the browser's own history list and
 * what the network saw are out of a page's reach, and the words beside the button say so.
 */
const leaveEvent = 'steadfast:leave';

const escapes = 3;
const withinMs = 2000;
/** Deleting is asked for and then waited for only so long: who presses this has no time. */
const patienceMs = 400;

/** Where it leads until the server has said where (`QUICK_EXIT_URL`), and where it says nothing usable. */
let harmless = 'https://www.wikipedia.org/';

/** Readies the exit for this page: learns where it leads and listens for the keys. Gives back how to stop listening. */
export function readyQuickExit(): () => void {
	void houseFacts().then((facts) => {
		if (facts && URL.canParse(facts.quickExitUrl) && /^https?:$/.test(new URL(facts.quickExitUrl).protocol)) harmless = facts.quickExitUrl;
	});
	return onThreeEscapes(() => void leaveAtOnce());
}

/** Leaves, and does not come back. */
export async function leaveAtOnce(): Promise<void> {
	document.documentElement.style.setProperty('display', 'none', 'important');
	document.title = '';
	window.dispatchEvent(new Event(leaveEvent));
	keepNothingOnTheWay();
	await Promise.race([deleteStored(), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
	location.replace(harmless);
}

/** Listens for Escape pressed three times within two seconds, wherever the focus is; gives back how to stop listening. */
function onThreeEscapes(leave: () => void): () => void {
	let pressedAt: readonly number[] = [];
	let isLeaving = false;
	const heard = (event: KeyboardEvent): void => {
		if (event.key !== 'Escape' || event.repeat) return;
		// Whoever goes on pressing must not stop the page that is coming.
		if (isLeaving) event.preventDefault();
		pressedAt = recentPresses(pressedAt, event.timeStamp);
		if (pressedAt.length < escapes) return;
		pressedAt = [];
		isLeaving = true;
		leave();
	};
	// Before everything else on the page: a dialog or a field that answers Escape itself cannot hide it.
	window.addEventListener('keydown', heard, { capture: true });
	return () => window.removeEventListener('keydown', heard, { capture: true });
}

/** The times, in milliseconds, of those presses that count together with one at `at`, that one last. */
export function recentPresses(earlier: readonly number[], at: number): number[] {
	return [...earlier.filter((one) => at - one < withinMs), at];
}

/** SvelteKit writes scroll positions to the session's storage whenever a page is left. */
function keepNothingOnTheWay(): void {
	for (const kind of ['beforeunload', 'visibilitychange', 'pagehide']) {
		window.addEventListener(
			kind,
			(event) => {
				event.stopImmediatePropagation();
				clearStorages();
			},
			{ capture: true }
		);
	}
}

function clearStorages(): void {
	for (const storage of ['localStorage', 'sessionStorage'] as const) {
		try {
			window[storage].clear();
		} catch {
			// A browser that keeps nothing for us also refuses to be asked.
		}
	}
}

async function deleteStored(): Promise<void> {
	clearStorages();
	await Promise.allSettled([deleteDatabases(), deleteCaches(), endWorkers()]);
}

async function deleteDatabases(): Promise<void> {
	const databases = await indexedDB.databases();
	await Promise.all(
		databases.map(
			({ name }) =>
				new Promise<void>((resolve) => {
					if (name === undefined) return resolve();
					const asked = indexedDB.deleteDatabase(name);
					for (const kind of ['success', 'error']) asked.addEventListener(kind, () => resolve());
				})
		)
	);
}

async function deleteCaches(): Promise<void> {
	if (!('caches' in window)) return;
	await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

/** Without its service worker a browser also forgets the push subscription. */
async function endWorkers(): Promise<void> {
	if (!('serviceWorker' in navigator)) return;
	for (const registration of await navigator.serviceWorker.getRegistrations()) {
		const shown = await registration.getNotifications().catch(() => []);
		for (const notification of shown) notification.close();
		await registration.unregister();
	}
}
