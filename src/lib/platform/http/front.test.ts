import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { openSite, type SiteAnswer, type SiteQuestion } from './testing.ts';

const mega = 1024 * 1024;

/** A route that reads what was sent and says how much it was; too much ends as SvelteKit tells it, or the route for parts. */
async function weigh(asked: Request, { filePart }: App.Platform): Promise<Response> {
	try {
		const body = filePart ? await filePart() : await asked.arrayBuffer();
		return body ? Response.json({ bytes: body.byteLength }) : Response.json({ message: 'too-large' }, { status: 413 });
	} catch (error) {
		const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
		return Response.json({ message: 'Payload Too Large' }, { status });
	}
}

const told = ({ status, body }: SiteAnswer): [number | undefined, unknown] => [status, JSON.parse(body.toString('utf8'))];

test.each([
	['JSON to a route', 'POST', '/api/circles', mega],
	['a part of a file', 'PUT', '/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/3', 5 * mega],
	['a part of a file, its address with a query', 'PUT', '/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/3?x=1', 5 * mega],
	['what lies beside the parts of a file', 'PUT', '/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts', mega],
	['what lies behind a part of a file', 'PUT', '/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/3/more', mega]
])('%s may be so large and no larger, whether its length is told or not', async (_, method, path, most) => {
	await using site = await openSite(weigh);
	const send = (bytes: number, lengthIsTold: boolean) => site.ask(path, { method, body: Buffer.alloc(bytes), headers: { origin: site.origin, 'content-type': 'application/octet-stream', ...(lengthIsTold ? { 'content-length': String(bytes) } : {}) } });

	const within = await Promise.all([send(most, true), send(most, false)]);
	const beyond = await Promise.all([send(most + 1, true), send(most + 1, false)]);

	expect(within.map(told)).toEqual([[200, { bytes: most }], [200, { bytes: most }]]);
	expect(beyond.map(told)).toEqual([[413, { reason: 'too-large' }], [413, { reason: 'too-large' }]]);
});

test('a form of the record may still be no larger than 64 kB', async () => {
	await using site = await openSite(weigh);
	const send = (bytes: number) => site.ask('/en/newsletter', { method: 'POST', body: Buffer.alloc(bytes), headers: { origin: site.origin, 'content-type': 'text/plain', 'content-length': String(bytes) } });

	expect((await send(64 * 1024)).status).toBe(200);
	expect((await send(64 * 1024 + 1)).status).toBe(413);
});

test.each<[what: string, headers: (origin: string) => Record<string, string>]>([
	['from another site', () => ({ origin: 'https://evil.example' })],
	['from nowhere', () => ({})],
	['from a page whose origin is hidden', () => ({ origin: 'null' })],
	['that names our page as Referer only', (origin) => ({ referer: `${origin}/en/sign-in` })]
])('what would change something, %s, is refused to programs in JSON and reaches no route', async (_, headers) => {
	await using site = await openSite(weigh);

	const answers = await Promise.all(['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => site.ask('/api/circles', { method, headers: headers(site.origin) })));

	expect(answers.map(told)).toEqual(answers.map(() => [403, { reason: 'forged' }]));
	expect(site.made).toEqual([]);
});

test('what the front itself refuses of the API is JSON that nobody keeps', async () => {
	await using site = await openSite(weigh);
	const questions: [path: string, question: SiteQuestion, status: number, reason: string][] = [
		['/api/%', {}, 400, 'malformed'],
		[`/api/${'x'.repeat(13_000)}`, {}, 414, 'too-large'],
		['/api/circles', { method: 'PROPFIND', headers: { origin: site.origin } }, 405, 'method']
	];

	for (const [path, question, status, reason] of questions) {
		const answer = await site.ask(path, question);
		expect(told(answer)).toEqual([status, { reason }]);
		expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" });
	}
	expect(site.made).toEqual([]);
});

test('an answer of the API is made for each who asks, with the whole query, and never kept', async () => {
	await using site = await openSite(() => Response.json({ at: 1 }));

	await Promise.all([site.get('/api/circles?after=3'), site.get('/api/circles?after=3')]);
	await site.get('/api/circles?after=3');
	await site.get('/apiary?after=3');
	await site.get('/apiary?after=4');

	// An address that only begins alike is a page like any other: kept, without a query that none reads.
	expect(site.made).toEqual(['/api/circles?after=3', '/api/circles?after=3', '/api/circles?after=3', '/apiary']);
});

test('a part of a file comes byte for byte, and one whose sender is cut off in the middle is never taken for whole', async () => {
	const path = '/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/0';
	const sent = Buffer.alloc(3 * mega, 'sealed ');
	const taken: (string | undefined)[] = [];
	await using site = await openSite(async (_asked, { filePart }) => {
		const body = await filePart?.().catch(() => undefined);
		taken.push(body && Buffer.from(body).toString());
		return new Response('{}');
	});

	await site.ask(path, { method: 'PUT', body: sent, headers: { origin: site.origin } });
	await new Promise((resolve) => {
		const line = connect(Number(new URL(site.origin).port), '127.0.0.1', () => {
			line.write(`PUT ${path} HTTP/1.1\r\nHost: ${new URL(site.origin).host}\r\nOrigin: ${site.origin}\r\nContent-Length: ${sent.length}\r\n\r\n`);
			line.end(sent.subarray(0, mega));
		});
		line.on('close', resolve).on('error', resolve).resume();
	});

	await expect.poll(() => taken).toEqual([sent.toString(), undefined]);
});
