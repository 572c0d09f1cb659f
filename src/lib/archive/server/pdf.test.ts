import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';
import type { Block, Inline } from '../prose.ts';
import { documentPdf, type PdfDocument } from './pdf.ts';

const poppler = spawnSync('pdftotext', ['-v']).error === undefined;
/** These read the PDF with pdftotext, pdfinfo, pdffonts and pdftoppm (Debian: poppler-utils), and are skipped without. */
const testWithPoppler = test.skipIf(!poppler);

const words = (text: string): Inline => ({ kind: 'text', text });
const paragraph = (...inlines: (string | Inline)[]): Block => ({
	kind: 'paragraph',
	inlines: inlines.map((inline) => (typeof inline === 'string' ? words(inline) : inline))
});
const clauses = (texts: readonly string[]): Block[] => texts.map((text, index) => ({ kind: 'clause', clause: index + 1, blocks: [paragraph(text)] }));

const englishClauses = [
	'This first sample clause says that nobody should be threatened for an efficient affidavit.',
	'The second sample clause is about the incontrovertible responsibility of institutions that are invented for a test.',
	'The third says “sample” in quotation marks, and an apostrophe’s place is in it too.',
	'The fourth has a dash – like this – and figures: 1,234 and 56 %.',
	'The fifth is short.',
	'The sixth names Ñandú, Œuvre, Łódź and Šibenik, which are letters and not places here.',
	'The seventh asks that somebody answer within forty-eight hours, as the sample of a deadline.',
	'The eighth sample clause repeats itself, because the eighth sample clause repeats itself.',
	'The ninth ends the sample.'
];
const arabicClauses = [
	'هذه فقرة تجريبية أولى عن حماية المدافعين.',
	'والثانية تقول إن 50٪ من النص تجريبي.',
	'والثالثة «بين علامتي تنصيص».',
	'والرابعة تذكر Sample Law Review بحروف لاتينية.',
	'والخامسة قصيرة.',
	'والسادسة فيها تشكيل: مُدافِعٌ عَنِ الحَقِّ.',
	'والسابعة خلال 48 ساعة.',
	'والثامنة تتكرّر.',
	'والتاسعة تختم النص التجريبي.'
];

const english: PdfDocument = {
	title: { words: 'Sample Statement, Written for a Test', language: 'en' },
	byline: { by: { words: 'Invented Participants', language: 'en' }, date: '14 May 2019', day: '2019-05-14' },
	language: 'en',
	prose: clauses(englishClauses),
	origin: { words: 'Sample Forum, 13 to 14 May 2019', language: 'en' },
	address: 'https://record.example/en/forums/sample/documents/statement',
	notice: 'This is sample text.',
	labels: { address: 'Permanent address', links: 'Links in this text' }
};
const arabic: PdfDocument = {
	...english,
	title: { words: 'بيان تجريبي', language: 'ar' },
	language: 'ar',
	prose: clauses(arabicClauses),
	notice: 'هذا نص تجريبي.',
	labels: { address: 'العنوان الدائم', links: 'الروابط الواردة في هذا النص' }
};
const saying = (text: string, document = english): PdfDocument => ({ ...document, prose: [paragraph(text)] });

function poppled(tool: string, args: readonly string[], pdf: Uint8Array): Buffer {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-pdf-'));
	try {
		writeFileSync(join(folder, 'document.pdf'), pdf);
		return execFileSync(tool, args.map((arg) => (arg === 'document.pdf' ? join(folder, arg) : arg)), { maxBuffer: 50_000_000 });
	} finally {
		rmSync(folder, { recursive: true });
	}
}
const textOf = (pdf: Uint8Array) => poppled('pdftotext', ['-layout', 'document.pdf', '-'], pdf).toString();
const pictureOf = (pdf: Uint8Array) => poppled('pdftoppm', ['-r', '60', '-gray', 'document.pdf'], pdf);
/** Without spaces, line ends and hyphens: where a line is broken is the typesetter's business. */
const squeezed = (text: string) => text.replace(/[\s\u00ad\u200b-]/g, '');

/** Every word with its left and right edge in points. */
function placedWords(pdf: Uint8Array): { word: string; left: number; right: number }[] {
	const page = poppled('pdftotext', ['-bbox', 'document.pdf', '-'], pdf).toString();
	return [...page.matchAll(/<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">(.*?)<\/word>/g)].map(([, left, right, word]) => ({
		word: word ?? '',
		left: Number(left),
		right: Number(right)
	}));
}

