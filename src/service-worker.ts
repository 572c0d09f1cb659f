import { m } from '#lib/platform/i18n/compiled/messages.js';
import { directionOf, isLanguage } from '#lib/platform/i18n/language.ts';

/**
 * Note: All that the service worker does.
 * It is registered by hand, when somebody chooses web push, in a place that no page is in. It shows one constant sentence
 * when it is knocked at, and opens the sign-in when that is pressed. It answers no request and keeps nothing, and its
 * policy lets it ask for nothing. The language stands in its address.
 */
interface Extendable extends Event {
	waitUntil(work: Promise<unknown>): void;
}

/** What of a worker's global things is used; TypeScript's own types for them contradict those for pages. */
interface WorkerScope {
	readonly registration: ServiceWorkerRegistration;
	readonly clients: { openWindow(path: string): Promise<unknown> };
	addEventListener(kind: 'push', listener: (event: Extendable) => void): void;
	addEventListener(kind: 'notificationclick', listener: (event: Extendable & { readonly notification: Notification }) => void): void;
}

const worker = globalThis as unknown as WorkerScope;
const asked = location.search.slice(1);
const language = isLanguage(asked) ? asked : 'en';

worker.addEventListener('push', (event) => {
	event.waitUntil(worker.registration.showNotification(m.notices_news({}, { locale: language }), { tag: 'news', lang: language, dir: directionOf(language) }));
});

worker.addEventListener('notificationclick', (event) => {
	event.notification.close();
	event.waitUntil(worker.clients.openWindow(`/${language}/sign-in`));
});
