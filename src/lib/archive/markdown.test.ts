import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdownLimits, refusedForItsCost } from './markdown-cost.ts';
import { cleanLines, cleanText } from '#lib/platform/text/clean.ts';
import { proseFrom, safeHref, type Numbering } from './markdown.ts';
import { plainProse, type Block, type Inline, type Prose } from './prose.ts';

function prose(markdown: string, numberAs: Numbering = 'none'): Prose {
	const result = proseFrom(markdown, { numberAs });
	if (!result.ok) throw new Error(JSON.stringify(result.problems));
	return result.prose;
}

function problems(markdown: string, numberAs: Numbering = 'clauses') {
	const result = proseFrom(markdown, { numberAs });
	return result.ok ? [] : result.problems;
}

const text = (words: string): Inline => ({ kind: 'text', text: words });
const paragraph = (words: string): Block => ({ kind: 'paragraph', inlines: [text(words)] });

/** Every node of a tree, whatever its kind. */
function nodes(tree: unknown): Record<string, unknown>[] {
	if (Array.isArray(tree)) return tree.flatMap(nodes);
	if (typeof tree !== 'object' || tree === null) return [];
	return [{ ...tree }, ...Object.values(tree).flatMap(nodes)];
}

function hrefs(tree: Prose): unknown[] {
	return nodes(tree).flatMap((node) => (node['kind'] === 'link' ? [node['href']] : []));
}

const refusedAddresses = [
	'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'javascript&#58;alert(1)', 'javascript&colon;alert(1)', '&#x6A;avascript:alert(1)', 'java&#x09;script:alert(1)',
	'java&#x0A;script:alert(1)', '&#x01;javascript:alert(1)', '&#x20;javascript:alert(1)', 'java&#x00;script:alert(1)', 'java&#x200B;script:alert(1)', 'javascript\\:alert(1)',
	'\u0001javascript:alert(1)', '\u202Ejavascript:alert(1)', '\uFEFFjavascript:alert(1)', 'javascript%3Aalert(1)', 'vbscript:msgbox(1)', 'data:text/html,<b>', 'data:text/html;base64,PHNjcmlwdD4=',
	'file:///etc/passwd', 'blob:https://example.org/1', 'view-source:https://example.org', 'ftp://example.org/', 'feed:https://example.org', 'x-apple-x://a', 'about:blank',
	'//evil.example', '\\\\\\\\evil.example', '/\\evil.example', '/\\\\evil.example', '/&#x09;/evil.example', '/.//evil.example', '/a/..//evil.example', '/%2e//evil.example',
	'https:evil.example', 'https:/evil.example', 'https://user:secret@example.org', 'https://user@example.org', 'https://example.org:99999/', 'https://', 'https://exa%20mple.org',
	'mailto:', 'mailto:nobody', 'relative/page', '../up', '?query', 'www.example.org', '#', `https://example.org/${'a'.repeat(2_000)}`
];