test('the bytes are a PDF/A-2b', async () => {
	const pdf = Buffer.from(await documentPdf(english));

	expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
	expect(pdf.includes('<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>')).toBe(true);
});

test('the same document gives the same bytes', async () => {
	const [first, second] = [await documentPdf(english), await documentPdf(english)];
	const other = await documentPdf({ ...english, notice: 'This is another sample text.' });

	expect(Buffer.from(first).equals(second)).toBe(true);
	expect(Buffer.from(first).equals(other)).toBe(false);
});

testWithPoppler('no word of a clause is lost', async () => {
	const text = squeezed(textOf(await documentPdf(english)));

	expect(englishClauses.filter((clause) => !text.includes(squeezed(clause)))).toEqual([]);
});

testWithPoppler('a reader on paper finds the title, who, when, where from, the notice, the address and the page', async () => {
	const text = textOf(await documentPdf(english));

	const wanted = ['Sample Statement, Written for a Test', 'Invented Participants', '14 May 2019', 'Sample Forum, 13 to 14 May 2019', 'This is sample text.', 'Permanent address', 'record.example/en/forums/sample/documents/statement'];
	expect(wanted.filter((line) => !text.includes(line))).toEqual([]);
	expect(text).toMatch(/\b1\s*\/\s*1\b/);
});

testWithPoppler('the metadata name the title, the author, the language and the document’s own day, and no other time', async () => {
	const pdf = await documentPdf(english);
	const undated = await documentPdf({ ...english, byline: { date: 'May 2019', day: '2019-05' } });

	const info = poppled('pdfinfo', ['-isodates', 'document.pdf'], pdf).toString();
	expect(info).toMatch(/^Title: +Sample Statement, Written for a Test$/m);
	expect(info).toMatch(/^Author: +Invented Participants$/m);
	expect(info.match(/^(?:Creation|Mod)Date: +.*$/gm)?.map((line) => line.replace(/ +/, ' '))).toEqual(['CreationDate: 2019-05-14T00:00:00Z', 'ModDate: 2019-05-14T00:00:00Z']);
	expect(poppled('pdfinfo', ['document.pdf'], undated).toString()).not.toMatch(/Date|Author/);
	expect(Buffer.from(pdf).includes('/Lang (en)')).toBe(true);
	expect(Buffer.from(await documentPdf(arabic)).includes('/Lang (ar)')).toBe(true);
});

testWithPoppler('words that are Typst code are words', async () => {
	const hostile = ['#read("/etc/passwd")', '#{while true {}}', '$x^2$', '*bold*', '_emph_', '@ref', '= heading', '\\u{41}', '//comment', '/* gone */', '#import "@preview/x:1.0.0"', '<label>', '`code`', '"quoted"', "it's -- ... ~", '#sys.inputs', '\\', '{"kind":"rule"}', '#(', '[', ']'];
	const everywhere: Block[] = [
		...hostile.map((text) => paragraph(text)),
		{ kind: 'heading', level: 2, inlines: hostile.map(words) },
		{ kind: 'preformatted', text: hostile.join('\n') },
		paragraph(...hostile.map((text): Inline => ({ kind: 'code', text }))),
		paragraph({ kind: 'link', href: 'https://x.example/#read("/etc/passwd")', inlines: hostile.map(words) })
	];
	const all = hostile.join(' ');

	const text = squeezed(textOf(await documentPdf({ ...english, prose: everywhere, notice: all, title: { words: all, language: 'en' } })));

	// Once in its own paragraph and as code, once each in the heading, the block, the link, the notice and the title.
	const count = (needle: string) => text.split(squeezed(needle)).length - 1;
	expect(hostile.filter((one) => count(one) < 7)).toEqual([]);
	expect(text).not.toContain('root:');
});

test('a link goes where the prose says, and nowhere that is not the web or mail', async () => {
	const links = ['https://law.example/a', '/en/forums', '#clause-7', 'mailto:desk@record.example', 'javascript:alert(1)', 'file:///etc/passwd', `https://long.example/${'x'.repeat(3000)}`];

	const pdf = Buffer.from(await documentPdf({ ...english, prose: links.map((href) => paragraph({ kind: 'link', href, inlines: [words('sample link')] })) })).toString('latin1');

	const targets = [...pdf.matchAll(/\/URI \((.*?)\)/g)].map(([, uri]) => uri);
	expect([...new Set(targets)].sort()).toEqual([
		'https://law.example/a',
		'https://record.example/en/forums',
		'https://record.example/en/forums/sample/documents/statement',
		'https://record.example/en/forums/sample/documents/statement#clause-7',
		'mailto:desk@record.example'
	]);
});

