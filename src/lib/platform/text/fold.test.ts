import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, foldedWords } from './fold.ts';

const words = (text: string) => Array.from(foldedWords(text), ({ word }) => word);

test.each([
	['Liberté, ÉGALITÉ', 'liberte, egalite'],
	['expresión niñez Ángel', 'expresion ninez angel'],
	['e\u0301te\u0301', 'ete'],
	['Œuvre Straße Łódź ﬁnal', 'oeuvre strasse lodz final'],
	['İstanbul ısı', 'istanbul isi'],
	['“l’État” «ici»', '"l\'etat" "ici"']
])('%s is found by who types it without accents or ligatures', (text, folded) => {
	expect(fold(text)).toBe(folded);
});

test.each([
	['حُقُوقُ الإِنْسَانِ', 'حقوق الانسان'],
	['أحمد إيمان آمال ٱلله', 'احمد ايمان امال الله'],
	['مؤسسة رئيس هدى', 'موسسه رييس هدي'],
	['الحـــق', 'الحق'],
	['ﻻ ﺣﻖ', 'لا حق'],
	['٢٠١٩ ۲۰۱۹', '2019 2019'],
	['یک کتاب', 'يك كتاب']
])('the Arabic %s is found without diacritics, and whatever form its alef, hamza, yeh and teh marbuta have', (text, folded) => {
	expect(fold(text)).toBe(folded);
});

test('Hindi keeps its vowels, which Unicode calls marks', () => {
	expect(fold('अधिकार')).toBe('अधिकार');
});

test('an apostrophe parts words, whichever apostrophe it is', () => {
	for (const apostrophe of ["'", '’', '‘', 'ʼ', '´', '`']) expect(words(`liberté d${apostrophe}expression`)).toEqual(['liberte', 'd', 'expression']);
});

test('a soft hyphen, a joiner or a mark of direction inside of a word does not hide the word', () => {
	expect(words('ex\u00adpres\u00adsion \u202eright\u202cs می\u200cشود')).toEqual(['expression', 'rights', 'ميشود']);
});

test('a folded word says where in the original it stands, so that the original spelling can be marked', () => {
	const text = '« Liberté d’ex\u00adpression » — حُقُوق ﬁn 😀';

	const places = Array.from(foldedWords(text), ({ word, start, end }) => [word, text.slice(start, end)]);

	expect(places).toEqual([['liberte', 'Liberté'], ['d', 'd'], ['expression', 'ex\u00adpression'], ['حقوق', 'حُقُوق'], ['fin', 'ﬁn']]);
});

test('a word of ten thousand letters is cut, not refused, and not in the middle of a character', () => {
	expect(words('x'.repeat(10_000))).toEqual(['x'.repeat(50)]);
	expect(words('𐐷'.repeat(10_000))).toEqual(['𐐷'.repeat(50)]);
});

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)));

test('folding what is folded changes nothing, whatever the text', () => {
	fc.assert(fc.property(anyText, (text) => { expect(fold(fold(text))).toBe(fold(text)); }), { numRuns: 2000 });
});

test('no text makes a word with a sign in it that SQL, tsquery or HTML could understand', () => {
	fc.assert(
		fc.property(anyText, (text) => {
			for (const { word, start, end } of foldedWords(text)) {
				expect(word).toMatch(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}]*$/u);
				expect(word.isWellFormed()).toBe(true);
				expect(start >= 0 && start < end && end <= text.length).toBe(true);
			}
		}),
		{ numRuns: 2000 }
	);
});
