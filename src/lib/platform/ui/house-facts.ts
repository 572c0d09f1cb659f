import type { Language } from '../i18n/language.ts';

/** What everybody may know about this installation (`GET /api/house`); what later domains add stands here too. */
export interface HouseFacts {
	readonly quickExitUrl: string;
	/** The programme's name in the languages there are, and which of them it was written in. */
	readonly programme: { readonly in: Readonly<Partial<Record<Language, string>>>; readonly original: Language } | null;
	readonly vaultOrigin: string;
	readonly publicOrigin: string;
	/** Filled with made-up people; its pass-phrases are known to everybody. */
	readonly demonstration: boolean;
}

let asked: Promise<HouseFacts | undefined> | undefined;

/** Asked for once while the page is open; undefined where the server did not answer, and then asked again next time. */
export function houseFacts(): Promise<HouseFacts | undefined> {
	asked ??= ask();
	return asked;
}

async function ask(): Promise<HouseFacts | undefined> {
	try {
		const answer = await fetch('/api/house');
		// Our own server's answer; what is shown of it is text, and the one address is parsed before it is used.
		if (answer.ok) return (await answer.json()) as HouseFacts;
	} catch {
		// Without a network there is nothing to know; the pages have sentences for that.
	}
	asked = undefined;
	return undefined;
}
