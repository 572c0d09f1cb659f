import { client, ready } from '@serenity-kit/opaque';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newInvitation, invitationOf, newKit, sealFile, sealLetter, signEntry, signRequest } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import { Circles } from '#lib/circles/client/opening.ts';
import type { OpenCircle, Outcome } from '#lib/circles/client/open-circle.ts';
import { readLink } from '#lib/people/link.ts';
import { sessionCookie } from '#lib/people/login-session.ts';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { ageBegin, canonical, entryHash, randomId, recordBegin, sha256, toText, utf8, type Json } from '#lib/vault/envelope.ts';
import { nextUnlock, personJoining } from '../accounts.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { firstLink } from '../joining.ts';
import { everythingOf, leavesOf, valueAt, withValue } from '../malformed.ts';
import { startServer, type RunningServer } from '../server.ts';
import { somebody, type Somebody } from '../somebody.ts';
import { ask, type Answer } from './http.ts';

/** A request that the server would take as it is: everything else about it is right. */
interface Whole {
	readonly method: 'POST' | 'PUT' | 'DELETE';
	readonly path: string;
	readonly body: Json | Uint8Array;
	/** Undefined for what is sent without an account. */
	readonly by: Somebody | undefined;
}

let server: RunningServer;
let db: Db;
let people: { ana: Somebody; ben: Somebody; chi: Somebody; dov: Somebody };
let wholes: readonly Whole[];
let circle: OpenCircle;
/** A circle that Ana is not in. */
let foreign: OpenCircle;

beforeAll(async () => {
	await ready;
	server = await startServer();
	db = openDatabase(databaseOf(server.dataDir), { connections: 2 });
	const [ana, ben, chi, dov] = await Promise.all(['Ana', 'Ben', 'Chi', 'Dov'].map((name) => somebody(db, { name })));
	people = { ana: ana!, ben: ben!, chi: chi!, dov: dov! };
	circle = sure(await people.ana.circles(server.origin).foundCircle({ name: 'Legal aid', purpose: '' })).circle;
	foreign = sure(await people.dov.circles(server.origin).foundCircle({ name: 'Another', purpose: '' })).circle;
	wholes = [...(await ofCircles()), ...(await ofBlobs()), ...(await ofAccounts()), ...(await ofWays()), await ofJoining()];
});

afterAll(async () => {
	await db.destroy();
	await server[Symbol.asyncDispose]();
});

function sure<T extends object>(outcome: Outcome<T>): { readonly ok: true } & T {
	if (!outcome.ok) throw new Error(`Refused: ${outcome.reason}`);
	return outcome;
}

/** What the real data layer sends for something, caught on its way: the server has not seen it. */
async function caught(by: Somebody, work: (circles: Circles) => Promise<unknown>): Promise<Whole> {
	const sent: Whole[] = [];
	let isCatching = false;
	const link = by.link(server.origin);
	const catching: Link = {
		...link,
		send: (method, path, body) => {
			if (!isCatching) return link.send(method, path, body);
			sent.push({ method, path, body, by });
			return Promise.resolve({ ok: false, status: 500, reason: 'failed' });
		}
	};
	const circles = new Circles(catching);
	sure(await circles.openOwnCircle());
	isCatching = true;
	await work(circles);
	return sent[0]!;
}

async function ofCircles(): Promise<Whole[]> {
	const { ana, ben, chi } = people;
	const second = sure(await ben.circles(server.origin).foundCircle({ name: 'Second', purpose: '' })).circle;
	const paper = sure(await circle.writePaper({ title: 'Hearing', text: 'Tuesday', basedOn: [] })).written;
	const open = async (circles: Circles, id: string): Promise<OpenCircle> => sure(await circles.openCircle(id)).circle;
	if (!(await circle.upload({ file: new Blob(['kept']), name: 'kept.txt' })).ok) throw new Error('No file was kept.');
	const { token } = await newInvitation();
	return Promise.all([
		caught(chi, (circles) => circles.foundCircle({ name: 'New', purpose: 'New' })),
		caught(ana, async (circles) => (await open(circles, circle.id)).writePaper({ title: 'New', text: 'Words', basedOn: [] })),
		caught(ana, async (circles) => (await open(circles, circle.id)).writePaper({ record: paper.record, title: 'Hearing', text: 'Friday', basedOn: [1] })),
		caught(ana, async (circles) => (await open(circles, circle.id)).invite(token)),
		caught(ana, async (circles) => (await open(circles, circle.id)).add({ account: chi.account, name: 'Chi' })),
		caught(ben, async (circles) => (await open(circles, second.id)).rotate())
	]);
}

