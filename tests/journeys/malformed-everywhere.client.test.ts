import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { invitationOf, signRequest } from '#vault';
import { changeCall } from '#lib/grants/client/calls.ts';
import { takeBackConflict, takeRole } from '#lib/grants/client/reviewers.ts';
import { signReceiptRequest } from '#lib/grants/client/sending.ts';
import { withdrawApplication } from '#lib/grants/client/writing.ts';
import { end, sign } from '#lib/statement/client/adoptions.ts';
import { publicationOf, publish, withdrawPublished } from '#lib/statement/client/publishing.ts';
import { guestRequestMessage } from '#lib/forum/guest.ts';
import { readLink } from '#lib/people/link.ts';
import { inviteKeeper, join } from '#lib/people/server/index.ts';
import { kitMessage } from '#lib/people/sign-in.ts';
import { sessionCookie } from '#lib/people/login-session.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { entryHash, sha256, toText, type Json } from '#lib/vault/envelope.ts';
import { loginAttempt, nextUnlock, personJoining } from '../accounts.ts';
import { startApi, type ApiServer } from '../api-server.ts';
import { sure, TestDesks } from '../desk-officers.ts';
import { TestGuests } from '../guest-desk.ts';
import { everythingOf, malformationsOf, Mangling } from '../malformed.ts';
import { plantAtDesk, plantByGuests } from '../planting.ts';
import { circleOf } from '../rounds.ts';
import { adoptionOf, answers, begunAdoption, frozen, lineWithout, releasedForum, writtenDraft } from '../statements.ts';
import { softAuthenticator } from '../soft-authenticator.ts';
import { ask } from './http.ts';

let database: TestDatabase;
let api: ApiServer;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const manglingOf = (most: number): Mangling => new Mangling(database.db, { dataDir: api.house.config.dataDir, seed: Date.now(), most });

test('what applicants, officers, reviewers, referees and payers send is refused where it is malformed, and leaves nothing, at every step', async () => {
	const mangling = manglingOf(5);
	const desks: TestDesks = new TestDesks(database.db, api.origin, {
		link: (link) => mangling.link(link),
		line: (line) =>
			mangling.line(line, async ({ method, path, headers }, body) => {
				const receipt = desks.receipts.find(({ mailbox }) => mailbox === headers?.['steadfast-mailbox']) ?? desks.receipts.at(-1);
				return receipt && signReceiptRequest(receipt, { method, path, body });
			})
	});

	// All of it is taken as it is, and opened in the end.
	await plantAtDesk(desks);
	const { ana, ben, slug, call } = await desks.three();
	const { application, receipt } = await desks.applied(slug);
	sure(await takeRole(ben.link, application, 'conflict'));
	sure(await takeBackConflict(ben.link, application));
	sure(await changeCall(ana.link, ana.circle, { call, act: { do: 'close' } }));
	sure(await withdrawApplication(desks.line(), await desks.receipt(receipt)));

	expect(mangling.found).toEqual([]);
	expect([...mangling.refused.keys()].toSorted()).toEqual(
		[
			'POST /api/circles', 'POST /api/circles/…/log', 'PUT /api/circles/…/records/…', 'POST /api/calls', 'POST /api/calls/…/entries', 'POST /api/calls/…/applications', 'PUT /api/applications/…/body',
			'POST /api/desk/applications/…/standing', 'POST /api/desk/applications/…/messages', 'POST /api/desk/applications/…/references', 'POST /api/desk/applications/…/receipt', 'POST /api/desk/applications/…/reviews',
			'PUT /api/desk/applications/…/reviewers/…', 'POST /api/desk/calls/…/payments/…', 'POST /api/receipt/messages', 'POST /api/reference', 'POST /api/reviews/…', 'POST /api/reviews/…/declaration', 'DELETE /api/reviews/…/declaration'
		].toSorted()
	);
});

test('what convenors and guests send is refused where it is malformed, and leaves nothing, at every step', async () => {
	const mangling = manglingOf(8);
	const guests: TestGuests = await TestGuests.begin(database.db, api.origin, {
		link: (link) => mangling.link(link),
		line: (line) =>
			mangling.line(line, async ({ path, headers }, body) => {
				const signing = guests.signers.get(headers?.['steadfast-guest'] ?? '');
				return signing && toText(await signing.sign(guestRequestMessage({ path, bodyHash: toText(await sha256(body)) })));
			})
	});

	await plantByGuests(guests);

	expect(mangling.found).toEqual([]);
	expect([...mangling.refused.keys()]).toEqual(expect.arrayContaining(['POST /api/circles/…/guests', 'PUT /api/circles/…/guests/…', 'PUT /api/circles/…/watch', 'POST /api/invited', 'POST /api/invited/own']));
});

test('what is sent to publish a statement and to withdraw a signature is refused where it is malformed, and leaves nothing', async () => {
	const mangling = manglingOf(40);
	const [steward, ana] = await circleOf(database.db, api.origin, { members: 2 });
	if (!steward || !ana) throw new Error('Nobody.');
	const id = await begunAdoption(steward, await frozen(await writtenDraft(steward)));
	for (const member of [steward, ana]) await answers(member, id);
	sure(await end(await adoptionOf(steward, id), { setAside: [], now: new Date() }));
	sure(await sign(ana.link, await adoptionOf(ana, id), { kind: 'named', name: 'Made-up Ana' }));
	const forum = await releasedForum(steward, 'malformed-statement');
	const publication = await publicationOf(await adoptionOf(steward, id), { forum, before: undefined, correction: '', translations: [], releaseAt: undefined });

	sure(await publish(mangling.link(steward.link), forum, publication!));
	const withdrawn = await withdrawPublished(mangling.line(lineWithout(api.origin)), ana.link, await adoptionOf(ana, id), forum);

	expect(mangling.found).toEqual([]);
	expect(withdrawn).toEqual({ ok: true, wasThere: true });
	expect([...mangling.refused.keys()]).toEqual(['POST /api/forums/malformed-statement/statement', 'POST /api/forums/malformed-statement/statement/withdrawals']);
});

