import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outsideAddress, type Part } from './paper-words.ts';
import { paperBlocks, type Block } from './paper-text.ts';

function wordsOfParts(parts: readonly Part[]): string {
	return parts.map((part) => (part.kind === 'text' ? part.text : part.kind === 'link' ? part.words || part.href : wordsOfParts(part.parts))).join('');
}

function wordsOf(blocks: readonly Block[]): string {
	return blocks
		.map((block): string => {
			switch (block.kind) {
				case 'paragraph':
					return block.lines.map(wordsOfParts).join('\n');
				case 'heading':
					return wordsOfParts(block.parts);
				case 'list':
					return block.items.map(wordsOf).join('\n');
				case 'quote':
					return wordsOf(block.blocks);
				case 'plain':
					return block.text;
				case 'rule':
					return '';
			}
		})
		.join('\n');
}

function linksOf(blocks: readonly Block[]): string[] {
	const found: string[] = [];
	JSON.stringify(blocks, (_key, value: unknown) => {
		if (typeof value === 'object' && value !== null && 'href' in value) found.push(String(value.href));
		return value;
	});
	return found;
}

describe('what people write', () => {
	test('headings, lists in lists, quotations and emphasis become what they look like', () => {
		const blocks = paperBlocks('# Plan\n\nWe *must* meet **soon**.\nOn Friday.\n\n- bread\n- water\n  1. clean\n  2. cold\n\n> She said:\n> no.\n\n---');

		expect(blocks).toEqual([
			{ kind: 'heading', level: 2, parts: [{ kind: 'text', text: 'Plan' }] },
			{
				kind: 'paragraph',
				lines: [
					[{ kind: 'text', text: 'We ' }, { kind: 'emphasis', parts: [{ kind: 'text', text: 'must' }] }, { kind: 'text', text: ' meet ' }, { kind: 'strong', parts: [{ kind: 'text', text: 'soon' }] }, { kind: 'text', text: '.' }],
					[{ kind: 'text', text: 'On Friday.' }]
				]
			},
			{
				kind: 'list',
				ordered: false,
				start: 1,
				items: [
					[{ kind: 'paragraph', lines: [[{ kind: 'text', text: 'bread' }]] }],
					[
						{ kind: 'paragraph', lines: [[{ kind: 'text', text: 'water' }]] },
						{
							kind: 'list',
							ordered: true,
							start: 1,
							items: [[{ kind: 'paragraph', lines: [[{ kind: 'text', text: 'clean' }]] }], [{ kind: 'paragraph', lines: [[{ kind: 'text', text: 'cold' }]] }]]
						}
					]
				]
			},
			{ kind: 'quote', blocks: [{ kind: 'paragraph', lines: [[{ kind: 'text', text: 'She said:' }], [{ kind: 'text', text: 'no.' }]] }] },
			{ kind: 'rule' }
		]);
	});

	test('strong emphasis inside of emphasis, in Arabic too', () => {
		expect(paperBlocks('*a **b** c* و_هذا_')).toEqual([
			{
				kind: 'paragraph',
				lines: [[{ kind: 'emphasis', parts: [{ kind: 'text', text: 'a ' }, { kind: 'strong', parts: [{ kind: 'text', text: 'b' }] }, { kind: 'text', text: ' c' }] }, { kind: 'text', text: ' و_هذا_' }]]
			}
		]);
	});

	test.each(['2 * 3 * 4', 'snake_case_name', '*never closed', 'a ** b', 'x ****', '[no link](', '#tag', '-5 degrees', '1.5 million', '>>'])('%s is left as it was written', (text) => {
		expect(wordsOf(paperBlocks(text)).replaceAll('\n', '')).toBe(text === '>>' ? '' : text);
	});

	test('an address keeps neither the full stop nor the bracket behind it', () => {
		expect(linksOf(paperBlocks('See (https://example.org/a?b=1), or https://example.org.'))).toEqual(['https://example.org/a?b=1', 'https://example.org/']);
	});
});

describe('what somebody hostile writes', () => {
	test.each([
		'[x](javascript:alert(1))', '[x](JaVaScRiPt:alert`1`)', '[x](data:text/html,<script>alert(1)</script>)', '[x](vbscript:x)', '[x](blob:https://example.org/x)', '[x](file:///etc/passwd)',
		'[x](//evil.example)', '[x](/en/circles)', '[x](https://user:secret@evil.example/)', '[x](\tjavascript:alert(1))', '[x](https:\\\\evil.example)', '[x](view-source:https://a.example)', 'javascript:alert(1)', '[x](mailto:a@b.example?bcc=c@d.example,e)'
	])('%s is no link that does harm', (text) => {
		for (const href of linksOf(paperBlocks(text))) expect(href).toMatch(/^(?:https:\/\/(?!user)|mailto:a@b)/);
		expect(linksOf(paperBlocks(text)).filter((href) => !href.startsWith('mailto:'))).toEqual([]);
	});

	test('a host in letters that look like others is written so that it can be told apart', () => {
		expect(outsideAddress('https://аpple.example/')).toBe('https://xn--pple-43d.example/');
	});

	test('signs that turn the direction of what follows are gone, the marks that Arabic needs are not', () => {
		expect(wordsOf(paperBlocks('pay \u202Egnp.exe\u202C \u2066a\u2069 \u200Fب'))).toBe('pay gnp.exe a \u200Fب');
	});

	test.each([
		['brackets', '['.repeat(1_000_000)],
		['links that never end', '[x](https://e.example/'.repeat(50_000)],
		['addresses with a long tail of dots', `https://e.example/${'.'.repeat(1_900)}a `.repeat(500)],
		['asterisks', '*'.repeat(1_000_000)],
		['every kind of emphasis', '*a _b **c __d '.repeat(70_000)],
		['emphasis that closes', '*a* '.repeat(250_000)],
		['quotations in quotations', '>'.repeat(1_000_000)],
		['lists in lists', '- '.repeat(500_000)],
		['lists by indentation', Array.from({ length: 1_400 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n')],
		['half a million empty lines', '\n'.repeat(1_000_000)],
		['lines of one letter', 'a\n'.repeat(500_000)],
		['headings', '# a\n'.repeat(250_000)],
		['a heading of spaces', `# ${' '.repeat(1_000_000)}x`],
		['numbers', '1. '.repeat(300_000)],
		['the letter h', 'h'.repeat(1_000_000)]
	])('1 MB of %s is read without time running away, into a tree that a phone can show, and no letter is lost', (_name, text) => {
		const begun = performance.now();

		const blocks = paperBlocks(text);

		expect(performance.now() - begun).toBeLessThan(20_000);
		expect(JSON.stringify(blocks).split('"kind"').length).toBeLessThan(60_000);
		const letters = (whole: string): number => whole.replaceAll(/[^a-z]/g, '').length;
		expect(letters(wordsOf(blocks))).toBeGreaterThanOrEqual(letters(text) - text.split('](').length);
	});

	test('whatever is written, every letter of it is shown and in its order', () => {
		const pieces = fc.constantFrom('a', 'b', ' ', '\n', '\n\n', '*', '**', '_', '__', '# ', '> ', '- ', '  ', '   - ', '[', ']', '(', ')', '<script>', 'é', 'ب', '\u202E', '---', '\t');
		fc.assert(
			fc.property(fc.array(pieces, { maxLength: 60 }), (written) => {
				const letters = (whole: string): string => whole.replaceAll(/[^\p{L}]/gu, '');
				const text = written.join('');

				expect(letters(wordsOf(paperBlocks(text)))).toBe(letters(text));
			}),
			{ numRuns: 2_000 }
		);
	});
});
