import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { directionOf, languages, type Language } from '#lib/platform/i18n/language.ts';
import { startServer, type RunningServer } from '../server.ts';
import { tagsOf, wordsIn } from './html.ts';
import { ask, sendForm, sitemapAddresses } from './http.ts';

let server: RunningServer;
let origin: string;
let port: number;

/** A folder that PostgreSQL's own account may pass through, so that all of the data lies in it, also for root. */
const dataDir = mkdtempSync(join(tmpdir(), 'steadfast-bad-'));
chmodSync(dataDir, 0o711);

beforeAll(async () => {
	// Sign-ups are limited for each network: as if through a proxy, each request here may come from another one.
	server = await startServer({ dataDir, env: { CLIENT_ADDRESS_HEADER: 'X-Visitor' } });
	origin = server.origin;
	port = Number(new URL(origin).port);
});

afterEach(async () => {
	expect((await ask(`${origin}/readyz`)).status).toBe(200);
});

afterAll(async () => {
	await server[Symbol.asyncDispose]();
	rmSync(dataDir, { recursive: true, force: true });
	// Whatever it was sent, nothing of it was a fault of ours. (PostgreSQL's leave of the queue at the end is none either.)
	const lines = server.output().split('\n');
	expect(lines.filter((line) => line.includes('"trouble"') && !line.includes('"The job queue met an error')).slice(0, 5)).toEqual([]);
	expect(lines.filter((line) => /"status":5\d\d/.test(line)).slice(0, 5)).toEqual([]);
});

/** A line to the server, over which anything can be said. */
async function openLine(): Promise<{ socket: Socket; said(): string; ended: Promise<unknown> }> {
	const socket = connect({ port, host: '127.0.0.1' });
	let text = '';
	socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
	socket.on('error', () => undefined); // The server may hang up on us.
	const ended = new Promise((resolve) => socket.once('close', resolve));
	await once(socket, 'connect');
	return { socket, said: () => text, ended };
}

/** All that the server says to these very bytes until it hangs up. */
async function say(bytes: string | Buffer): Promise<string> {
	const { socket, said, ended } = await openLine();
	socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
	await ended;
	return said();
}