async function ofBlobs(): Promise<Whole[]> {
	const { ana } = people;
	const begin = await caught(ana, async (circles) => sure(await circles.openCircle(circle.id)).circle.upload({ file: new Blob([new Uint8Array(70_000)]), name: 'words.bin' }));
	const begun = await ana.link(server.origin).send('POST', '/api/blobs', begin.body);
	const blob = begun.ok ? String((begun.value as { blob: string }).blob) : '';
	const recipient = circle.state.epochs[0]?.announced.inbox ?? '';
	const [part] = await Array.fromAsync(sealFile(new Blob([new Uint8Array(70_000)]).stream(), { sizeBytes: 70_000, recipient }));
	const hash = toText(await sha256(part!));
	return [
		begin,
		{ method: 'PUT', path: `/api/blobs/${blob}/parts/0`, body: part!, by: ana },
		{ method: 'POST', path: `/api/blobs/${blob}/whole`, body: { hashes: [hash] }, by: ana },
		{ method: 'DELETE', path: `/api/blobs/${blob}`, body: {}, by: ana }
	];
}

/** Ways to unlock, invitations, and what somebody takes away again. Signing in by a passkey needs a browser, and has its journey. */
async function ofWays(): Promise<Whole[]> {
	const { ana, ben } = people;
	const [made, other] = await Promise.all([newInvitation(), newInvitation()]);
	const invited = await ana.link(server.origin).send('POST', '/api/invitations', { token: other.token, role: 'member' });
	const id = invited.ok ? (invited.value as { id: string }).id : '';
	const begun = client.startRegistration({ password: 'six words that nobody else has' });
	const nameKey = toText(crypto.getRandomValues(new Uint8Array(32)));
	const request = begun.registrationRequest;
	return [
		{ method: 'POST', path: '/api/invitations', body: { token: made.token, role: 'member' }, by: ana },
		{ method: 'POST', path: '/api/invitations/look', body: { token: other.token }, by: undefined },
		{ method: 'POST', path: '/api/join/passphrase', body: { token: other.token, nameKey, request }, by: undefined },
		{ method: 'POST', path: '/api/sign-in/passphrase', body: { nameKey, request: client.startLogin({ password: 'six words' }).startLoginRequest }, by: undefined },
		{ method: 'POST', path: '/api/recover', body: { lookup: (await newKit()).lookup }, by: undefined },
		{ method: 'POST', path: '/api/account/passphrase', body: { nameKey, request }, by: ben },
		{ method: 'POST', path: '/api/account/passkeys', body: {}, by: ben },
		{ method: 'DELETE', path: `/api/invitations/${id}`, body: {}, by: ana },
		{ method: 'DELETE', path: `/api/introductions/${randomId()}`, body: {}, by: ana },
		{ method: 'DELETE', path: '/api/account/notices', body: {}, by: ben },
		{ method: 'DELETE', path: '/api/account/sessions', body: {}, by: ben },
		{ method: 'DELETE', path: '/api/session', body: {}, by: ben }
	];
}

async function ofAccounts(): Promise<Whole[]> {
	const { ben, chi, dov } = people;
	const of = async ({ keys }: Somebody, kind: string, about: string) => toText(await sealLetter({ header: { kind, circle: null, about, author: keys.account, at: 0 }, body: utf8('{}'), recipients: [keys.recipient], signing: keys.signing }));
	const kit = await newKit();
	const unlock = await nextUnlock({ keys: chi.keys, unlockers: [{ kind: 'kit', id: '', recipient: kit.recipient }], version: 1, seq: 1, previous: await entryHash(chi.keys.found.body) });
	const end = await signEntry({ log: 'account', of: dov.account, seq: 1, previous: await entryHash(dov.keys.found.body), by: dov.account, act: { do: 'end' } }, dov.keys.signing);
	return [
		{ method: 'PUT', path: '/api/account/profile', body: { sealed: await of(ben, 'profile', ben.account) }, by: ben },
		{ method: 'PUT', path: `/api/account/sessions/${ben.tag}`, body: { sealed: await of(ben, 'label', ben.tag) }, by: ben },
		{ method: 'POST', path: '/api/account/unlock', body: { unlock: { entry: { ...unlock.entry }, envelope: toText(unlock.envelope) }, change: { kind: 'kit', kit: { lookup: kit.lookup, signing: toText(kit.signing.publicKey) } } }, by: chi },
		{ method: 'DELETE', path: '/api/account', body: { entry: { ...end } }, by: dov }
	];
}

