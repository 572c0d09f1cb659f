import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileWarnings, safeFileName } from './file-name.ts';
import { viewingOf } from './viewing.ts';

test.each([
	['../../etc/passwd', '_.._etc_passwd'],
	['C:\\Users\\x\\report.docx', 'C_Users_x_report.docx'],
	['.htaccess', 'htaccess'],
	['photo\u202Egnp.exe', 'photognp.exe'],
	['a\nb\tc.txt', 'a b c.txt'],
	['تقرير السفر.pdf', 'تقرير السفر.pdf'],
	['nul.txt', '_nul.txt'],
	['   ', 'file'],
	['...', 'file'],
	['<img src=x onerror=alert(1)>.png', '_img src=x onerror=alert(1)_.png'],
	['zero\u200Bwidth.pdf', 'zerowidth.pdf']
])('%j is kept as %j', (name, kept) => {
	expect(safeFileName(name)).toBe(kept);
});

test('a very long name keeps its ending', () => {
	expect(safeFileName(`${'ب'.repeat(500)}.docx`)).toMatch(/^ب{115}\.docx$/u);
});

test('whatever a name is, what it is kept as leads into no folder, and keeping it again changes nothing', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
			const kept = safeFileName(name);

			// oxlint-disable-next-line no-control-regex -- they are what must not be there
			expect(kept).not.toMatch(/[/\\\u0000-\u001f\u202a-\u202e\u2066-\u2069]|^\.|^$/);
			expect(safeFileName(kept)).toBe(kept);
		})
	);
});

test.each([
	['report.pdf', []],
	['archive.tar.gz', []],
	['photo.jpg.exe', ['two-endings', 'runs']],
	['invoice.pdf.html', ['two-endings', 'runs']],
	['notes.v2.docx', []],
	['setup.exe', ['runs']],
	['photo\u202Egnp.exe', ['runs', 'turned-around']],
	['photo.jpg .scr', ['two-endings', 'runs']]
])('%j is warned of as %j', (name, warnings) => {
	expect(fileWarnings(name)).toEqual(warnings);
});

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

test.each([
	['a JPEG', '\xff\xd8\xff\xe0', 'x.bin', { kind: 'picture', type: 'image/jpeg' }],
	['an AVIF', '\0\0\0\x20ftypavif', 'x.avif', { kind: 'picture', type: 'image/avif' }],
	['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'picture.svg', { kind: 'keep-only' }],
	['an SVG named as a picture', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'picture.png', { kind: 'keep-only' }],
	['a page', '<!doctype html><script>alert(1)</script>', 'page.html', { kind: 'keep-only' }],
	['a page named as text', '<!doctype html><script>alert(1)</script>', 'page.txt', { kind: 'text' }],
	['a PDF', '%PDF-1.7', 'a.pdf', { kind: 'keep-only' }],
	['a program named as text', 'MZ\0\0', 'a.txt', { kind: 'keep-only' }],
	['nothing', '', 'empty.txt', { kind: 'text' }]
])('%s is shown as what its bytes are: %s', (_what, content, name, viewing) => {
	expect(viewingOf({ beginning: bytes(content), name, sizeBytes: content.length })).toEqual(viewing);
});

test('a picture that would fill the memory is only kept', () => {
	expect(viewingOf({ beginning: bytes('GIF89a'), name: 'a.gif', sizeBytes: 41_000_000 })).toEqual({ kind: 'keep-only' });
});
