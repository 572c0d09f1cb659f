import * as v from 'valibot';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { longestPoint } from './workshop.ts';

/** An overview report: what the workshops of a forum put forward, by workshop and by nobody. Public from its time of release on. */
export interface ForumReport {
	/** The forum's address. */
	readonly slug: string;
	/** In which its headings are; points stay as they were written. */
	readonly language: Language;
	readonly title: string;
	readonly introduction: string;
	readonly sections: readonly {
		readonly theme: string;
		readonly workshops: readonly { readonly title: string; readonly points: readonly string[] }[];
	}[];
}

const line = v.pipe(v.string(), v.maxLength(2000));

export const reportShape = v.strictObject({
	slug: v.pipe(v.string(), v.maxLength(80)),
	language: v.picklist(languages),
	title: v.pipe(line, v.check((words) => words.trim() !== '')),
	introduction: v.pipe(v.string(), v.maxLength(8000)),
	sections: v.pipe(v.array(v.strictObject({ theme: line, workshops: v.pipe(v.array(v.strictObject({ title: line, points: v.pipe(v.array(v.pipe(v.string(), v.maxLength(longestPoint))), v.maxLength(200)) })), v.maxLength(30)) })), v.minLength(1), v.maxLength(30))
});
