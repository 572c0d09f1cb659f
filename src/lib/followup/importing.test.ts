import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { madeUpStates, someRecommendation } from './fixtures.ts';
import { guessedMapping, importedRows, noMapping, requestsFor } from './importing.ts';
import { followupShape } from './recommendation.ts';

const heading = ['Symbol', 'Paragraph', 'Text', 'Countries', 'Themes', 'Affected persons', 'SDGs', 'Rights', 'Position', 'Date'];
const around = { skipFirst: true, clauses: new Set([1, 2, 3]), addressees: madeUpStates, answerWords: (answer: string) => answer };
const read = (...rows: readonly (readonly string[])[]) => importedRows([heading, ...rows], { ...around, mapping: guessedMapping(heading) });
const at = { forum: 'a-forum', document: 'statement', language: 'en' } as const;

test('the columns of an index of recommendations are known by their headings, and one that is not known is mapped to nothing', () => {
	expect(guessedMapping(heading)).toEqual({ clause: 1, addressees: 3, rights: 7, targets: 6, themes: 4, affected: 5, answer: 8, on: 9 });
	expect(guessedMapping(['a', 'b'])).toEqual(noMapping);
});

test('a row says of its clause what its cells say, in the words of four languages; what nobody knows is left out by name and not guessed', () => {
	const [row] = read(['A/HRC/1', 'para. 2', 'Some words.', 'Antarctica; دولة شمالية متخيلة|Nowhereland', 'Freedom of expression; Torture', '- Defenders;Mujeres y niñas;Astronauts', '16 - Peace; SDG 16.10, 5.5; 99.9', 'ICCPR art. 19, UDHR-1; XYZ 4', '', '']);

	expect(row).toEqual({ row: 2, clause: 2, addressees: ['made-up-north'], rights: ['ICCPR-19', 'UDHR-1'], targets: ['16', '16.10', '5.5'], themes: ['Freedom of expression', 'Torture'], affected: ['defenders', 'women'], response: undefined, leftOut: ['Nowhereland', 'XYZ 4', '99.9', 'Astronauts'], problem: undefined });
});

test('a row without a clause of this statement, with an answer of nobody or an unknown one is told as such, and nothing of it is sent', async () => {
	const row = (paragraph: string, country = '', position = '', date = ''): readonly string[] => ['', paragraph, '', country, '', '', '', '', position, date];
	const rows = read(row(''), row('9'), row('1', 'AQ', 'perhaps', '2026'), row('1', 'AQ', 'Supported', '2026-02-30'), row('1', 'AQ', 'Supported'), row('1', '', 'Supported', '2026'), row('1', 'AQ; made-up-council', 'Noted', '2026'));

	expect(rows.map(({ problem }) => problem)).toEqual(['no-clause', 'unknown-clause', 'unknown-answer', 'bad-date', 'answer-of-whom', 'answer-of-whom', 'answer-of-whom']);
	expect(await requestsFor(rows, { ...at, decided: [] })).toEqual([]);
});

test('rows of one clause become one decision that takes nothing away from what was decided, and a table that comes twice records no response twice', async () => {
	const row = (country: string, position = ''): readonly string[] => ['', '1', '', country, 'A theme', '', '16.10', '', position, position && '2026-11-01'];
	const rows = read(row('AQ', 'Partially supported'), row('made-up-council'), row('AQ', 'Partially supported'));
	const decided = [someRecommendation({ clause: 1, addressees: ['made-up-council'], rights: ['UDHR-1'], themes: [{ original: 'fr', in: { fr: 'Un thème' } }], suggested: [{ of: '16.10', words: ['law'] }] })];

	const requests = await requestsFor(rows, { ...at, decided });

	expect(requests).toEqual([
		{ what: 'recommendation', forum: 'a-forum', document: 'statement', recommendation: { clause: 1, addressees: ['made-up-council', 'made-up-north'], rights: ['UDHR-1'], targets: ['16.10'], themes: [{ original: 'fr', in: { fr: 'Un thème' } }, { original: 'en', in: { en: 'A theme' } }], affected: ['defenders'], suggested: [{ of: '16.10', words: ['law'] }] } },
		{ what: 'entry', forum: 'a-forum', document: 'statement', id: expect.stringMatching(/^[0-9a-f]{20}$/), clauses: [1], happening: { kind: 'response', from: 'made-up-north', on: '2026-11-01', answer: 'supported-in-part' } }
	]);
	expect(await requestsFor(rows, { ...at, decided })).toEqual(requests);
});

test('whatever a table holds, what is sent of it has the shape that the server takes', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 12 }), { maxLength: 8 }), async (table) => {
			const rows = read(...table.map((cells) => cells.toSpliced(1, 1, '1')));

			for (const request of await requestsFor(rows, { ...at, decided: [] })) expect(v.safeParse(followupShape, request).success).toBe(true);
		})
	);
});
