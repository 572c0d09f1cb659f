import type { Language } from '#lib/platform/i18n/language.ts';
import { trustedWorker } from '#lib/platform/ui/trusted-worker.ts';
import { fromText, sha256, toText, utf8 } from '#lib/vault/envelope.ts';
import { workerScope } from '../notice.ts';

/** Whether this browser can be told of news without a page that is open. */
export function hasPush(): boolean {
	return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

export type Subscribed = { readonly ok: true; readonly endpoint: string } | { readonly ok: false; readonly reason: 'push-denied' | 'push-failed' };

/**
 * Asks the person, and then the browser's maker, for an address at which this browser can be told. Nothing lies in it
 * but the address: what is shown, the worker knows by itself. `key` is the server's public key, base64url.
 */
export async function subscribe(key: string, language: Language): Promise<Subscribed> {
	// First of all: Safari asks only right after the press of a button.
	if ((await Notification.requestPermission()) !== 'granted') return { ok: false, reason: 'push-denied' };
	try {
		await unsubscribe();
		const registration = await navigator.serviceWorker.register(trustedWorker(`/service-worker.js?${language}`), { scope: workerScope, updateViaCache: 'none' });
		await active(registration);
		const { endpoint } = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: fromText(key) ?? null });
		return { ok: true, endpoint };
	} catch {
		await unsubscribe().catch(() => undefined);
		return { ok: false, reason: 'push-failed' };
	}
}

/** Takes the worker away, and with it the subscription; none is the same. */
export async function unsubscribe(): Promise<void> {
	const registration = await own();
	await (await registration?.pushManager.getSubscription())?.unsubscribe();
	await registration?.unregister();
}

/** By what the server's answer can be compared with this browser's own subscription; undefined without one. */
export async function ownMark(): Promise<string | undefined> {
	if (!hasPush()) return undefined;
	const subscription = await (await own())?.pushManager.getSubscription();
	return subscription ? toText(await sha256(utf8(subscription.endpoint))) : undefined;
}

async function own(): Promise<ServiceWorkerRegistration | undefined> {
	const all = await navigator.serviceWorker.getRegistrations();
	return all.find(({ scope }) => new URL(scope).pathname === workerScope);
}

/** No page is under this worker, so that `ready` would wait for ever. */
async function active(registration: ServiceWorkerRegistration): Promise<void> {
	const worker = registration.installing ?? registration.waiting;
	if (registration.active || !worker) return;
	await new Promise<void>((resolve, reject) => {
		worker.addEventListener('statechange', () => {
			if (worker.state === 'activated') resolve();
			else if (worker.state === 'redundant') reject(new Error('The worker did not start.'));
		});
	});
}
