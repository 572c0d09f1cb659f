import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { apart } from '#lib/platform/text/apart.ts';
import type { Member } from '../client/open-circle.ts';

export { apart };

function tag(language: Language): string {
	return language === 'en' ? 'en-GB' : intlTag(language);
}

/** Day and time by this device's clock, in words, with the zone's short name: `25 November 2026, 11:04 GMT+1`. */
export function dayAndTime(at: Date, language: Language): string {
	return new Intl.DateTimeFormat(tag(language), { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }).format(at);
}

/** A day that is no instant, `2026-12-31`, in words. */
export function dayOnly(day: string, language: Language): string {
	return new Intl.DateTimeFormat(tag(language), { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

export function sizeWords(bytes: number, language: Language): string {
	const [value, unit] = bytes < 1000 ? [bytes, 'byte'] : bytes < 999_500 ? [bytes / 1000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
	return new Intl.NumberFormat(tag(language), { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short', maximumFractionDigits: value < 10 && unit !== 'byte' ? 1 : 0 }).format(value);
}

/** Of 0 to 1, as `43%`. */
export function percent(share: number, language: Language): string {
	return new Intl.NumberFormat(tag(language), { style: 'percent', maximumFractionDigits: 0 }).format(Math.min(1, share));
}

/** How a person is called: the name that is known, `you`, or that none is known with the beginning of the id. */
export function personWords(account: string, name: string | undefined, me: string): string {
	if (account === me) return m.circles_you();
	return name === undefined || name.trim() === '' ? m.circles_person_unknown({ id: account.slice(0, 6) }) : apart(name);
}

const mostNames = 4;

/** Who can read, for the band: names, of many the first, and how many they are. Everybody is counted, invited or not. */
export function readersSentence({ readers, me, language }: { readonly readers: readonly Member[]; readonly me: string; readonly language: Language }): string {
	if (readers.length === 1 && readers[0]?.account === me) return m.circles_readers_you();
	const number = (count: number): string => new Intl.NumberFormat(tag(language)).format(count);
	const others = readers.filter(({ account }) => account !== me).map(({ account, name }) => personWords(account, name, me));
	const more = others.length - mostNames;
	const names = [...others.slice(0, mostNames), ...(others.length < readers.length ? [m.circles_you()] : []), ...(more > 0 ? [m.circles_readers_more({ count: number(more) })] : [])];
	return m.circles_readers_few({ names: new Intl.ListFormat(tag(language), { type: 'conjunction' }).format(names), count: number(readers.length) });
}