describe('links of an imported document', () => {
	test.each(refusedAddresses)('%s never becomes a link, in none of the ways to write one', (address) => {
		for (const markdown of [`[words](${address})`, `[words](<${address}>)`, `[words][r]\n\n[r]: ${address}`, `[words][r]\n\n[r]: <${address}>`, `[words]\n\n[words]: <${address}>`, `*[words](${address} "title")*`]) {
			expect(hrefs(prose(markdown)), markdown).toEqual([]);
			expect(plainProse(prose(markdown)), markdown).toContain('words');
		}
		expect(hrefs(prose(`<${address}>`))).toEqual([]);
	});

	test.each([
		['https://example.org', 'https://example.org/'],
		['HTTP://Example.org/a?b=c&d#e', 'http://example.org/a?b=c&d#e'],
		['https://ar.example/%D8%A3', 'https://ar.example/%D8%A3'],
		['https://مثال.example/أ', 'https://xn--mgbh0fb.example/%D8%A3'],
		['mailto:defenders@example.org?subject=Help', 'mailto:defenders@example.org?subject=Help'],
		['/en/forums/2019', '/en/forums/2019'],
		['/en/search?q=a#b', '/en/search?q=a#b'],
		['/', '/'],
		['#clause-7', '#clause-7']
	])('the honest address %s stays a link', (address, href) => {
		expect(prose(`[words](${address})`)).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'link', href, inlines: [text('words')] }] }]);
	});

	test.each(['https://example.org/a&#x20;b', 'https://example.org/&#x202E;fdp.exe', 'https://example.org/a&#x200B;b', 'https://example.org\\\\@evil.example/', '/a&#x20;b'])('%s, which says one thing to the eye and another to a browser, is no link', (address) => {
		expect(prose(`[words](<${address}>)`)).toEqual([paragraph('words')]);
	});

	test('an address in angle brackets and one by reference are links, the first definition of a name is the one that counts', () => {
		expect(hrefs(prose('<https://example.org/> <a@example.org> [one][Ref]\n\n[rEf]: /right\n[ref]: /wrong'))).toEqual(['https://example.org/', 'mailto:a@example.org', '/right']);
	});

	test('a definition named like a property of every object has no power', () => {
		expect(hrefs(prose('[a][__proto__] [b][constructor]\n\n[__proto__]: /own'))).toEqual(['/own']);
	});

	test('one long address behind very many references cannot fill the memory', () => {
		expect(problems(`[a]: /${'x'.repeat(1_900)}\n\n${'[a]\n\n'.repeat(markdownLimits.links + 1)}`)).toEqual([{ line: 2 * markdownLimits.links + 3, message: 'One text may have at most 2000 links.' }]);
	});
});

describe('HTML in an imported document', () => {
	test.each([
		'<script>alert(1)</script>',
		'<img src=x onerror="alert(1)">',
		'<svg/onload=alert(1)>',
		'<iframe srcdoc="&lt;script&gt;"></iframe>',
		'<a href="javascript:alert(1)">x</a>',
		'<!-- --><style>*{background:url(https://evil.example)}</style>',
		'<meta http-equiv=refresh content="0;url=https://evil.example">'
	])('%s is shown as the characters it is written in', (html) => {
		expect(prose(html)).toEqual([paragraph(html)]);
		expect(prose(`before ${html}`)).toEqual([paragraph(`before ${html}`)]);
	});

	test('a block of HTML keeps its lines', () => {
		expect(prose('<div>\n *no*\n</div>')).toEqual([{ kind: 'paragraph', inlines: [text('<div>'), { kind: 'break' }, text(' *no*'), { kind: 'break' }, text('</div>')] }]);
	});
});

describe('pictures in an imported document', () => {
	test('a picture from elsewhere, which would tell its owner who reads, is only its words', () => {
		const tree = prose('See ![the *hall*](https://tracker.example/1.gif "t") and ![b][r] and ![](https://tracker.example/2.gif)\n\n[r]: https://tracker.example/3.gif');

		expect(tree).toEqual([paragraph('See the hall and b and')]);
		expect(JSON.stringify(tree)).not.toContain('tracker');
	});

	test('a link around a picture without words is no empty link', () => {
		expect(prose('[![](https://tracker.example/1.gif)](https://example.org)')).toEqual([]);
	});
});

