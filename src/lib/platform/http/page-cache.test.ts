import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { codingFor, PageCache, preparePage, type StoredPage } from './page-cache.ts';
import { openSite } from './testing.ts';

const words = '<p>Nadie debe ser perseguido por defender un río. </p>'.repeat(20);

function page(body = words, tags: readonly string[] = ['record'], headers: Readonly<Record<string, string>> = { 'content-type': 'text/html' }): Promise<StoredPage> {
	return preparePage({ route: '/[lang]', headers: new Map(Object.entries(headers)), body: Buffer.from(body), tags: new Set(tags) });
}

/** A make that ends when told to, and counts how often it was begun. */
function slowly(made: Promise<StoredPage | undefined> | StoredPage | undefined) {
	const gate = Promise.withResolvers<undefined>();
	const state = { begun: 0, end: () => gate.resolve(undefined) };
	return Object.assign(state, {
		make: async () => {
			state.begun += 1;
			await gate.promise;
			return made;
		}
	});
}

test('a hundred who ask at once for a page that is not there have it made once, and all get it', async () => {
	const cache = new PageCache();
	const slow = slowly(page());

	const asked = Array.from({ length: 100 }, () => cache.getOrMake('/en', slow.make));
	slow.end();
	const got = await Promise.all(asked);

	expect(slow.begun).toBe(1);
	expect(new Set(got).size).toBe(1);
	expect(cache.get('/en')).toBe(got[0]);
});

test('one page is not given for another', async () => {
	const cache = new PageCache();
	await cache.getOrMake('/en', () => page('en'));
	await cache.getOrMake('/en?q=1', () => page('q'));

	expect([cache.get('/en'), cache.get('/en?q=1'), cache.get('/es')].map((found) => found?.bodies.identity.toString())).toEqual(['en', 'q', undefined]);
});

test('a page that does not say what it shows is never kept', async () => {
	const cache = new PageCache();

	expect((await cache.getOrMake('/en', () => page(words, [])))?.bodies.identity.toString()).toBe(words);
	expect(cache.get('/en')).toBeUndefined();
});

test('a page that tells of time is given until what it says is no longer true, and then made anew', async () => {
	vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
	const cache = new PageCache();
	const until = (trueUntil: number) => preparePage({ route: '/[lang]', headers: new Map(), body: Buffer.from(`${trueUntil}`), tags: new Set(['record']), trueUntil });
	await cache.getOrMake('/en', () => until(2000));

	vi.setSystemTime(1999);
	expect(cache.get('/en')?.bodies.identity.toString()).toBe('2000');
	vi.setSystemTime(2000);
	expect(cache.get('/en')).toBeUndefined();

	await cache.getOrMake('/en', () => until(3000));
	expect(cache.get('/en')?.bodies.identity.toString()).toBe('3000');
	vi.useRealTimers();
});

test('what is not to be shared is not kept, and is asked for anew', async () => {
	const cache = new PageCache();
	expect(await cache.getOrMake('/en', () => Promise.resolve(undefined))).toBeUndefined();

	expect(await cache.getOrMake('/en', () => page())).toBeDefined();
});

test('a publication drops every page that shows what it changes, and no other', async () => {
	const cache = new PageCache();
	await cache.getOrMake('/a', () => page('a', ['forum/1', 'record']));
	await cache.getOrMake('/b', () => page('b', ['forum/2']));
	await cache.getOrMake('/c', () => page('c', ['forum/3']));

	cache.drop(['record', 'forum/3']);

	expect(['/a', '/b', '/c'].map((key) => cache.get(key) !== undefined)).toEqual([false, true, false]);
});

test('a page begun before a drop is not kept, because it may show what was withdrawn', async () => {
	const cache = new PageCache();
	const slow = slowly(page('with a name', ['forum/1']));
	const asked = cache.getOrMake('/a', slow.make);

	cache.drop(['forum/1']);
	slow.end();
	await asked;

	expect(cache.get('/a')).toBeUndefined();
});

