import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directionOf, intlTag, isLanguage, languages, nativeNames, preferredLanguage } from './language.ts';

test.each([
	['the only one', 'ar', 'ar'],
	['the first of equals', 'es, fr, en', 'es'],
	['the one with the greatest weight, wherever it stands', 'en;q=0.3, ar;q=0.9, fr;q=0.8', 'ar'],
	['one without a weight before one with less than 1', 'en;q=0.9, fr', 'fr'],
	['a region\'s language', 'fr-CA', 'fr'],
	['a script\'s and region\'s language', 'ar-Arab-EG, en', 'ar'],
	['any spelling', 'ES-mx', 'es'],
	['weights with blanks and capitals', 'en ; q=0.1 , fr ;\tQ=0.2 , es ; q=0.5 , ar;Q=0.4', 'es'],
	['what a browser sends', 'es-419,es;q=0.9,en;q=0.8', 'es'],
	['the best of ours after one that is not', 'de-CH, de;q=0.9, fr;q=0.4, en;q=0.3', 'fr']
])('a visitor who asks for %s gets it (%s)', (_, header, language) => {
	expect(preferredLanguage(header)).toBe(language);
});

test.each([
	['nothing', undefined],
	['an empty header', ''],
	['anything', '*'],
	['only what we do not have', 'de, ku;q=0.5'],
	['one that begins like ours', 'arc, est, frr, english'],
	['separators only', ',;,;q=,,'],
	['garbage', 'q=1;en\u0000, \u202Ear'],
	['a script instead of a language', "<script>alert('ar')</script>"]
])('a visitor who asks for %s gets English', (_, header) => {
	expect(preferredLanguage(header)).toBe('en');
});

test('a language with the weight 0 is one that the visitor does not want', () => {
	expect(preferredLanguage('fr;q=0, es;q=0.001')).toBe('es');
	expect(preferredLanguage('fr;q=0.000')).toBe('en');
	expect(preferredLanguage('fr;q=0, *')).toBe('en');
});

test('"anything else" does not outweigh a language of ours', () => {
	expect(preferredLanguage('*, ar;q=0.5')).toBe('ar');
});

test('a header of any length costs no more than its first 500 characters', () => {
	expect(preferredLanguage(`fr,${'x'.repeat(10_240)}`)).toBe('fr');
	expect(preferredLanguage(`${'de,'.repeat(3_400)}fr`)).toBe('en');
	expect(preferredLanguage(`${'en;'.repeat(100_000)},fr`)).toBe('en');
});

test('whatever a header says, the answer is a language of ours', () => {
	const piece = fc.oneof(fc.string(), fc.constantFrom(...languages, 'fr-CA', '*', ';q=', ';q=0.5', ';q=1.000', ','));

	fc.assert(
		fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
			expect(languages).toContain(preferredLanguage(pieces.join('')));
			expect(languages).toContain(preferredLanguage(pieces.join(',')));
		})
	);
});

test('Arabic runs from right to left, the other languages from left to right', () => {
	expect(languages.map((language) => [language, directionOf(language)])).toEqual([['en', 'ltr'], ['es', 'ltr'], ['fr', 'ltr'], ['ar', 'rtl']]);
});

test('numbers and dates can be written in every language, in Arabic with the digits 0 to 9', () => {
	expect(languages.map((language) => new Intl.NumberFormat(intlTag(language)).format(7))).toEqual(['7', '7', '7', '7']);
	expect(new Intl.DateTimeFormat(intlTag('ar'), { month: 'long', timeZone: 'UTC' }).format(new Date('2026-11-20'))).toMatch(/\p{Script=Arabic}/u);
});

test('every language has a name of its own, and only those four are languages', () => {
	expect(Object.keys(nativeNames)).toEqual([...languages]);
	expect(['en', 'EN', 'de', '', '__proto__', 'en-GB'].map(isLanguage)).toEqual([true, false, false, false, false, false]);
});
