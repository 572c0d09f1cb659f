import * as v from 'valibot';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { regions, type Region } from '#lib/platform/text/region.ts';

export const diets = ['vegetarian', 'vegan', 'halal', 'kosher', 'no-gluten', 'no-nuts'] as const;
export type Diet = (typeof diets)[number];

/** What is said in a guest's own words. */
export const neededWords = ['visa', 'lodging', 'food', 'access', 'children', 'emergency'] as const;
export type NeededWords = (typeof neededWords)[number];

/** When somebody comes or goes, by the clocks of the venue; empty where it is not known yet. */
export interface Crossing {
	/** YYYY-MM-DD */
	readonly day: string;
	/** HH:MM */
	readonly time: string;
	/** Flight, train or border, in the guest's own words. */
	readonly by: string;
}

/** What a guest says of themselves so that convenors see who would be missing; empty where nothing is said. */
export interface Origin {
	readonly region: Region | '';
	/** In the guest's own words. */
	readonly gender: string;
}

/** What somebody needs in order to come and to be there. All of it may be empty. */
export interface Needs {
	readonly arrives: Crossing;
	readonly leaves: Crossing;
	readonly diet: readonly Diet[];
	/** In which they want to listen and speak. */
	readonly languages: readonly Language[];
	readonly words: Readonly<Record<NeededWords, string>>;
	/** When somebody is to be home again, by the clocks of the venue; empty: a day after they leave. */
	readonly home: Crossing;
}

const crossing = v.strictObject({ day: v.union([v.literal(''), v.pipe(v.string(), v.isoDate())]), time: v.union([v.literal(''), v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/))]), by: v.pipe(v.string(), v.maxLength(200)) });
const words = v.pipe(v.string(), v.maxLength(1000));

const nothing: Crossing = { day: '', time: '', by: '' };

/** Of those who have said nothing of themselves. */
export const noOrigin: Origin = { region: '', gender: '' };
export const originShape = v.strictObject({ region: v.picklist(['', ...regions]), gender: v.pipe(v.string(), v.maxLength(80)) });

/** Answers of before may say more here than is asked now: that is left out. */
export const needsShape = v.object({
	arrives: crossing,
	leaves: crossing,
	diet: v.pipe(v.array(v.picklist(diets)), v.maxLength(diets.length)),
	languages: v.pipe(v.array(v.picklist(languages)), v.maxLength(languages.length)),
	words: v.strictObject({ visa: words, lodging: words, food: words, access: words, children: words, emergency: words }),
	home: v.optional(crossing, nothing)
});

export function noNeeds(): Needs {
	return { arrives: nothing, leaves: nothing, home: nothing, diet: [], languages: [], words: { visa: '', lodging: '', food: '', access: '', children: '', emergency: '' } };
}

/** Somebody who comes, for the sheets of those who receive them. */
export interface Comer {
	readonly name: string;
	readonly needs: Needs;
}

/** Who crosses when, in the order of the days; whoever has not said so comes last, by name. */
export function crossings(all: readonly Comer[], which: 'arrives' | 'leaves'): { readonly name: string; readonly crossing: Crossing }[] {
	const key = ({ crossing: { day, time }, name }: { crossing: Crossing; name: string }): string => `${day || '9999'} ${time || '99:99'} ${name}`;
	return all.map(({ name, needs }) => ({ name, crossing: needs[which] })).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** How many eat so. Somebody may count in several. */
export function dietCounts(all: readonly Comer[]): { readonly diet: Diet; readonly count: number }[] {
	return diets.map((diet) => ({ diet, count: all.filter(({ needs }) => needs.diet.includes(diet)).length })).filter(({ count }) => count > 0);
}

/** Who wants which language: a row for each person who said so. */
export function languageMatrix(all: readonly Comer[]): { readonly name: string; readonly wants: readonly boolean[] }[] {
	return all.filter(({ needs }) => needs.languages.length > 0).map(({ name, needs }) => ({ name, wants: languages.map((language) => needs.languages.includes(language)) }));
}
