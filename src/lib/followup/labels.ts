import { languages, type Language } from '#lib/platform/i18n/language.ts';

const read = new Map<string, Readonly<Record<Language, ReadonlyMap<string, string>>>>();

/** Of a table of lines `key | English | Spanish | French | Arabic` the words of one language by key; read once. */
export function labelsIn(table: string, language: Language): ReadonlyMap<string, string> {
	let known = read.get(table);
	if (known === undefined) {
		const lines = table.trim().split('\n').map((line) => line.split(' | '));
		known = Object.fromEntries(languages.map((one, at) => [one, new Map(lines.map((cells) => [cells[0] ?? '', cells[at + 1] ?? '']))])) as unknown as Readonly<Record<Language, ReadonlyMap<string, string>>>;
		read.set(table, known);
	}
	return known[language];
}