async function ofJoining(): Promise<Whole> {
	const { token } = await invitationOf(readLink(new URL(firstLink(server)).hash)!.secret);
	const { joining } = await personJoining({ db, dataDir: server.dataDir, token });
	const { found, unlock, way, kit, profile, account } = joining;
	if (way.kind !== 'passphrase') throw new Error('Not by a passphrase.');
	const body = {
		token,
		account,
		found: { ...found },
		unlock: { entry: { ...unlock.entry }, envelope: toText(unlock.envelope) },
		way: { kind: way.kind, nameKey: toText(way.nameKey), record: way.record },
		kit: { lookup: kit.lookup, signing: toText(kit.signing) },
		profile: toText(profile)
	};
	return { method: 'POST', path: '/api/join', body, by: undefined };
}

const sealedNames: ReadonlySet<string> = new Set(['letter', 'envelope', 'sealed', 'profile']);

/**
 * What is wrong with a request, as far as a server can see it. What lies inside of an envelope it cannot: a bit that is
 * another there is for the people who open it, and `tests/attacks` flips those.
 */
type Wrong = (text: string, entropy: number) => Json;

const short: Wrong = (text, entropy) => text.slice(0, Math.floor(text.length * 0.01 * (entropy % 5)));
const wrongs: Readonly<Record<string, Wrong>> = {
	short,
	'not base64url': (text) => `${text.slice(0, -1)}*`,
	'of another version': (text) => {
		const bytes = Buffer.from(text, 'base64url');
		const begin = bytes.subarray(0, recordBegin.length).equals(recordBegin) ? recordBegin.length : ageBegin.length;
		bytes[begin - 2] = (bytes[begin - 2] ?? 0) + 1;
		return bytes.toString('base64url');
	},
	'of another kind': (text) => {
		const bytes = Buffer.from(text, 'base64url');
		return Buffer.concat([bytes.subarray(0, recordBegin.length).equals(recordBegin) ? ageBegin : recordBegin, bytes.subarray(4)]).toString('base64url');
	},
	'too large': (text) => text + 'A'.repeat(1_100_000),
	'no text': (_, entropy) => [null, true, 7, {}][entropy % 4]!
};
const ofText: Readonly<Record<string, Wrong>> = { short, 'no text': wrongs['no text']!, 'too large': (text) => text + 'A'.repeat(9000), flipped: (text, entropy) => text.slice(0, entropy % text.length) + (text[entropy % text.length] === 'B' ? 'C' : 'B') + text.slice((entropy % text.length) + 1) };
/** Of these another value of the same shape is as good: only a shape can be wrong. */
const freeNames: ReadonlySet<string> = new Set(['token', 'lookup', 'signing', 'nameKey', 'record', 'sizeBytes', 'parts', 'kind', 'epoch', 'version', 'request']);

interface Malformed {
	readonly what: string;
	readonly request: Whole;
	/** Signed by its sender's key, which the server asks for before all else. */
	readonly signature: 'right' | 'none' | 'of another request' | 'of another person';
}

