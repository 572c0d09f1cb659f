import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languages } from '#lib/platform/i18n/language.ts';
import { currencies, decimalText, exponentOf, formatMoney, isCurrency, latinDigits, readAmount, sumOf } from './money.ts';

test.each([
	['1234', 'EUR', 123_400],
	['1234.5', 'EUR', 123_450],
	['1234,5', 'EUR', 123_450],
	['1.234,50', 'EUR', 123_450],
	['1,234.50', 'USD', 123_450],
	['1 234,50', 'EUR', 123_450],
	['1\u202f234,50', 'EUR', 123_450],
	['1\u00a0234', 'EUR', 123_400],
	["1'234.50", 'CHF', 123_450],
	['1’234.50', 'CHF', 123_450],
	['1.234', 'EUR', 123_400],
	['1,234', 'USD', 123_400],
	['1.234.567', 'EUR', 123_456_700],
	['12,34,567', 'INR', undefined],
	['0', 'EUR', 0],
	['0,05', 'EUR', 5],
	['.5', 'EUR', undefined],
	['5.', 'EUR', undefined],
	['1.2.3', 'EUR', undefined],
	['1.234.56', 'EUR', undefined],
	['1,234,56', 'EUR', undefined],
	['12.345,678', 'EUR', undefined],
	['12.345', 'KWD', 12_345],
	['1.234,567', 'KWD', 1_234_567],
	['1,234.567', 'TND', 1_234_567],
	['5000', 'JPY', 5000],
	['5.000', 'JPY', 5000],
	['5000.5', 'JPY', undefined],
	['5000,00', 'UGX', undefined],
	['-5', 'EUR', undefined],
	['+5', 'EUR', undefined],
	['5e3', 'EUR', undefined],
	['0x10', 'EUR', undefined],
	['', 'EUR', undefined],
	['EUR 5', 'EUR', undefined],
	['1/2', 'EUR', undefined],
	['9007199254740991', 'JPY', 9_007_199_254_740_991],
	['9007199254740992', 'JPY', undefined],
	['90071992547409.92', 'EUR', undefined]
] as const)('what somebody typed as “%s” in %s is read as it was meant, or refused', (typed, currency, amountMinor) => {
	expect(readAmount(typed, currency)).toEqual(amountMinor === undefined ? undefined : { amountMinor, currency });
});

test.each([
	['Arabic', '١٢٣٤٫٥', 123_450],
	['Arabic with its mark for thousands', '١٬٢٣٤٫٥٠', 123_450],
	['Persian', '۱۲۳۴٫۵', 123_450],
	['Devanagari', '१२३४.५', 123_450],
	['Bengali', '১২৩৪,৫০', 123_450],
	['Burmese', '၁၂၃၄.၅', 123_450],
	['Khmer', '១២៣៤,៥', 123_450],
	['Thai', '๑๒๓๔.๕', 123_450],
	['wide', '１２３４.５', 123_450],
	['mixed', '12٣٤', 123_400]
] as const)('an amount in digits of the %s script is the same amount', (_script, typed, amountMinor) => {
	expect(readAmount(typed, 'EUR')).toEqual({ amountMinor, currency: 'EUR' });
});

test('digits of a script that we do not know are no amount, rather than a wrong one', () => {
	expect(latinDigits('ߊ𞥐')).toBe('ߊ𞥐');
	expect(readAmount('𞥑𞥒', 'EUR')).toBeUndefined();
});

test('whatever is shown with a currency’s decimals is read back as the same amount, to the last minor unit', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), fc.constantFrom(...currencies), (amountMinor, currency) => {
			// What is written by a machine has a point only where there are decimals: "1.234" in dinars and not in euros.
			expect(readAmount(decimalText({ amountMinor, currency }), currency)).toEqual({ amountMinor, currency });
		})
	);
});

test('no input makes reading an amount fail, and none is read as a fraction of a minor unit', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[0-9.,'’ ٠-٩٫٬]{0,24}$/)), fc.constantFrom('EUR', 'JPY', 'KWD'), (typed, currency) => {
			const read = readAmount(typed, currency);
			expect(read === undefined || (Number.isSafeInteger(read.amountMinor) && read.amountMinor >= 0)).toBe(true);
		})
	);
});

/** ISO 4217:2015, table A.1 ("Minor unit"), as published by its maintenance agency: every active code but funds, metals and test codes, where it is not 2. */
const iso4217: Readonly<Record<string, number>> = {
	BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
	BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3
};

test('every currency has the decimals that ISO 4217 gives it, those of neighbours of defenders included', () => {
	expect(Object.fromEntries(currencies.map((code) => [code, exponentOf(code)]).filter(([, exponent]) => exponent !== 2))).toEqual(iso4217);
	// Written with none in shops, and with two in the standard.
	expect(['IDR', 'COP', 'HUF', 'IRR', 'LBP', 'MMK', 'AFN', 'PKR', 'SOS', 'YER', 'SYP', 'MGA', 'MRU'].map(exponentOf)).toEqual(Array.from({ length: 13 }, () => 2));
});

test('the list of currencies has each once, in order, the newest and none that is gone', () => {
	expect([...new Set(currencies)].toSorted()).toEqual(currencies);
	expect(currencies.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
	expect(['SLE', 'VES', 'XCG', 'ZWG', 'MRU', 'STN', 'BYN'].filter((code) => !isCurrency(code))).toEqual([]);
	expect(['SLL', 'VEF', 'ANG', 'ZWL', 'MRO', 'STD', 'HRK', 'BGN', 'XAU', 'XXX', 'XTS', 'eur', ''].filter(isCurrency)).toEqual([]);
});

test('an amount names its currency by its code in every language, with the digits that the page uses', () => {
	const shown = languages.map((language) => formatMoney({ amountMinor: 750_050, currency: 'USD' }, language).replaceAll(/[\u00a0\u202f\u200f]/g, ' ').trim());

	expect(shown).toEqual(['USD 7,500.50', '7500,50 USD', '7 500,50 USD', expect.stringMatching(/^(?:USD 7,500\.50|7,500\.50 USD)$/)]);
	expect(formatMoney({ amountMinor: 12_345, currency: 'KWD' }, 'en')).toMatch(/12\.345$/);
	expect(formatMoney({ amountMinor: 5000, currency: 'JPY' }, 'en')).toMatch(/5,000$/);
	expect(formatMoney({ amountMinor: Number.MAX_SAFE_INTEGER, currency: 'EUR' }, 'en').replaceAll(/\D/g, '')).toBe(String(Number.MAX_SAFE_INTEGER));
});

test('amounts are added exactly, or not at all', () => {
	const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

	expect(sumOf([eur(10), eur(20)], 'EUR')).toEqual(eur(30));
	expect(sumOf([], 'EUR')).toEqual(eur(0));
	expect(() => sumOf([eur(10), { amountMinor: 1, currency: 'USD' }], 'EUR')).toThrow('several currencies');
	expect(() => sumOf([eur(Number.MAX_SAFE_INTEGER), eur(1)], 'EUR')).toThrow('too large');
});
