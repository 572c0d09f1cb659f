import type { Language } from '#lib/platform/i18n/language.ts';
import type { MailAddress } from '#lib/platform/mail/address.ts';

/**
 * Note: A notice says that there is news, and nothing else.
 * It is the same text for everybody in a language: no name, no circle, no number. All go out in one hour of the day,
 * in an order by chance, so that nobody who watches the line or a mailbox learns when somebody wrote. Who was told is not
 * told again until they have been here: whoever keeps away gets one notice, not one a day. The one exception is `wakeByNotice`: the same
 * words at another hour, where somebody may be in danger.
 */
export interface Waiting {
	/** Something came since the account was last here. */
	readonly owed: boolean;
	/** It was told so, and has not been here since. */
	readonly told: boolean;
	/** The day of the last notice, in UTC; null where it is longer ago than yesterday. */
	readonly toldOn: string | null;
}

/** Whether an account is to be told on a day, `2026-11-25`. */
export function isDue({ owed, told, toldOn }: Waiting, today: string): boolean {
	return owed && !told && toldOn !== today;
}

/** Where somebody wants to be told, as the server has to know it in order to do so. */
export type Destination = { readonly kind: 'mail'; readonly address: MailAddress; readonly language: Language } | { readonly kind: 'push'; readonly endpoint: string };

/** The constant words of a mail in one language. */
export interface NoticeWords {
	readonly subject: string;
	readonly sentence: string;
	readonly signIn: string;
	readonly stop: string;
}

/** What somebody is told of their own choice. `unreadable`: the key to it was lost, and they have to choose again. */
export type Chosen = 'none' | 'push' | 'mail' | 'unreadable';

/** The service worker is registered for this place, in which there is no page: it is under none of ours. */
export const workerScope = '/notices-worker/';
