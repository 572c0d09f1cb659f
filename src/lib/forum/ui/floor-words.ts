import { formatNumber, intlTag, type Language } from '#lib/platform/i18n/language.ts';

/** A time that is left as minutes and seconds, kept in its order in every direction of writing; with a minus once it is over. */
export function clockWords(ms: number, language: Language): string {
	const seconds = Math.ceil(Math.abs(ms) / 1000);
	const digits = new Intl.NumberFormat(intlTag(language), { minimumIntegerDigits: 2, useGrouping: false });
	return `\u2066${ms < 0 ? '−' : ''}${formatNumber(Math.floor(seconds / 60), language)}:${digits.format(seconds % 60)}\u2069`;
}
