import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import type { ForumPlan } from './plan.ts';

/** What a convenor says of a forum before anything of it is planned. */
export interface Beginning {
	readonly title: Text;
	readonly slug: string;
	readonly place: Text;
	readonly timeZone: string;
	readonly startsOn: string;
	readonly endsOn: string;
}

/** A plan in which nothing stands yet. */
export function newPlan(begun: Beginning, language: Language): ForumPlan {
	return {
		...begun,
		ordinal: null,
		subject: { original: language, in: {} },
		standing: 'planned',
		workingLanguages: ['en', 'es', 'fr', 'ar'],
		bufferMinutes: 10,
		themes: [],
		rooms: [],
		people: [],
		items: [],
		acknowledged: []
	};
}

/**
 * A new forum after the pattern of an earlier one: its rooms, themes, working languages, and its items with their kinds and
 * lengths, each as many days after the first as it was. Nobody is in it, every item is a draft again, and what a convenor
 * had seen and let stand there is to be looked at anew.
 */
export function clonedPlan(earlier: ForumPlan, begun: Beginning, language: Language): ForumPlan {
	const days = daysBetween(earlier.startsOn, begun.startsOn);
	const { rooms, themes, workingLanguages, bufferMinutes, ordinal, items } = earlier;
	return {
		...newPlan(begun, language),
		rooms,
		themes,
		workingLanguages,
		bufferMinutes,
		ordinal: ordinal === null ? null : ordinal + 1,
		items: items.map((item) => ({ ...item, day: dayShifted(item.day, days), state: 'draft', people: [], expected: null }))
	};
}

/** Every item so many days later, or earlier for less than none. The days of the forum stay. */
export function shiftedItems(plan: ForumPlan, days: number): ForumPlan {
	return days === 0 || plan.items.length === 0 ? plan : { ...plan, items: plan.items.map((item) => ({ ...item, day: dayShifted(item.day, days) })) };
}

const dayMs = 86_400_000;

/** How many days of the calendar lie between two, less than none where the second is earlier. */
export function daysBetween(from: string, to: string): number {
	return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

function dayShifted(day: string, days: number): string {
	return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** What a forum's address may be: small letters, digits and hyphens between them. */
export function isSlug(text: string): boolean {
	return text.length <= 80 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}

/** An address made of year and title. A title in letters that addresses have not gives the year and `forum`. */
export function proposedSlug(title: string, startsOn: string): string {
	const words = title
		.normalize('NFD')
		.replaceAll(/\p{M}/gu, '')
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-');
	return `${startsOn.slice(0, 4)}-${words}`.slice(0, 80).replaceAll(/^-+|-+$/g, '').replace(/^(\d{4})$/, '$1-forum');
}

/** The text with other words in one language; none takes that language out of it. The first that is written is the original. */
export function withWords(text: Text, language: Language, words: string): Text {
	const all = { ...text.in, [language]: words };
	const written = languages.filter((one) => (all[one] ?? '').trim() !== '');
	return { original: written.includes(text.original) ? text.original : (written[0] ?? text.original), in: Object.fromEntries(written.map((one) => [one, all[one]])) };
}
