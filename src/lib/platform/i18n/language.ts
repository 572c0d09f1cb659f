/** The languages of the interface, in the order in which they are offered. */
export const languages = ['en', 'es', 'fr', 'ar'] as const;

export type Language = (typeof languages)[number];

/** Each language's name in itself, for the switch and for notices about a text's language. */
export const nativeNames: Readonly<Record<Language, string>> = {
	en: 'English',
	es: 'Español',
	fr: 'Français',
	ar: 'العربية'
};

export function isLanguage(value: string): value is Language {
	return languages.some((language) => language === value);
}

/** The HTML `dir` of a text in this language. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
	return language === 'ar' ? 'rtl' : 'ltr';
}

/** The BCP 47 tag for `Intl`: Arabic with the digits that its readers on the web meet most (0 to 9). */
export function intlTag(language: Language): string {
	return language === 'ar' ? 'ar-u-nu-latn' : language;
}

const numberFormats = new Map<Language, Intl.NumberFormat>();

/** A whole number as the language writes it. */
export function formatNumber(number: number, language: Language): string {
	let format = numberFormats.get(language);
	if (format === undefined) {
		format = new Intl.NumberFormat(intlTag(language));
		numberFormats.set(language, format);
	}
	return format.format(number);
}

/**
 * The language of the interface that an `Accept-Language` header asks for (RFC 9110, section 12.5.4);
 * English where it asks for none of ours. Region subtags are ignored: `fr-CA` is French.
 */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
	const wanted = (acceptLanguage ?? '')
		.slice(0, 500)
		.split(',')
		.map((part, position) => {
			const [tag = '', ...parameters] = part.trim().split(';');
			const q = parameters.map((p) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(p)?.[1]).find((value) => value !== undefined);
			return { primary: tag.trim().split('-')[0]!.toLowerCase(), weight: q === undefined ? 1 : Number(q), position };
		})
		.filter(({ weight }) => weight > 0)
		.sort((a, b) => b.weight - a.weight || a.position - b.position);
	for (const { primary } of wanted) if (isLanguage(primary)) return primary;
	return 'en';
}
