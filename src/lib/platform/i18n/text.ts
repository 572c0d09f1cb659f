import type { Language } from '#lib/platform/i18n/language.ts';

/**
 * One text in one or more languages. At least one is there; `original` names the language that it was written in,
 * which is the one to show to a reader whose own is missing.
 */
export interface Text {
	readonly original: Language;
	readonly in: Readonly<Partial<Record<Language, string>>>;
}

/** What a reader is shown: the words, and the language that they really are in (for `lang`, `dir` and a notice). */
export interface Shown {
	readonly words: string;
	readonly language: Language;
}

/** The text for a reader of `language`: in that language where it exists, else in its original. */
export function shown(text: Text, language: Language): Shown {
	const own = text.in[language];
	if (own !== undefined) return { words: own, language };
	return { words: text.in[text.original] ?? '', language: text.original };
}