describe('characters that deceive', () => {
	const hostile = 'a\u202Ab\u202Bc\u202Cd\u202De\u202Ef\u2066g\u2067h\u2068i\u2069j\u0000k\u0007l\u001Bm\u007Fn\u0085o\uFEFFp\uD800q\uDC00r\uFFFEs\u{1FFFF}t';

	test('overrides, isolates, control characters and broken surrogates are gone from titles and texts', () => {
		expect(cleanText(hostile)).toBe('abcdefghijklmn opqrst');
		expect(prose(hostile)).toEqual([paragraph('abcdefghijklmnopqrst')]);
		expect(prose(`\`${hostile}\``)).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'code', text: 'abcdefghijklmnopqrst' }] }]);
		expect(prose(`    ${hostile}`)).toEqual([{ kind: 'preformatted', text: 'abcdefghijklmnopqrst' }]);
	});

	test('written as character references they are gone too', () => {
		expect(prose('a&#x202E;b&#x2066;cd ![e&#x202E;f](/x)')).toEqual([paragraph('abcd ef')]);
	});

	test('the marks that Arabic text needs stay', () => {
		expect(cleanText('\u200Fمرحبا\u200E (HRD)\u061C')).toBe('\u200Fمرحبا\u200E (HRD)\u061C');
		expect(prose('مرحبا\u200E (HRD)')).toEqual([paragraph('مرحبا\u200E (HRD)')]);
	});

	test('the same word written in two ways is the same word', () => {
		expect(cleanText('Libe\u0301re\u0301s')).toBe('Libérés');
		expect(prose('Libe\u0301re\u0301s e&#x301;')).toEqual([paragraph('Libérés é')]);
	});

	test('a title of several lines is one line, and its no-break spaces stay', () => {
		expect(cleanText('  De\u00A0la peur\r\n\tà l’espoir\u2028! ')).toBe('De\u00A0la peur à l’espoir !');
	});

	test('files from Windows and old Macs read the same as all others, with the same lines', () => {
		expect(prose('one\r\ntwo\r\n\r\nthree')).toEqual(prose('one\ntwo\n\nthree'));
		expect(prose('one\rtwo\r\rthree')).toEqual(prose('one\ntwo\n\nthree'));
		expect(problems('1. a\r\n1. b')).toMatchObject([{ line: 2 }]);
	});
});

describe('what a text may be made of', () => {
	test('headings keep below the page\'s own title', () => {
		expect(prose('# a\n## b\n### c\n#### d\n##### e\n###### f').map((block) => block.kind === 'heading' && block.level)).toEqual([2, 2, 3, 4, 4, 4]);
	});

	test('quotations, lists, emphasis, code, rules and line breaks become their own nodes', () => {
		expect(prose('> *a* **b**\\\n> c\n\n3. d\n\n- `e`\n\n---\n\n```\nf\n```')).toEqual([
			{ kind: 'quote', blocks: [{ kind: 'paragraph', inlines: [{ kind: 'emphasis', inlines: [text('a')] }, text(' '), { kind: 'strong', inlines: [text('b')] }, { kind: 'break' }, text('c')] }] },
			{ kind: 'list', ordered: true, start: 3, items: [[paragraph('d')]] },
			{ kind: 'list', ordered: false, start: 1, items: [[{ kind: 'paragraph', inlines: [{ kind: 'code', text: 'e' }] }]] },
			{ kind: 'rule' },
			{ kind: 'preformatted', text: 'f' }
		]);
	});

	test('tables, strike-through and footnotes are no Markdown of ours: their characters stay', () => {
		expect(plainProse(prose('~~a~~ [^1]\n\n| b |\n| - |\n'))).toBe('~~a~~ [^1]\n| b | | - |');
	});
});