const malformed: fc.Arbitrary<Malformed> = fc
	.record({ at: fc.nat(), leaf: fc.nat(), how: fc.nat(), entropy: fc.nat(), kind: fc.nat(99), signature: fc.constantFrom('none', 'of another request', 'of another person') })
	.map(({ at, leaf, how, entropy, kind, signature }): Malformed => {
		const request = wholes[at % wholes.length]!;
		const what = `${request.method} ${request.path.replaceAll(/[\w-]{22}/g, '…')}`;
		const leaves = request.body instanceof Uint8Array ? [] : leavesOf(request.body);
		// What has an empty body can only be signed wrongly.
		if (request.by !== undefined && (kind < 10 || (leaves.length === 0 && !(request.body instanceof Uint8Array)))) return { what, request, signature };
		if (request.body instanceof Uint8Array) {
			const { body } = request;
			const bodies = [body.subarray(0, entropy % body.length), new Uint8Array([...body, 0]), new Uint8Array(0)];
			return { what, request: { ...request, body: bodies[how % 3]! }, signature: 'right' };
		}
		if (kind < 15 && request.path.includes(circle.id)) return { what: `${what} elsewhere`, request: { ...request, path: request.path.replace(circle.id, foreign.id) }, signature: 'right' };
		if (kind < 20) return { what: `${what} and more`, request: { ...request, body: { ...(request.body as object), more: [1] } }, signature: 'right' };
		const path = leaves[leaf % leaves.length]!;
		const name = String(path.at(-1));
		const value = valueAt(request.body, path);
		if (kind < 30 && typeof path.at(-1) === 'string' && !(path.length === 1 && name === 'letter')) return { what: `${what} without ${path.join('.')}`, request: { ...request, body: withValue(request.body, path, undefined) }, signature: 'right' };
		const ways: Readonly<Record<string, Wrong>> = sealedNames.has(name) ? wrongs : freeNames.has(name) ? { 'no text': (_, entropy) => [null, true, {}][entropy % 3]! } : ofText;
		const [words, wrong] = Object.entries(ways)[how % Object.keys(ways).length]!;
		return { what: `${what} with ${path.join('.')} ${words}`, request: { ...request, body: withValue(request.body, path, wrong(typeof value === 'string' ? value : '', entropy)) }, signature: 'right' };
	});

async function send({ method, path, body, by }: Whole, signature: Malformed['signature'] = 'right'): Promise<Answer> {
	const bytes = body instanceof Uint8Array ? new Uint8Array(body) : utf8(canonical(body));
	const other = by === people.ben ? people.ana : people.ben;
	const signing = (signature === 'of another person' ? other.keys : by?.keys)?.signing;
	const signed = signing && signature !== 'none' ? await signRequest({ method, path: signature === 'of another request' ? `${path}/more` : path, session: by?.tag ?? '', body: bytes, signing }) : '';
	return ask(server.origin + path, {
		method,
		body: bytes,
		headers: { origin: server.origin, 'content-type': 'application/json', 'content-length': String(bytes.length), ...(by ? { cookie: `${sessionCookie}=${by.token}`, 'steadfast-signature': signed } : {}) }
	});
}

const everything = (): Promise<unknown> => everythingOf(db, server.dataDir);

test('a thousand malformed envelopes are each refused with a reason, the server stays up, and its data are as they were', async () => {
	const seed = Date.now();
	const requests = fc.sample(malformed, { numRuns: 1000, seed });
	const before = await everything();
	const found: string[] = [];
	const waiting = [...requests];
	let slowed = 0;
	const begun = performance.now();

	const work = async (): Promise<void> => {
		for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
			const { status, text } = await send(one.request, one.signature);
			slowed += status === 429 ? 1 : 0;
			if (status < 400 || status >= 500 || !/^\{"reason":"[a-z-]+"\}$/.test(text)) found.push(`${one.what}, signature ${one.signature}: ${status} ${text}`);
		}
	};
	await Promise.all(Array.from({ length: 6 }, work));

	console.log(`A thousand malformed requests: ${Math.round(performance.now() - begun)} ms, ${slowed} of them told to slow down.`);
	expect(found, `seed ${seed}`).toEqual([]);
	expect(slowed).toBeLessThan(100);
	expect(await everything()).toEqual(before);
	expect((await ask(`${server.origin}/healthz`)).status).toBe(200);
	expect(server.output()).not.toContain('"trouble"');
});

test('each of them would have been taken as it was before something was wrong with it', async () => {
	const before = await everything();

	const told: unknown[] = [];
	for (const whole of wholes) {
		const { status, text } = await send(whole);
		if (status !== 200) told.push([whole.method, whole.path, status, text]);
	}

	// The bucket for beginnings of joining may be empty by now: malformed ones have used it.
	expect(told.filter((one) => !JSON.stringify(one).includes('slow-down'))).toEqual([]);
	expect(await everything()).not.toEqual(before);
});