testWithPoppler('paper shows the address behind a link once, and not again where the link’s words are the address', async () => {
	const link = (href: string, text: string): Inline => ({ kind: 'link', href, inlines: [words(text)] });

	const text = textOf(await documentPdf({ ...english, prose: [paragraph(link('https://law.example/a', 'here'), ' ', link('https://law.example/a', 'there'), ' ', link('https://plain.example/', 'https://plain.example'))] }));

	expect(text).toMatch(/Links in this text\s+1\.\s+law\.example\/a/);
	expect(text.match(/law\.example/g)).toHaveLength(1);
	expect(text.match(/plain\.example/g)).toHaveLength(1);
});

testWithPoppler('clause numbers hang in the margin: left of an English text, right of an Arabic one', async () => {
	const [left, right] = [placedWords(await documentPdf(english)), placedWords(await documentPdf(arabic))];

	// The text begins 46 mm from its side of the page, which is 210 mm wide.
	const margin = (46 / 25.4) * 72;
	const width = (210 / 25.4) * 72;
	expect(left.filter((word) => word.right < margin).map(({ word }) => word)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
	expect(right.filter((word) => word.left > width - margin).map(({ word }) => word)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

testWithPoppler('Arabic is set in Noto Naskh Arabic, embedded, and its letters join', async () => {
	const pdf = await documentPdf(arabic);
	const joined = await documentPdf(saying('مدافعون', arabic));
	const apart = await documentPdf(saying([...'مدافعون'].join('\u200c'), arabic));

	const fonts = poppled('pdffonts', ['document.pdf'], pdf).toString().split('\n').slice(2).filter(Boolean);
	expect(fonts.filter((line) => /\+NotoNaskhArabic-(Regular|SemiBold) .* yes yes yes /.test(line))).toHaveLength(2);
	expect(fonts.filter((line) => !/ yes yes yes /.test(line))).toEqual([]);
	expect(pictureOf(joined).equals(pictureOf(apart))).toBe(false);
});

test('Arabic signs that Typst aborts on in other company are set', async () => {
	const signs = ['50٪ – “٪) ٪', 'ab ٪) ٪, cd', '\u059e \u059f', 'a \u06e2 \u06e3', '\ufdfe \ufdff', '\u202e abc ٪) '];

	const pdfs = await Promise.all(signs.flatMap((text) => [documentPdf(saying(text)), documentPdf(saying(text, arabic))]));

	expect(pdfs.every((pdf) => pdf.length > 10_000)).toBe(true);
});

test('a document that brings the typesetter down fails alone: the one after it is set', async () => {
	// Typst 0.13 aborts on more than 65,535 marks on one letter.
	const settled = await Promise.allSettled([documentPdf(saying(`a${'\u0301'.repeat(70_000)}`)), documentPdf(english)]);

	expect(settled).toEqual([
		{ status: 'rejected', reason: new Error('the typesetter stopped: SIGABRT') },
		{ status: 'fulfilled', value: await documentPdf(english) }
	]);
});

test('prose beyond every measure is refused before it is set', async () => {
	const nested = (depth: number): Block => (depth === 0 ? paragraph('Sample.') : { kind: 'quote', blocks: [nested(depth - 1)] });

	await expect(documentPdf(saying('word '.repeat(400_000)))).rejects.toThrow('the document is too long to set');
	await expect(documentPdf({ ...english, prose: [nested(13)] })).rejects.toThrow('prose is nested deeper than 12 levels');
	await expect(documentPdf({ ...english, prose: [nested(12)] })).resolves.toBeInstanceOf(Uint8Array);
});

test('a bundle in another folder, run from another folder, gives the same bytes', async () => {
	const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.pdf-bundle-'));
	try {
		await build({
			configFile: false,
			logLevel: 'error',
			build: { ssr: 'src/lib/archive/server/pdf.ts', outDir: join(folder, 'server', 'chunks'), minify: true, rollupOptions: { output: { entryFileNames: 'pdf.js' } } }
		});
		const bundle = pathToFileURL(join(folder, 'server', 'chunks', 'pdf.js')).href;
		const script = `import { documentPdf } from ${JSON.stringify(bundle)}; process.stdout.write(await documentPdf(${JSON.stringify(arabic)}));`;

		const pdf = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: tmpdir(), maxBuffer: 50_000_000 });

		expect(pdf.equals(await documentPdf(arabic))).toBe(true);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