describe('clauses', () => {
	test('numbers run on through headings, paragraphs and lists of either kind', () => {
		const tree = prose('Preamble\n\n## A\n\n1. one\n2. two\n   - inner\n\n## B\n\n- no clause\n\n3) three\n\n   more of three', 'clauses');

		expect(tree.map((block) => (block.kind === 'clause' ? block.clause : block.kind))).toEqual(['paragraph', 'heading', 1, 2, 'heading', 'list', 3]);
		expect(tree[0]).toEqual(paragraph('Preamble'));
		expect(tree[6]).toEqual({ kind: 'clause', clause: 3, blocks: [paragraph('three'), paragraph('more of three')] });
	});

	test('without a numbered list each paragraph at the top is numbered, and nothing within others', () => {
		expect(prose('a\n\n## h\n\n> q\n\n- l\n\nb', 'clauses')).toEqual(prose('a\n\n## h\n\n> q\n\n- l\n\nb', 'paragraphs'));
		expect(prose('a\n\n> q\n\nb', 'clauses')).toEqual([{ ...paragraph('a'), clause: 1 }, { kind: 'quote', blocks: [paragraph('q')] }, { ...paragraph('b'), clause: 2 }]);
	});

	test('a numbered list in a report is a list, and its paragraphs have the numbers', () => {
		expect(prose('a\n\n1. b', 'paragraphs')).toEqual([{ ...paragraph('a'), clause: 1 }, { kind: 'list', ordered: true, start: 1, items: [[paragraph('b')]] }]);
	});

	test('a summary has no numbers', () => {
		expect(prose('a\n\n1. b', 'none')).toEqual([paragraph('a'), { kind: 'list', ordered: true, start: 1, items: [[paragraph('b')]] }]);
	});

	test.each([
		['a repeated number', '1. a\n1. b', 2, 'numbered 1, but clause 2'],
		['a number left out', '1. a\n2. b\n\n## h\n\n4. c', 6, 'numbered 4, but clause 3'],
		['a beginning that is not 1', '2. a', 1, 'numbered 2, but clause 1'],
		['a number that begins again under the next heading', '1. a\n\n## h\n\n1. b', 5, 'numbered 1, but clause 2'],
		['a number that a paragraph swallows', '1. a\n\nWe\ncall on all\n2. to b', 5, 'empty line before it'],
		['a number that the clause before swallows', '1. a\n   2. b', 2, 'empty line before it'],
		['a number that is indented into the clause before', '1. a\n\n   2. b', 3, 'indented into clause 1'],
		['a clause without words', '1. a\n2.\n3. c', 2, 'no words']
	])('%s would move a permanent address: it is refused with its line', (_name, markdown, line, message) => {
		expect(problems(markdown)).toEqual([{ line, message: expect.stringContaining(message) }]);
	});

	test('every wrong number is reported at once', () => {
		expect(problems('1. a\n3. b\n3. c').map(({ line }) => line)).toEqual([2, 3]);
	});

	test('a year at the beginning of a line is not taken for a clause', () => {
		expect(problems('1. a\n\nIn\n2019. Then')).toEqual([]);
	});
});

