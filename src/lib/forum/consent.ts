import * as v from 'valibot';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { canonical, fromText, utf8, type Json } from '#lib/vault/envelope.ts';
import type { ShownPerson } from './released.ts';

/** What convenors may do with somebody beside naming them in the record; each is asked for itself. */
export const media = ['photograph', 'photograph-asked', 'sound', 'video-live', 'video-kept', 'quotation', 'signature'] as const;
export type Medium = (typeof media)[number];

/** What people with cameras may do with somebody; whoever allowed nothing is not photographed. */
export const photographKinds = ['yes', 'ask', 'no'] as const;
export type PhotographKind = (typeof photographKinds)[number];

export function photographOf(allowed: readonly Medium[]): PhotographKind {
	return allowed.includes('photograph') ? 'yes' : allowed.includes('photograph-asked') ? 'ask' : 'no';
}

/** What somebody allows, in the words that they read on a day. */
export interface Consent {
	/** Which wording of the questions was answered: the first did not offer to be asked before each photograph. */
	readonly wording: 1 | 2;
	readonly language: Language;
	/** YYYY-MM-DD, by their own clock. */
	readonly on: string;
	/** As the public may read of them; null: not at all. Without a name there is nothing else. */
	readonly name: string | null;
	readonly affiliation: string | null;
	readonly country: string | null;
	readonly media: readonly Medium[];
}

/** What the public is shown of somebody; null: nothing. */
export type Shown = Omit<ShownPerson, 'id'> | null;

/**
 * What the public sees of somebody who allows this. The guest's own page and the page of a release both ask this function,
 * so that what was seen beforehand is what is shown.
 */
export function shownBy({ language, name, affiliation, country }: Pick<Consent, 'language' | 'name' | 'affiliation' | 'country'>): Shown {
	const said = name?.trim() ?? '';
	if (said === '') return null;
	const office = [affiliation, country].map((words) => words?.trim() ?? '').filter(Boolean);
	return { name: said, office: office.length === 0 ? null : { original: language, in: { [language]: office.join(language === 'ar' ? '، ' : ', ') } } };
}

/** Whether one shows nothing that the other does not: the same name, and the same office or none. */
export function isWithin(shown: Shown, allowed: Shown): boolean {
	if (shown === null) return true;
	return allowed !== null && shown.name === allowed.name && (shown.office === null || canonical(textJson(shown.office)) === canonical(textJson(allowed.office)));
}

/**
 * Note: A permit.
 * What the public may be shown of somebody is signed by the guest's own key, with a number that grows. A release brings the
 * permit of each guest; the server keeps the key and the number with who is shown. A later permit that shows less it
 * obeys at once, whoever brings it: the signature is enough, and no convenor is asked. One that shows more waits for the
 * next release. A number that was passed is never obeyed again.
 */
export interface Permit {
	/** Raw Ed25519 key, base64url. */
	readonly key: string;
	readonly version: number;
	readonly shown: Shown;
	/** base64url. */
	readonly signature: string;
}

/** What is signed of a permit. `person` is the id under which a release names them. */
export function permitMessage({ slug, person, version, shown }: { readonly slug: string; readonly person: string; readonly version: number; readonly shown: Shown }): Uint8Array<ArrayBuffer> {
	return utf8(`steadfast/shown/1\n${canonical([slug, person, version, shown && [shown.name, textJson(shown.office)]])}`);
}

function textJson(text: Text | null): Json {
	return text && { original: text.original, in: Object.fromEntries(Object.entries(text.in).filter(([, words]) => words !== undefined)) };
}

const line = (most: number) => v.nullable(v.pipe(v.string(), v.maxLength(most)));

export const consentShape = v.strictObject({ wording: v.picklist([1, 2]), language: v.picklist(languages), on: v.pipe(v.string(), v.isoDate()), name: line(200), affiliation: line(200), country: line(100), media: v.pipe(v.array(v.picklist(media)), v.maxLength(media.length)) });

const said = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(2000)));
const office = v.pipe(
	v.strictObject({ original: v.picklist(languages), in: v.strictObject({ en: said, es: said, fr: said, ar: said }) }),
	v.transform(({ original, in: found }): Text => ({ original, in: Object.fromEntries(Object.entries(found).filter(([, words]) => words !== undefined)) }))
);

export const permitShape = v.strictObject({
	key: v.pipe(v.string(), v.check((text) => fromText(text)?.length === 32)),
	version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
	shown: v.nullable(v.strictObject({ name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)), office: v.nullable(office) })),
	signature: v.pipe(v.string(), v.check((text) => fromText(text)?.length === 64))
});
