import { expect, test } from 'vitest';
import { manifestOf, parseManifest, sha256Hex } from './manifest.ts';

const bytes = (text: string) => Buffer.from(text);
const shells = { en: 'en', es: 'es', fr: 'fr', ar: 'ar' };

test('the same files give the same manifest, in whatever order they were found', () => {
	const one = new Map([['/b.js', bytes('b')], ['/a.js', bytes('a')], ['/B.js', bytes('B')]]);
	const other = new Map([...one].toReversed());
	const write = (files: typeof one, pages: string[]) => JSON.stringify(manifestOf({ version: '1', files, shells, leanShells: {}, pages }));

	expect(write(one, ['/sign-in', '/circles/'])).toBe(write(other, ['/circles/', '/sign-in']));
	expect(Object.keys(manifestOf({ version: '1', files: other, shells, leanShells: {}, pages: [] }).files)).toEqual(['/B.js', '/a.js', '/b.js']);
});

test('a manifest gives SHA-256 in hex (FIPS 180-4, the example of one block)', () => {
	const { files } = manifestOf({ version: '1', files: new Map([['/abc', bytes('abc')]]), shells, leanShells: {}, pages: [] });

	expect(files).toEqual({ '/abc': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' });
});

test('WebAssembly that a script carries inside it is listed by its own hash, once', () => {
	const module = Buffer.concat([Buffer.from('\0asm\x01\0\0\0', 'latin1'), Buffer.alloc(200, 7)]);
	const script = bytes(`const wasm = "${module.toString('base64')}";`);
	const files = new Map([['/worker.js', script], ['/twice.js', script], ['/data.txt', script], ['/plain.js', bytes('const AGFzb = 1;')]]);

	expect(manifestOf({ version: '1', files, shells, leanShells: {}, pages: [] }).wasm).toEqual([sha256Hex(module)]);
});

test('what is read back is what was written, and what is no manifest is refused', () => {
	const manifest = manifestOf({ version: '1', files: new Map([['/a.js', bytes('a')]]), shells, leanShells: {}, pages: ['/sign-in'] });
	const without = (name: string) => JSON.stringify({ ...manifest, [name]: undefined });

	expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest);
	for (const name of ['name', 'version', 'default_csp', 'extra_csp', 'files', 'shells', 'page_shells', 'pages']) expect(() => parseManifest(without(name))).toThrow('no manifest');
	for (const text of ['', 'null', '[]', '{"name":"steadfast"}', JSON.stringify({ ...manifest, files: { '/a.js': 1 } })]) expect(() => parseManifest(text)).toThrow();
});

test('a page with an HTML of its own is listed with it', () => {
	const own = { en: 'own en', es: 'own es', fr: 'own fr', ar: 'own ar' };

	expect(manifestOf({ version: '1', files: new Map(), shells, leanShells: { '/receipt': own }, pages: ['/receipt'] }).page_shells).toEqual({ '/receipt': { en: sha256Hex('own en'), es: sha256Hex('own es'), fr: sha256Hex('own fr'), ar: sha256Hex('own ar') } });
});
