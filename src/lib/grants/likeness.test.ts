import { expect, test } from 'vitest';
import { likenesses, runsOf } from './likeness.ts';

const likes = (texts: Readonly<Record<string, string>>) => likenesses(new Map(Object.entries(texts).map(([id, text]) => [id, runsOf(text)]))).map(({ one, other, share }) => [one, other, Math.round(share * 100)]);

const told = 'On Tuesday two men waited before our office and asked the neighbours when we come home, so we need a room for two weeks.';

test('what was sent twice is found, also with a paragraph more, other capitals and other marks', () => {
	expect(likes({ first: told, second: told.toUpperCase().replaceAll(',', ' ;'), third: `${told} The lawyer says that the trial begins in March and that nobody should be there.` })).toEqual([
		['first', 'second', 100],
		['first', 'third', 100],
		['second', 'third', 100]
	]);
});

test('Arabic with and without marks of vowels and forms of alef is one text', () => {
	const plain = 'انتظر رجلان أمام مكتبنا يوم الثلاثاء وسألا الجيران متى نعود إلى البيت في المساء';
	expect(likes({ plain, marked: plain.replaceAll('أ', 'ا').replaceAll('رجلان', 'رَجُلانِ') })).toEqual([['plain', 'marked', 100]]);
});

test('two who tell of one attack in their own words, and two short sentences that anybody writes, are not taken for one', () => {
	expect(likes({ one: told, other: 'Since Tuesday there are strangers at the door of the office. They ask people in the street about us. A safe place for a fortnight would help.' })).toEqual([]);
	expect(likes({ one: 'We need help with a lawyer.', other: 'We need help with a lawyer.' })).toEqual([]);
	expect(likes({ one: '', other: '', third: '…' })).toEqual([]);
});

test('two hundred long texts are compared with each other, and time does not run away', () => {
	// Words by a rule instead of by chance, so that it is the same each time; three runs of them are in every text.
	const texts = Object.fromEntries(Array.from({ length: 200 }, (_, text) => [`t${text}`, Array.from({ length: 650 }, (_, word) => `w${(word * (text + 7) * 31) % 4001}`).join(' ')]));
	texts['t199'] = texts['t3'] ?? '';
	const begun = performance.now();

	const found = likenesses(new Map(Object.entries(texts).map(([id, text]) => [id, runsOf(text)])));

	expect(performance.now() - begun).toBeLessThan(20_000);
	expect(found[0]).toEqual({ one: 't3', other: 't199', share: 1 });
});