function statusesIn(said: string): number[] {
	return [...said.matchAll(/(?:^|\n|})HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** The request for a target exactly as written: no client tidies it up first. */
function plainly(target: string, headers: readonly string[] = [], method = 'GET'): string {
	return [`${method} ${target} HTTP/1.1`, `Host: localhost:${port}`, 'Accept: text/html', 'Connection: close', ...headers, '', ''].join('\r\n');
}

async function statusOf(target: string, headers: readonly string[] = [], method = 'GET'): Promise<number | undefined> {
	return statusesIn(await say(plainly(target, headers, method)))[0];
}

describe('addresses', () => {
	test.for(languages)('an unknown one is answered in %s, with a search and the way to the start page', async (language) => {
		const locale = { locale: language };

		const answers = await Promise.all(
			[`/${language}/nothing`, `/${language}/forums/never-held`, `/${language}/forums/2024-forum/no-document`, `/${language}/forums/2024-forum/agenda/x`].map((path) => ask(`${origin}${path}`))
		);

		expect(
			answers.map(({ status, text }) => ({
				status,
				root: /<html[^>]*>/.exec(text)?.[0],
				title: wordsIn(text, 'h1'),
				form: tagsOf(text).find(({ name }) => name === 'form')?.attributes['action'],
				start: tagsOf(text).some(({ name, attributes }) => name === 'a' && attributes['href'] === `/${language}`),
				robots: tagsOf(text).find(({ attributes }) => attributes['name'] === 'robots')?.attributes['content']
			}))
		).toEqual(
			answers.map(() => ({
				status: 404,
				root: `<html lang="${language}" dir="${directionOf(language)}">`,
				title: m.error_not_found_title({}, locale).replaceAll(/\s+/g, ' '),
				form: `/${language}/search`,
				start: true,
				robots: 'noindex'
			}))
		);
	});

	test.for<[what: string, target: string, status: number]>([
		['/en/%ff', '/en/%ff', 400],
		['/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd', '/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd', 400],
		['bytes that are no UTF-8', '/en/forums/\xff\xfe', 400],
		['/en/newsletter/confirm/%ff', '/en/newsletter/confirm/%ff', 400],
		['/en/%', '/en/%', 400],
		['/en/%00', '/en/%00', 404],
		['/en/newsletter/unsubscribe/%00', '/en/newsletter/unsubscribe/%00', 200],
		['/en/notices/stop/%00', '/en/notices/stop/%00', 200],
		['/../../../etc/passwd', '/../../../etc/passwd', 404],
		['/en/../../../etc/passwd', '/en/../../../etc/passwd', 404],
		['/en/%2e%2e/%2e%2e/%2e%2e/etc/passwd', '/en/%2e%2e/%2e%2e/%2e%2e/etc/passwd', 404],
		['/..%2f..%2f..%2fetc%2fpasswd', '/..%2f..%2f..%2fetc%2fpasswd', 404],
		['/%5c..%5c..%5cetc%5cpasswd', '/%5c..%5c..%5cetc%5cpasswd', 404],
		['/_app/immutable/../../../package.json', '/_app/immutable/../../../package.json', 404],
		['/_app/immutable/..%2f..%2f..%2fpackage.json', '/_app/immutable/..%2f..%2f..%2fpackage.json', 404],
		['/media/..%2f..%2fpackage.json', '/media/..%2f..%2fpackage.json', 404],
		['/.env', '/.env', 404],
		['/.git/config', '/.git/config', 404],
		['//evil.example/en', '//evil.example/en', 400],
		['///evil.example', '///evil.example', 400],
		['/\\evil.example', '/\\evil.example', 404],
		['/\\\\evil.example/%2e%2e', '/\\\\evil.example/%2e%2e', 404],
		['http://evil.example/en', 'http://evil.example/en', 400],
		['*', '*', 400],
		['en', 'en', 400],
		['/en?%ff=%ff', '/en?%ff=%ff', 200],
		['a parameter of SvelteKit', '/en?x-sveltekit-invalidated=1', 200],
		['/en/search?q=%ff%fe%00', '/en/search?q=%ff%fe%00', 200],
		['/en/search?q=a&q=b&page=-1&year=99999&kind=<x>&language=tlh', '/en/search?q=a&q=b&page=-1&year=99999&kind=<x>&language=tlh', 200],
		['SQL and HTML in a search', `/en/search?q=${encodeURIComponent(`' or 1=1; drop table archive_forum; -- <script>alert(1)</script> & | ! :* \\`)}`, 200],
		['a search of 10,000 letters', `/en/search?q=${'a'.repeat(10_000)}`, 200],
		['a search of 2,900 words', `/en/search?q=${'a%20'.repeat(2900)}`, 200],
		['a search of 3,000 quotation marks', `/en/search?q=${'%22'.repeat(3000)}`, 200],
		['a time zone of NULs', `/en/forums/2024-forum/agenda?zone=${'%00'.repeat(100)}`, 200],
		['a name of 11,000 letters', `/${'a'.repeat(11_000)}`, 404],
		['3,000 folders', `/${'en/'.repeat(3000)}`, 404],
		['a name of 13,000 letters', `/${'a'.repeat(13_000)}`, 414],
		['a name of 100,000 letters', `/${'a'.repeat(100_000)}`, 431]
	])('%s is answered as it should be, and gives nothing away', async ([, target, status]) => {
		const said = await say(plainly(target));

		expect(statusesIn(said)).toEqual([status]);
		expect(said).not.toMatch(/root:x:|"private": ?true|<script|node_modules|file:\/\/|at async|\(node:|location: (?:\/\/|\\|http)/i);
		expect(said.split('\r\n\r\n').slice(1).join()).not.toContain('evil.example');
	});
});

describe('forms', () => {
	const html = { accept: 'text/html' };
	const tenMegabytes = 'a'.repeat(10_000_000);
	let visitors = 0;
	const visitor = () => ({ 'x-visitor': `198.51.100.${(visitors += 1)}` });

	test('one of 10 MB is refused with 413, told whole or in pieces, while others are served and the same client goes on', async () => {
		const others = Promise.all(Array.from({ length: 20 }, (_, n) => ask(`${origin}/en/search?q=other${n}`)));
		const told = await Promise.all(languages.map((language) => sendForm(`${origin}/${language}/newsletter`, { fields: { address: tenMegabytes }, origin })));
		const toAProgram = await sendForm(`${origin}/en/newsletter`, { fields: { address: tenMegabytes }, origin, headers: { accept: '*/*' } });
		const inPieces = await ask(`${origin}/fr/newsletter`, {
			method: 'POST',
			headers: { ...html, origin, 'content-type': 'application/x-www-form-urlencoded', 'transfer-encoding': 'chunked' },
			body: `address=${tenMegabytes}`
		});
		const lying = await say(`${plainly('/en/newsletter', [`Origin: ${origin}`, 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 99999999999999'], 'POST')}address=x`);
		const afterwards = await ask(`${origin}/en/newsletter`);

		expect([toAProgram.status, inPieces.status, ...statusesIn(lying), afterwards.status]).toEqual([413, 413, 413, 200]);
		// As every page: in the language of the address, with the way to the start page.
		const pageOf = ({ status, text }: { readonly status: number; readonly text: string }): unknown[] => [status, /<html[^>]*>/.exec(text)?.[0], wordsIn(text, 'h1'), tagsOf(text).some(({ name, attributes }) => name === 'a' && attributes['href']?.length === 3)];
		const expected = (language: Language): unknown[] => [413, `<html lang="${language}" dir="${directionOf(language)}">`, m.error_too_large_title({}, { locale: language }).replaceAll(/\s+/g, ' '), true];
		expect(told.map(pageOf)).toEqual(languages.map(expected));
		expect(pageOf(inPieces)).toEqual(expected('fr'));
		expect(toAProgram.text).toBe('What was sent is too large for this form. Nothing was kept. Shorten it and send it again.\n');
		expect((await others).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
	});

	test('one whose rest never comes holds up nobody else', async () => {
		const { socket } = await openLine();
		socket.write(`${plainly('/en/newsletter', [`Origin: ${origin}`, 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 50'], 'POST')}address=`);

		const meanwhile = await Promise.all(['/en', '/es/search?q=meanwhile', '/readyz'].map((path) => ask(`${origin}${path}`)));

		expect(meanwhile.map(({ status }) => status)).toEqual([200, 200, 200]);
		socket.destroy();
	});

	test.for<[what: string, type: string, body: string, status: number, more?: Readonly<Record<string, string>>]>([
		['invalid UTF-8', 'application/x-www-form-urlencoded', 'address=%ff%fe%00@%c3%28', 400],
		['raw bytes', 'application/x-www-form-urlencoded', '\x00\xff\xfe&=&&==', 400],
		['names of JavaScript', 'application/x-www-form-urlencoded', '__proto__=x&constructor=y&address[toString]=z', 400],
		['five thousand fields', 'application/x-www-form-urlencoded', 'a=b&'.repeat(5000), 400],
		['nothing at all', 'application/x-www-form-urlencoded', '', 400],
		['parts without a boundary', 'multipart/form-data', 'address=x', 400],
		['parts that never begin', 'multipart/form-data; boundary=x', 'address=x', 400],
		['a part cut off in its name', 'multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="add', 400],
		['a file in place of the address', 'multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="address"; filename="a"\r\n\r\nx@example.org\r\n--x--\r\n', 400],
		['words', 'text/plain', 'address=x@example.org', 400],
		['JSON', 'application/json', '{"address":"x@example.org"}', 415],
		['XML', 'application/xml', '<address/>', 415],
		['an action that there is not', 'application/x-www-form-urlencoded', 'address=x@example.org', 404, { '?/nothing': '' }]
	])('%s is told to the sender and is no fault of ours', async ([, type, body, status, query]) => {
		const target = `${origin}/en/newsletter${query ? Object.keys(query)[0] : ''}`;
		const headers = { origin, 'content-type': type, 'content-length': String(Buffer.byteLength(body)), ...visitor() };

		const answers = await Promise.all([html, { accept: 'application/json' }, { accept: 'application/json', 'x-sveltekit-action': 'true' }].map((more) => ask(target, { method: 'POST', headers: { ...headers, ...more }, body })));

		expect(answers[0]?.status).toBe(status);
		expect(answers.map((answer) => answer.status < 500 && !/"status":5\d\d/.test(answer.text))).toEqual([true, true, true]);
	});

	test('one from another site is refused and nobody is signed up; ours and that of a text browser are taken', async () => {
		const fields = { address: 'forged@example.org' };
		const send = (from: Readonly<Record<string, string>>) => sendForm(`${origin}/en/newsletter`, { fields, headers: { ...visitor(), ...from } });
		const strangers = ['https://evil.example', 'null', `${origin}.evil.example`, `https://localhost:${port}`, `http://localhost:${port + 1}`, ''];

		const forged = [
			...(await Promise.all(strangers.map((stranger) => send({ origin: stranger })))),
			await send({}),
			await send({ referer: 'https://evil.example/en/newsletter' }),
			await send({ referer: `https://evil.example/?${origin}/` }),
			await send({ origin: 'https://evil.example', referer: `${origin}/en/newsletter` })
		];
		const mailFolder = join(dataDir, 'mail');
		const mailsAfterForged = existsSync(mailFolder) ? readdirSync(mailFolder).length : 0;
		const honest = await send({ origin });
		// w3m and Lynx send no Origin, but say where the form stood.
		const fromTextBrowser = await send({ referer: `${origin}/en/newsletter` });

		expect(forged.map(({ status }) => status)).toEqual(forged.map(() => 403));
		expect(mailsAfterForged).toBe(0);
		expect([honest, fromTextBrowser].map(({ status, headers }) => [status, headers.location])).toEqual([
			[303, '/en/newsletter/asked'],
			[303, '/en/newsletter/asked']
		]);
	});
});

describe('requests that no browser makes', () => {
	test('a wrong method is told so, and none is echoed', async () => {
		const methods = ['PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'OPTIONS', 'HEAD', 'POST'];
		const statuses = async (target: string) => Object.fromEntries(await Promise.all(methods.map(async (method) => [method, await statusOf(target, [`Origin: ${origin}`, 'X-Canary: echoed'], method)] as const)));

		const page = await statuses('/en/about');
		const feed = await statuses('/en/feed.xml');
		const trace = await say(plainly('/en', ['X-Canary: echoed'], 'TRACE'));
		const tunnel = await say(`CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n`);

		const refused = { PUT: 405, PATCH: 405, DELETE: 405, TRACE: 405, PROPFIND: 405, HEAD: 200, POST: 405 };
		expect({ page, feed }).toEqual({ page: { ...refused, OPTIONS: 204 }, feed: { ...refused, OPTIONS: 405 } });
		expect(trace).not.toContain('echoed');
		expect(tunnel).toBe('');
	});

	test('what a request claims about its host appears in no answer, also not in those kept for others', async () => {
		const claims = ['Host: evil.example', 'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https', 'Forwarded: host=evil.example;proto=https', 'X-Original-URL: /evil.example'];
		const targets = ['/en/figures', '/', '/sitemap.xml', '/es/feed.json', '/fr/nothing', '/robots.txt'];

		const spoofed = await Promise.all(targets.map((target) => say(['GET', target, 'HTTP/1.1\r\n'].join(' ') + [...claims, 'Connection: close', '', ''].join('\r\n'))));
		const page = await ask(`${origin}/en/figures`);
		const addresses = await sitemapAddresses(origin);

		expect(spoofed.map((said) => said.includes('evil.example'))).toEqual(targets.map(() => false));
		expect(tagsOf(page.text).find(({ attributes }) => attributes['rel'] === 'canonical')?.attributes['href']).toBe(`${origin}/en/figures`);
		expect(addresses.every((address) => address.startsWith(`${origin}/`))).toBe(true);
	});

	test('conditions, codings and ranges are read as HTTP means them, and nonsense in them as nothing', async () => {
		const page = `${origin}/en/about`;
		const { headers, text } = await ask(page);
		const etag = headers.etag ?? '';
		const conditions = ['*', etag, etag.replace('W/', ''), `"x", ${etag}`, '"x"', 'W/', `${'"x",'.repeat(2000)}`, '\t"'];
		const codings: [accepted: string, coding: string | undefined][] = [
			['br', 'br'], ['br;q=0', undefined], ['br;q=0, gzip', 'gzip'], ['gzip, br;q=0.0', 'gzip'], ['brotli', undefined], ['xbr', undefined], ['br;q=0.5', 'br'], ['', undefined], [',;=,q', undefined], ['identity', undefined]
		];

		const conditional = await Promise.all(conditions.map((condition) => ask(page, { headers: { 'if-none-match': condition } })));
		const coded = await Promise.all(codings.map(([accepted]) => ask(page, { headers: { 'accept-encoding': accepted } })));
		const ranges = await Promise.all(['bytes=0-10', 'bytes=999999999-', 'bytes=-0,0-0,1-1', 'lines=1'].map((range) => ask(page, { headers: { range } })));

		expect(conditional.map(({ status }) => status)).toEqual([304, 304, 304, 304, 200, 200, 200, 200]);
		expect(conditional.map(({ wireBytes }) => wireBytes === 0)).toEqual([true, true, true, true, false, false, false, false]);
		expect(coded.map((answer) => [answer.headers['content-encoding'], answer.text === text])).toEqual(codings.map(([, coding]) => [coding, true]));
		expect(ranges.map((answer) => [answer.status, answer.text === text])).toEqual(ranges.map(() => [200, true]));
	});

	test.for<[what: string, bytes: string, statuses: number[]]>([
		['HTTP/1.0 without a host', 'GET /en HTTP/1.0\r\n\r\n', [200]],
		['HTTP/1.1 without a host', 'GET /en HTTP/1.1\r\n\r\n', [400]],
		['two hosts', 'GET /en HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', [200]],
		['a good request with garbage behind it', 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n\x00\x01GARBAGE / \xff\r\n\r\n', [200]],
		['two good ones in one breath', 'GET /en HTTP/1.1\r\nHost: a\r\n\r\nGET /es HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', [200, 200]],
		['two lengths', 'POST /en/newsletter HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', [400]],
		['a length and pieces', 'POST /en/newsletter HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n', [400]],
		['a length below nothing', 'POST /en/newsletter HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', [400]],
		['a piece of no size', `POST /en/newsletter HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, [400]],
		['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
		['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
		['ten thousand headers', `GET /en HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(10_000)}\r\n`, [431]],
		['two thousand cookies', `GET /en HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: ${'a=b;'.repeat(2000)}__proto__=x\r\n\r\n`, [200]],
		['an upgrade', 'GET /en HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n', [200]]
	])('%s is answered or refused, and the next reader is served', async ([, bytes, statuses]) => {
		const said = await say(bytes);

		expect(statusesIn(said)).toEqual(statuses);
	});

	test('whoever sends a header of a megabyte is told so, or hung up on before the answer is read, and the next reader is served', async () => {
		const said = await say(`GET /en HTTP/1.1\r\nHost: a\r\nX-Flood: ${'a'.repeat(1_000_000)}\r\n\r\n`);

		expect([[431], []]).toContainEqual(statusesIn(said));
		expect(await statusOf('/en')).toBe(200);
	});

	test('three hundred requests of any kind are never answered with a fault of ours', async () => {
		const word = fc.constantFrom('en', 'es', 'ar', 'xx', 'forums', '2024-forum', 'agenda', 'search', 'newsletter', 'confirm', 'unsubscribe', 'media', 'people', '__data.json', '__route.js', '_app', 'remote', 'feed.xml', 'schedule.json', 'calendar.ics', 'statement.pdf', '..', '.', '', '%2e%2e', '%00', '%ff', '%', '\\', ';a=b', '+', '*');
		const noise = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed()));
		const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array).toString('latin1').replaceAll(/[\0-\x20\x7f]/g, ''));
		const target = fc
			.tuple(fc.array(fc.oneof({ weight: 4, arbitrary: word }, noise, bytes), { maxLength: 6 }), fc.array(fc.tuple(fc.oneof(fc.constantFrom('q', 'page', 'kind', 'year', 'zone', 'language', '/default', 'x-sveltekit-invalidated'), noise), fc.oneof(noise, bytes)), { maxLength: 3 }))
			.map(([path, query]) => `/${path.join('/')}${query.length > 0 ? `?${query.map((pair) => pair.join('=')).join('&')}` : ''}`);
		const headerName = fc.constantFrom('Accept', 'Accept-Encoding', 'Accept-Language', 'Authorization', 'Content-Type', 'Cookie', 'If-Modified-Since', 'If-None-Match', 'Origin', 'Range', 'Referer', 'Sec-Fetch-Dest', 'User-Agent', 'X-Forwarded-For', 'X-Sveltekit-Action', 'X-Sveltekit-Error', 'X-Sveltekit-Pathname', 'X-Http-Method-Override', 'Expect', 'X-Visitor');
		const headerValue = fc.oneof(bytes, fc.constantFrom('text/html', 'application/json', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/x-sveltekit-formdata', '*', 'true', 'null', '100-continue', 'fr', 'br', '__proto__=1'), fc.constant('ours'));
		const request = fc.record({
			method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'M-SEARCH'),
			target,
			headers: fc.array(fc.tuple(headerName, headerValue), { maxLength: 5 }),
			body: fc.oneof(bytes, fc.constant('address=x@example.org'), fc.constant('--x\r\n\r\n--x--'))
		});

		await fc.assert(
			fc.asyncProperty(request, async ({ method, target: path, headers, body }) => {
				const lines = headers.map(([name, value]) => `${name}: ${value === 'ours' ? origin : value}`);
				const carries = method === 'GET' || method === 'HEAD' ? '' : body;
				const said = await say(`${plainly(path, [...lines, ...(carries === '' ? [] : [`Content-Length: ${carries.length}`])], method)}${carries}`);
				const [status = 0] = statusesIn(said).filter((one) => one >= 200);
				return status >= 200 && status < 500;
			}),
			{ numRuns: 300 }
		);
	});
});