test('who asks after a drop does not get the page that was begun before it', async () => {
	const cache = new PageCache();
	const before = slowly(page('with a name'));
	const after = slowly(page('without it'));
	const early = cache.getOrMake('/a', before.make);
	cache.drop(['record']);

	const late = cache.getOrMake('/a', after.make);
	before.end();
	await early;
	const later = cache.getOrMake('/a', after.make);
	after.end();

	expect((await Promise.all([late, later])).map((got) => got?.bodies.identity.toString())).toEqual(['without it', 'without it']);
	expect(after.begun).toBe(1);
	expect(cache.get('/a')?.bodies.identity.toString()).toBe('without it');
});

test('a page that cannot be made fails for those who wait for it, and is made again for the next', async () => {
	const cache = new PageCache();
	const failing = () => Promise.reject(new Error('the database is away'));

	const asked = await Promise.allSettled([cache.getOrMake('/a', failing), cache.getOrMake('/a', failing)]);

	expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
	expect(await cache.getOrMake('/a', () => page())).toBeDefined();
	expect(cache.get('/a')).toBeDefined();
});

test('without trust in the news nothing stays and nothing is kept, not even what was begun before', async () => {
	const cache = new PageCache();
	await cache.getOrMake('/old', () => page());
	const slow = slowly(page());
	const asked = cache.getOrMake('/slow', slow.make);

	cache.trust(false);
	slow.end();
	await asked;
	await cache.getOrMake('/new', () => page());
	const without = ['/old', '/slow', '/new'].map((key) => cache.get(key));
	cache.trust(true);
	await cache.getOrMake('/new', () => page());

	expect(without).toEqual([undefined, undefined, undefined]);
	expect(cache.get('/new')).toBeDefined();
});

test('a page begun while there was no trust is not kept after trust came back', async () => {
	const cache = new PageCache();
	cache.trust(false);
	const slow = slowly(page());
	const asked = cache.getOrMake('/slow', slow.make);

	cache.trust(true);
	slow.end();
	await asked;

	expect(cache.get('/slow')).toBeUndefined();
});

test('when the memory is full the pages go that nobody asked for longest', async () => {
	const { sizeBytes } = await page();
	const cache = new PageCache(sizeBytes * 3);
	for (const key of ['/1', '/2', '/3']) await cache.getOrMake(key, () => page());

	cache.get('/1');
	await cache.getOrMake('/4', () => page());

	expect(['/1', '/2', '/3', '/4'].filter((key) => cache.get(key))).toEqual(['/1', '/3', '/4']);
});

test('pages that are made again and dropped do not use up the memory of others', async () => {
	const { sizeBytes } = await page();
	const cache = new PageCache(sizeBytes * 3);
	await cache.getOrMake('/kept', () => page(words, ['kept']));
	for (let round = 0; round < 10; round++) {
		await Promise.all(['/a', '/b'].map((key) => cache.getOrMake(key, () => page())));
		cache.drop(['record']);
	}

	expect(cache.get('/kept')).toBeDefined();
});

test('a page larger than the whole memory does not push the others out', async () => {
	const { sizeBytes } = await page();
	const cache = new PageCache(sizeBytes * 2);
	await cache.getOrMake('/a', () => page());

	await cache.getOrMake('/huge', () => page(words.repeat(10)));

	expect(['/a', '/huge'].map((key) => cache.get(key) !== undefined)).toEqual([true, false]);
});

test('each coding unpacks to the same page and says what it is', async () => {
	const { bodies, headers } = await page();

	expect([brotliDecompressSync(bodies.br), gunzipSync(bodies.gzip), bodies.identity].map(String)).toEqual([words, words, words]);
	for (const [coding, named] of [['br', ['br']], ['gzip', ['gzip']], ['identity', []]] as const) {
		expect(valuesOf(headers[coding], 'content-encoding')).toEqual(named);
		expect(valuesOf(headers[coding], 'content-length')).toEqual([String(bodies[coding].length)]);
		expect(valuesOf(headers[coding], 'vary')).toEqual(['accept-encoding, cookie']);
	}
});