describe('texts that are made to hold the server', () => {
	const many = 10_000;
	test.each([
		['quotations', '> '.repeat(many) + 'a'],
		['quotations without spaces', '>'.repeat(many) + 'a'],
		['lists', '- '.repeat(many) + 'a'],
		['numbered lists', '1. '.repeat(many) + 'a'],
		['lists and quotations in turns', '> - '.repeat(many) + 'a'],
		['asterisks that look like a rule', '* '.repeat(many) + 'a'],
		['lists nested by indentation', Array.from({ length: 800 }, (_, level) => `${'  '.repeat(level)}- a\n`).join('')],
		['quotations one after another', '> a\n\n'.repeat(many)],
		['quotations in quotations, line by line', '> > > > > > > > a\n\n'.repeat(many)],
		['lists and paragraphs in turns', '- a\n\nb\n\n'.repeat(many)],
		['lazy lines of a quotation', `> a\n${'b\n'.repeat(many)}`],
		['emphasis', `${'*a **a '.repeat(many)}b${' a** a*'.repeat(many)}`],
		['asterisks', `${'*'.repeat(many)}a${'*'.repeat(many)}`],
		['openings of emphasis', '*a_ '.repeat(many)],
		['brackets', `${'['.repeat(many)}a${']'.repeat(many)}`],
		['openings of links', '[a](<b '.repeat(many)],
		['pictures in pictures', `${'!['.repeat(many)}a${'](b)'.repeat(many)}`],
		['runs of backticks', Array.from({ length: 300 }, (_, length) => `e${'`'.repeat(length)}`).join('') + ' 1. b'.repeat(many)],
		['comments that do not end', 'a <!-- '.repeat(many)],
		['underlined headings', 'a\n===\n\n'.repeat(many)],
		['tiny paragraphs', 'a\n\n'.repeat(many * 10)],
		['definitions', Array.from({ length: many }, (_, name) => `[${name}]: /b\n`).join('')],
		['one long line of spaces', `a${' '.repeat(300_000)}b`],
		['spaces in HTML', `<!--${' '.repeat(40_000)}<div>`],
		['a text of ten million characters', 'word '.repeat(2_000_000)]
	])('%s are refused or read soon, and never end the process', (_name, markdown) => {
		const before = process.cpuUsage();

		proseFrom(markdown, { numberAs: 'clauses' });

		const { user, system } = process.cpuUsage(before);
		// Against what grows with the square, and not against a slow machine.
		expect((user + system) / 1_000).toBeLessThan(10_000);
	});

	test.each([
		['quotations', '> a\n\n'],
		['nested lists', '- - - - a\n\nb\n\n'],
		['lazy quotations', '> a\nb\n'],
		['emphasis', '*a **b_c '],
		['brackets', '[a]('],
		['backticks', 'a `` b\n'],
		['underlined headings', 'a\n===\n\n'],
		['paragraphs', 'a\n\n'],
		['definitions', '[a]: /b\n\n'],
		['character references', '&amp; ']
	])('as many %s as are still allowed do not hold it for seconds either', (_name, piece) => {
		let most = 0;
		let tooMany: number = markdownLimits.characters;
		while (tooMany - most > 1) {
			const middle = Math.floor((most + tooMany) / 2);
			if (refusedForItsCost(piece.repeat(middle)) === undefined) most = middle;
			else tooMany = middle;
		}
		const before = process.cpuUsage();

		const result = proseFrom(piece.repeat(most), { numberAs: 'paragraphs' });

		const { user, system } = process.cpuUsage(before);
		expect(result.ok).toBe(true);
		expect((user + system) / 1_000).toBeLessThan(20_000);
	});

	test.each([
		['characters', 'a'.repeat(400_001), 1, '400000 are allowed'],
		['lines', '\n'.repeat(10_000), 10_001, '10000 lines'],
		['characters in a paragraph', `a\n\n${'b'.repeat(30_000)}\n${'c'.repeat(20_000)}`, 4, '50000 characters'],
		['nesting in a line', `a\n\n${'> '.repeat(33)}b`, 3, '32 marks may begin a line'],
		['list items', `${'- a\n'.repeat(600)}\n`.repeat(9), 5_009, '5000 are allowed'],
		['quotations', '> a\n\n'.repeat(501), 1_002, '500 are allowed'],
		['lists', '- a\n\nb\n\n'.repeat(501), 2_003, '500 are allowed'],
		['underlined headings', 'a\n=\n\n'.repeat(501), 1_502, '500 are allowed'],
		['indentation', `a\n\n${' '.repeat(65)}b`, 3, '64 columns'],
		['indentation by tabs', `a\n\n>${'\t'.repeat(17)}b`, 3, '64 columns'],
		['indented lines', `${' '.repeat(64)}b\n\n`.repeat(1_251), 2_501, 'indented'],
		['lines without an empty one', 'a\n'.repeat(2_001), 2_001, 'without an empty line'],
		['delimiters', `a\n${'*b'.repeat(2_001)}`, 2, 'without an empty line'],
		['backticks in a long paragraph', `a\n${'`'.repeat(101)}${'b'.repeat(49_800)}`, 2, 'long paragraphs'],
		['opening brackets of HTML in a long paragraph', `a\n${'<'.repeat(1_010)}${'b'.repeat(48_980)}`, 2, 'long paragraphs']
	])('too much of one thing, %s, is refused at its line', (_name, markdown, line, message) => {
		expect(problems(markdown)).toEqual([{ line, message: expect.stringContaining(message) }]);
	});

	test('what is nested deeper than eight is flattened, and no word of it is lost', () => {
		const quoted = prose(`${'> '.repeat(30)}deep *words* ![here](/x) <b>\n\nend`);
		const emphasized = prose(`${'*a **b '.repeat(20)}c${'** d*'.repeat(20)}`);

		expect(JSON.stringify(quoted).match(/"quote"/g)).toHaveLength(8);
		expect(plainProse(quoted)).toBe('deep words here <b>\nend');
		expect(JSON.stringify(emphasized).match(/"(?:emphasis|strong)"/g)).toHaveLength(8);
		expect(plainProse(emphasized)).toBe(`${'a b '.repeat(20)}c${' d'.repeat(20)}`);
		expect(JSON.stringify(prose(`${'- '.repeat(30)}a`)).match(/"list"/g)).toHaveLength(8);
		expect(plainProse(prose(`${'- '.repeat(30)}a`))).toBe('a');
	});

	test('a list of 1,500 signatories, a report of 100 pages and a statement of 300 long clauses are not taken for an attack', () => {
		const words = 'Some words of *prose*, with a [link](https://example.org/a_b) and `code`, and more words to fill a line. ';
		const report = `## Heading\n\n${words.repeat(6)}\n\n> ${words}\n\n- ${words}\n- b\n\n`.repeat(150);
		const statement = Array.from({ length: 300 }, (_, index) => `${index + 1}. ${words.repeat(3)}\n\n   - a\n   - b\n\n   ${words}\n`).join('\n');

		expect([problems(Array.from({ length: 1_500 }, (_, index) => `- Name ${index}`).join('\n')), problems(report), problems(statement)]).toEqual([[], [], []]);
	});
});

describe('whatever is written', () => {
	const pieces = fc.constantFrom('[a]', '(javascript:alert(1))', '(<//x>)', '(/y)', '![', '](', '<', '>', '&#x202E;', '&#106;', '*', '_', '`', '\n', '\n\n', '- ', '1. ', '2. ', '> ', '    ', '# ', '\\', '[a]: data:x\n', '<https://u:p@x>', '\u202E', '\r', 'é', 'e\u0301', '\uD800', ':', '/', '\t', '\u0000');
	const written = fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 5 }), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 60 }).map((parts) => parts.join(''));
	const forbidden = /[[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202A-\u202E\u2066-\u2069\uFEFF]--[\n\t]]/v;

	test('no address leads where a browser would run a script, ask another host silently or send a password', () => {
		fc.assert(
			fc.property(written, (markdown) => {
				const result = proseFrom(markdown, { numberAs: 'paragraphs' });
				if (!result.ok) return;
				for (const href of hrefs(result.prose)) {
					const url = new URL(String(href), 'https://own.example/en/page');
					expect(['https:', 'http:', 'mailto:']).toContain(url.protocol);
					expect(url.password + url.username).toBe('');
					if (!/^(?:https?:\/\/|mailto:)/.test(String(href))) expect(url.host).toBe('own.example');
				}
			}),
			{ numRuns: 2_000 }
		);
	});

	test('an address that was let through is let through unchanged the second time', () => {
		fc.assert(
			fc.property(fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string().map((rest) => `/${rest}`), fc.string().map((rest) => `https://${rest}`)), (address) => {
				const href = safeHref(address);
				if (href !== undefined) expect(safeHref(href)).toBe(href);
			}),
			{ numRuns: 2_000 }
		);
	});

	test('no deceiving character is in the tree, and cleaning twice changes nothing', () => {
		fc.assert(
			fc.property(written, (markdown) => {
				const result = proseFrom(markdown, { numberAs: 'clauses' });

				expect(result).toEqual(proseFrom(cleanLines(markdown), { numberAs: 'clauses' }));
				expect(cleanLines(cleanLines(markdown))).toBe(cleanLines(markdown));
				expect(cleanText(cleanText(markdown))).toBe(cleanText(markdown));
				if (!result.ok) return;
				for (const node of nodes(result.prose)) {
					if (typeof node['text'] === 'string') expect(node['text']).not.toMatch(forbidden);
				}
			}),
			{ numRuns: 2_000 }
		);
	});
});
