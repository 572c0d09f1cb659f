import { expect, test } from 'vitest';
import { newSearchIndex, type Findable } from './search-index.ts';

function paper(record: string, title: string, text: string): Findable {
	return { circle: 'c', record, kind: 'paper', title, text, at: 0 };
}

function indexOf(...papers: readonly Findable[]) {
	const index = newSearchIndex();
	index.add(papers);
	return { ask: (asked: string): string[] => index.find(asked, 10).found.map(({ found }) => found.record), index };
}

test.each([
	['liberte', 'La Liberté d’expression'],
	['EXPRESIÓN', 'Libertad de expresion'],
	['حقوق الإنسان', 'مذكرة عن حُقُوقِ الإنسان'],
	['حقوق', 'إعلان الحقوق'],
	['الحقوق', 'عن حقوق كثيرة'],
	['assem', 'Right of assembly'],
	['asembly', 'Right of assembly'],
	['60', 'المادة ٦٠']
])('%s finds «%s»', (asked, title) => {
	const { ask } = indexOf(paper('1', title, ''), paper('2', 'Something else, autre chose, شيء آخر', ''));

	expect(ask(asked)).toEqual(['1']);
});

test('a word in the title counts more than the same word in the text', () => {
	const { ask } = indexOf(paper('text', 'Minutes', 'visa visa'), paper('title', 'Visa', 'letter'));

	expect(ask('visa')).toEqual(['title', 'text']);
});

test('all words are wanted where a paper has them all, and any of them where none has', () => {
	const { ask } = indexOf(paper('1', 'travel visa', ''), paper('2', 'travel', ''), paper('3', 'hotel', ''));

	expect(ask('travel visa')).toEqual(['1']);
	expect(ask('hotel visa').sort()).toEqual(['1', '3']);
});

test('the words that were asked for are marked in the original spelling', () => {
	const { index } = indexOf(paper('1', 'Liberté', 'On parle de la liberté d’expression ici.'));

	const [found] = index.find('liberte', 10).found;

	expect(found?.title).toEqual([{ text: 'Liberté', marked: true }]);
	expect(found?.extract).toEqual([{ text: 'On parle de la ', marked: false }, { text: 'liberté', marked: true }, { text: ' d’expression ici.', marked: false }]);
});

test('a new version takes the place of the old one', () => {
	const { ask, index } = indexOf(paper('1', 'Draft', 'secret meeting'));

	index.add([paper('1', 'Draft', 'public meeting')]);

	expect(ask('secret')).toEqual([]);
	expect(ask('public')).toEqual(['1']);
	expect(index.size).toBe(1);
});

test.each(['', '   ', '"; drop', '<script>', '\u0000', 'a'.repeat(100_000), '*'.repeat(1000), 'الـ'])('a question of %j is answered and not an error', (asked) => {
	const { index } = indexOf(paper('1', 'Draft', 'words'));

	expect(index.find(asked, 10).total).toBe(0);
});