test.each([
	['a picture', 'x'.repeat(5000), 'image/jpeg'],
	['a few words', 'short', 'text/html']
])('%s is not packed, and nothing claims so', async (_, body, type) => {
	const { bodies, headers } = await page(body, ['record'], { 'content-type': type });

	expect([bodies.br, bodies.gzip].map(String)).toEqual([body, body]);
	expect([...valuesOf(headers.br, 'content-encoding'), ...valuesOf(headers.gzip, 'content-encoding')]).toEqual([]);
});

test('pages that differ have different tags, and what came from elsewhere about length and packing is not repeated', async () => {
	const own = { 'content-type': 'text/html', etag: '"old"', 'content-length': '7', 'content-encoding': 'br', vary: 'origin' };
	const one = await page('one', ['record'], own);

	expect(one.etag).toMatch(/^W\/"[\w-]{22}"$/);
	expect((await page('two')).etag).not.toBe(one.etag);
	expect(one.headers.identity).toEqual(['content-type', 'text/html', 'etag', one.etag, 'vary', 'accept-encoding, cookie', 'content-length', '3']);
});

// RFC 9110, section 12.5.3. A lone `*` would allow any coding; unpacked is always right, and no browser sends it.
test.each([
	[undefined, 'identity'],
	['', 'identity'],
	['br', 'br'],
	['gzip, deflate, br, zstd', 'br'],
	['gzip,deflate,br', 'br'],
	['gzip', 'gzip'],
	['gzip;q=1.0, br;q=0.1', 'br'],
	['br;q=0, gzip', 'gzip'],
	['br; q=0.000, gzip;q=0.5', 'gzip'],
	['br ;q=0', 'identity'],
	['gzip;q=0', 'identity'],
	['br;q=0.001', 'br'],
	['brotli', 'identity'],
	['xbr', 'identity'],
	['x-gzip', 'identity'],
	['identity', 'identity'],
	['*', 'identity'],
	['*;q=0', 'identity']
] as const)('who accepts %j is sent %s', (header, coding) => {
	expect(codingFor(header)).toBe(coding);
});

test('a page comes from the cache with its tag, and who has it already is told so without the page', async () => {
	await using site = await openSite(() => new Response(words, { headers: { 'content-type': 'text/html' } }));

	const first = await site.get('/en');
	const again = await site.get('/en', { 'accept-encoding': 'gzip' });
	const etag = first.headers.etag ?? '';
	const unchanged = await Promise.all([etag, etag.slice(2), `"other", ${etag}`, '*'].map((tag) => site.get('/en', { 'if-none-match': tag })));
	const changed = await site.get('/en', { 'if-none-match': '"other"' });

	expect(site.made).toEqual(['/en']);
	expect([first.status, first.body.toString(), gunzipSync(again.body).toString()]).toEqual([200, words, words]);
	expect(unchanged.map(({ status, body, headers }) => [status, body.length, headers.etag])).toEqual(unchanged.map(() => [304, 0, etag]));
	expect([changed.status, changed.body.toString()]).toEqual([200, words]);
});

test('a visitor with a cookie gets a page of their own, and it is not kept for the next', async () => {
	await using site = await openSite(() => new Response(words, { headers: { 'content-type': 'text/html' } }));

	await site.get('/en', { cookie: 'session=1' });
	await site.get('/en');
	await site.get('/en', { cookie: 'session=2' });

	expect(site.made).toEqual(['/en', '/en', '/en']);
});

function valuesOf(headers: readonly string[], name: string): string[] {
	return headers.filter((_, index) => index % 2 === 1 && headers[index - 1] === name);
}
