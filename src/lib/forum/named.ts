import * as v from 'valibot';
import { languages } from '#lib/platform/i18n/language.ts';
import type { Text } from '#lib/platform/i18n/text.ts';
import { shownShape, type ShownPerson } from './released.ts';

/** Who is named in what is public of a forum, and what else can be taken out of it. */
export interface NamedInForum {
	readonly title: Text;
	readonly people: readonly ShownPerson[];
	readonly recordings: readonly { readonly item: string; readonly url: string; readonly title: Text }[];
	/** What it shows, in words; null where there is none. */
	readonly photograph: Text | null;
}

/** What a convenor takes out. */
export type TakenOut = { readonly kind: 'person'; readonly person: string } | { readonly kind: 'recording'; readonly item: string; readonly url: string } | { readonly kind: 'photograph' };

const words = v.optional(v.string());
const text = v.pipe(
	v.object({ original: v.picklist(languages), in: v.object({ en: words, es: words, fr: words, ar: words }) }),
	v.transform(({ original, in: found }): Text => ({ original, in: Object.fromEntries(Object.entries(found).filter(([, said]) => said !== undefined)) }))
);

/** The shapes in which browsers are told. */
export const namedShape = v.object({ title: text, people: v.array(shownShape), recordings: v.array(v.object({ item: v.string(), url: v.string(), title: text })), photograph: v.nullable(text) });
export const releasedByShape = v.object({ forums: v.array(v.object({ slug: v.string(), title: text })) });
