import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText, clauseHash, clauseKinds, freezeProblem, readCanonical, textHash, writtenClauses, type Clause, type StatementWords } from './draft.ts';
import { clauseTranslations, currentTranslation } from './translation.ts';

const words: StatementWords = {
	language: 'en',
	title: 'What we ask for',
	clauses: [
		{ kind: 'preamble', text: 'We met, and listened.' },
		{ kind: 'finding', text: 'Two of three of us were followed.' },
		{ kind: 'recommendation', text: 'Parliament should repeal the law by June 2027.' }
	]
};

test('the text that is adopted is this one and no other, and sha256sum gives it the same name as we do', async () => {
	const text = canonicalText(words);

	const printed = execFileSync('sha256sum', { input: text, encoding: 'utf8' });

	expect(text).toBe('steadfast statement 1\nlanguage: en\ntitle: What we ask for\n\n1. preamble: We met, and listened.\n2. finding: Two of three of us were followed.\n3. recommendation: Parliament should repeal the law by June 2027.\n');
	expect(printed.slice(0, 64)).toBe(await textHash(text));
});

test('what looks the same has the same name: composed letters, spaces, and signs that hide or reorder', async () => {
	const other = { ...words, title: ' What  we\nask for\u202e', clauses: words.clauses.map((clause) => ({ ...clause, text: ` ${clause.text.normalize('NFD')}\t` })) };

	expect(await textHash(canonicalText(other))).toBe(await textHash(canonicalText(words)));
});

test('whatever the words are, the text reads back as them, and a text that says it in another way is refused', () => {
	const kind = fc.constantFrom(...clauseKinds);
	const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => canonicalText({ language: 'ar', title: text, clauses: [] }) !== 'steadfast statement 1\nlanguage: ar\ntitle: \n\n');
	fc.assert(
		fc.property(line, fc.array(fc.record({ kind, text: line }), { minLength: 1, maxLength: 5 }), (title, clauses) => {
			const text = canonicalText({ language: 'ar', title, clauses });
			const read = readCanonical(text);

			expect(read && canonicalText(read)).toBe(text);
			for (const bad of [text.slice(0, -1), `${text}\n`, text.replace('1. ', '2. '), text.replace('1. ', '01. '), text.replace('title: ', 'title:  '), text.replace('language: ar', 'language: xx'), text.replaceAll('\n', '\r\n')]) expect(readCanonical(bad)).toBeUndefined();
		})
	);
});

test('a draft without a title, without a clause, or with one that nobody can read aloud is no version', () => {
	const clause: Clause = { id: 'a', kind: 'finding', text: 'One.' };

	expect([freezeProblem({ title: ' ', clauses: [clause] }), freezeProblem({ title: 'A', clauses: [] }), freezeProblem({ title: 'A', clauses: [{ ...clause, text: 'x'.repeat(4001) }] }), freezeProblem({ title: 'A', clauses: Array.from({ length: 201 }, () => clause) }), freezeProblem({ title: 'A', clauses: [clause] })]).toEqual(['no-title', 'no-clauses', 'too-long', 'too-many', undefined]);
	expect(writtenClauses([{ ...clause, text: ' \u200b ' }, { ...clause, text: ' ' }, { ...clause, text: ' One. ' }]).at(-1)).toEqual(clause);
});

test('a translation of a clause is stale as soon as one word of the clause is another, and is never given out as current', async () => {
	const clauses: Clause[] = [{ id: 'a', kind: 'finding', text: 'We were followed.' }, { id: 'b', kind: 'recommendation', text: 'The police should stop.' }];
	const of = await Promise.all(clauses.map(clauseHash));
	const translation = { v: 1 as const, draft: 'x', language: 'es' as const, title: 'Lo que pedimos', clauses: [{ clause: 'a', of: of[0] ?? '', text: 'Nos siguieron.', state: 'reviewed' as const }, { clause: 'b', of: of[1] ?? '', text: 'La policía debe parar.', state: 'adopted' as const }] };
	const changed = [clauses[0]!, { ...clauses[1]!, text: 'The police should stop now.' }];
	const statesOf = async (of: readonly Clause[], from = translation): Promise<string[]> => (await clauseTranslations(of, from)).map(({ state }) => state);

	expect(await statesOf(clauses)).toEqual(['reviewed', 'adopted']);
	expect(await statesOf(changed)).toEqual(['reviewed', 'stale']);
	expect(await statesOf([...clauses, { id: 'c', kind: 'finding', text: 'New.' }])).toEqual(['reviewed', 'adopted', 'missing']);
	expect((await currentTranslation(clauses, translation))?.clauses.map(({ text }) => text)).toEqual(['Nos siguieron.', 'La policía debe parar.']);
	expect(await currentTranslation(changed, translation)).toBeUndefined();
	expect(await currentTranslation(clauses, { ...translation, clauses: translation.clauses.map((one) => ({ ...one, state: 'draft' as const })) })).toBeUndefined();
	expect(await currentTranslation(clauses, { ...translation, title: '' })).toBeUndefined();
});
