import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../server.ts';
import { ask, type Answer } from './http.ts';

let server: RunningServer;

beforeAll(async () => {
	server = await startServer();
});

afterAll(async () => {
	await server[Symbol.asyncDispose]();
});

/** Whether an answer is one that a client of the API can read: JSON, and a refusal has a reason and nothing else. */
function isReadable({ status, headers, text }: Answer): boolean {
	if (headers['cache-control'] !== 'no-store' || headers['x-content-type-options'] !== 'nosniff' || headers['content-security-policy'] !== "default-src 'none'; frame-ancestors 'none'") return false;
	if (status < 400) return true;
	const told: unknown = JSON.parse(text);
	return headers['content-type'] === 'application/json' && typeof told === 'object' && told !== null && Object.keys(told).join() === 'reason' && 'reason' in told && /^[a-z-]+$/.test(String(told.reason));
}

test('three hundred malformed requests are each answered with a reason, and the server stays up', async () => {
	const piece = fc.oneof(
		fc.constantFrom('house', 'session', 'circles', 'blobs', 'parts', 'accounts', '0', '__data.json', '__proto__', '%00', '%ff', '%', ''),
		fc.string({ unit: 'binary', maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed()))
	);
	// What leads out of /api again is another address, and clients resolve it before they ask.
	const path = fc.tuple(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '?x=1', '?x-sveltekit-invalidated=1', '?%')).map(([pieces, query]) => `/api/${pieces.filter((one) => !/^(?:\.|%2e){1,2}$/i.test(one)).join('/')}${query}`);
	const body = fc.oneof(fc.json(), fc.string(), fc.constantFrom('', '{', '[[[[', '{"__proto__":{}}', '"\\ud800"', '1e999'), fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('latin1')));
	const headers = fc.dictionary(
		fc.constantFrom('accept', 'content-type', 'cookie', 'authorization', 'steadfast-signature', 'if-none-match', 'range', 'x-sveltekit-action'),
		fc.constantFrom('application/json', 'text/html', 'text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', 'multipart/form-data; boundary=x', '__Host-session=%ff', '*', 'true', ''),
		{ maxKeys: 4 }
	);

	await fc.assert(
		fc.asyncProperty(fc.record({ method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'), path, headers, body, ours: fc.boolean() }), async (one) => {
			const carries = one.method !== 'GET' && one.method !== 'OPTIONS';
			const answer = await ask(server.origin + one.path, {
				method: one.method,
				headers: { ...one.headers, ...(one.ours ? { origin: server.origin } : {}), ...(carries ? { 'content-length': String(Buffer.byteLength(one.body)) } : {}) },
				...(carries ? { body: one.body } : {})
			});
			return answer.status < 500 && isReadable(answer);
		}),
		{ numRuns: 300 }
	);

	expect((await ask(`${server.origin}/api/house`)).status).toBe(200);
	expect(server.output()).not.toContain('"trouble"');
});

test('the house tells everybody what clients need, and nothing else', async () => {
	const { text } = await ask(`${server.origin}/api/house`);

	// Later domains add what their clients need; each of these is public.
	expect(JSON.parse(text)).toMatchObject({ quickExitUrl: 'https://www.wikipedia.org/', programme: { original: 'en' }, publicOrigin: server.origin, vaultOrigin: server.origin });
});
