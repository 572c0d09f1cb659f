import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvOf, readCsv } from './csv.ts';
import { guessedMapping, importedRows } from './guest-import.ts';

test('a list from a spreadsheet is read with quotes, separators and line ends as spreadsheets write them', () => {
	expect(readCsv('\uFEFFname;role\r\n"Ana; ""the chair""";chair\r\n\r\nBen;\n"two\nlines";x')).toEqual({ ok: true, rows: [['name', 'role'], ['Ana; "the chair"', 'chair'], ['Ben', ''], ['two\nlines', 'x']] });
	expect(readCsv('a\tb\n1,5\t2')).toEqual({ ok: true, rows: [['a', 'b'], ['1,5', '2']] });
	expect(readCsv('')).toEqual({ ok: true, rows: [] });
});

test('a list that is no table says on which line, and nothing of it is guessed', () => {
	expect(readCsv('a,b\n"open,2\n3,4')).toEqual({ ok: false, line: 2, problem: 'open-quote' });
	expect(readCsv('a,b\n"x"y,2')).toEqual({ ok: false, line: 2, problem: 'text-after-quote' });
	expect(readCsv('a,b\nx"y,2')).toEqual({ ok: false, line: 2, problem: 'quote-in-text' });
});

test('whatever a table holds comes out of its text as it was', () => {
	const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r\n', 'é', 'م', ' ') });
	fc.assert(
		fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
			const table = [['name', 'role'], ...rows];
			// Of what a spreadsheet would run only these two are among the signs here.
			const guarded = table.map((row) => row.map((one) => (/^[\t\r]/.test(one) ? `'${one}` : one)));
			expect(readCsv(csvOf(table))).toEqual({ ok: true, rows: guarded });
		})
	);
});

test('each row of a list says what is wrong with it, and nobody is invited twice', () => {
	const rows = [['Nom', 'Rôle', 'Courriel'], ['Ana', 'chair', 'a@example.org'], ['ana', '', ''], ['Ben', 'king', ''], ['', 'speaker', ''], ['CEM', 'observer', ''], ['x'.repeat(201), '', '']];
	const mapping = guessedMapping(rows[0]!);

	expect(mapping).toEqual({ name: 0, role: 1, reach: 2 });
	expect(importedRows(rows, { mapping, skipFirst: true, here: ['Cem'], usual: 'speaker' }).map(({ row, role, reach, problem }) => [row, role, reach, problem])).toEqual([
		[2, 'chair', 'a@example.org', undefined],
		[3, 'speaker', '', 'twice'],
		[4, 'speaker', '', 'unknown-role'],
		[5, 'speaker', '', 'no-name'],
		[6, 'observer', '', 'here'],
		[7, 'speaker', '', 'long-name']
	]);
});

test('what a guest writes is no formula in a convenor’s spreadsheet', () => {
	expect(csvOf([['=HYPERLINK("http://evil.example")', '-1', 'plain']])).toBe(`"'=HYPERLINK(""http://evil.example"")","'-1","plain"\r\n`);
});