/** The second half of something, whose first half the server has just answered. */
interface Half {
	readonly what: string;
	readonly method: 'POST' | 'PUT';
	readonly path: string;
	/** The right body; begins anew each time, because a challenge is good for one try. */
	readonly begin: () => Promise<Json>;
	/** By a session, which signs. */
	readonly isSigned: boolean;
}

test('the finishing halves of signing in, recovering and making a passkey, and notices, refuse what is malformed and are then taken', async () => {
	const { db } = database;
	const { house } = api;
	const { token } = await invitationOf(readLink(new URL(await inviteKeeper(db, house.config, new Date())).hash)!.secret);
	const person = await personJoining({ db, dataDir: house.config.dataDir, token });
	const joined = await join(db, house.config, person.joining, new Date());
	if (!joined.ok) throw new Error(joined.reason);
	const { session } = joined;
	const authenticator = softAuthenticator(house.config.vaultOrigin);

	const send = async (method: string, path: string, body: Uint8Array, isSigned: boolean): Promise<{ status: number; text: string }> =>
		ask(api.origin + path, {
			method,
			body,
			headers: { origin: api.origin, 'content-type': 'application/json', 'content-length': String(body.length), ...(isSigned && { cookie: `${sessionCookie}=${session.token}`, 'steadfast-signature': await signRequest({ method, path, session: session.tag, body: new Uint8Array(body), signing: person.keys.signing }) }) }
		});
	const bytes = (body: Json): Uint8Array => Buffer.from(JSON.stringify(body));
	const begun = async (path: string, body: Json, isSigned = false): Promise<Record<string, string>> => JSON.parse((await send('POST', path, bytes(body), isSigned)).text) as Record<string, string>;
	const halves: readonly Half[] = [
		{
			what: 'a sign-in with a passphrase', method: 'POST', path: '/api/sign-in/passphrase/finish', isSigned: false,
			async begin() {
				const attempt = loginAttempt(person.passphrase);
				const { challenge = '', response = '' } = await begun('/api/sign-in/passphrase', { nameKey: toText(person.nameKey), request: attempt.request });
				return { challenge, finish: attempt.finish(response) ?? '' };
			}
		},
		{
			what: 'a recovery', method: 'POST', path: '/api/recover/finish', isSigned: false,
			async begin() {
				const { challenge = '' } = await begun('/api/recover', { lookup: person.kit.lookup });
				return { challenge, signature: toText(await person.kit.signing.sign(kitMessage(house.config.vaultOrigin, challenge))) };
			}
		},
		{
			what: 'a new passkey', method: 'POST', path: '/api/account/unlock', isSigned: true,
			async begin() {
				const { challenge = '' } = await begun('/api/account/passkeys', {}, true);
				const unlock = await nextUnlock({ keys: person.keys, unlockers: person.unlockers, version: 2, seq: 2, previous: await entryHash(person.joining.unlock.entry.body) });
				return { unlock: { entry: { ...unlock.entry }, envelope: toText(unlock.envelope) }, change: { kind: 'passkey', challenge, response: authenticator.made(challenge) } };
			}
		},
		{
			what: 'a sign-in with a passkey', method: 'POST', path: '/api/sign-in/passkey/finish', isSigned: false,
			async begin() {
				const { challenge = '' } = await begun('/api/sign-in/passkey', {});
				return { challenge, response: authenticator.used(challenge) };
			}
		},
		{ what: 'notices by mail', method: 'PUT', path: '/api/account/notices', isSigned: true, begin: () => Promise.resolve({ kind: 'mail', address: 'somebody@example.net', language: 'fr' }) },
		{ what: 'notices by push', method: 'PUT', path: '/api/account/notices', isSigned: true, begin: () => Promise.resolve({ kind: 'push', endpoint: 'https://updates.push.services.mozilla.com/x' }) }
	];
	const seed = Date.now();
	const found: string[] = [];
	const taken: unknown[] = [];

	for (const { what, method, path, begin, isSigned } of halves) {
		// Twelve tries in a quarter of an hour are all that one name has.
		const count = malformationsOf(await begin()).length;
		const chosen = fc.sample(fc.shuffledSubarray(Array.from({ length: count }, (_, at) => at), { minLength: Math.min(8, count), maxLength: 8 }), { numRuns: 1, seed })[0] ?? [];
		for (const at of chosen) {
			const malformation = malformationsOf(await begin())[at]!;
			const before = await everythingOf(db, house.config.dataDir);
			const { status, text } = await send(method, path, malformation.body, isSigned);
			if (status < 400 || status >= 500 || !/^\{"reason":"[a-z-]+"\}$/.test(text)) found.push(`${what}, ${malformation.what}: ${status} ${text}`);
			if (JSON.stringify(await everythingOf(db, house.config.dataDir)) !== JSON.stringify(before)) found.push(`${what}, ${malformation.what}: something is left`);
		}
		taken.push([what, (await send(method, path, bytes(await begin()), isSigned)).status]);
	}

	expect(found, `seed ${seed}`).toEqual([]);
	expect(taken).toEqual(halves.map(({ what }) => [what, 200]));
});
