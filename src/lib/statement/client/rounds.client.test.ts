import { sql } from 'kysely';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure } from '../../../../tests/desk-officers.ts';
import { asks, begunRound, castingOf, circleOf, endRound, roundOf, someRound, votes, type RoundMember } from '../../../../tests/rounds.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { ballotKeysOf, blinded, blindSigned, newIssuingKey, unblinded } from '#vault/blind';
import { fromText, randomId, toText } from '#lib/vault/envelope.ts';
import { ballotShape, sealedBytes, tokenMessage, type Ballot, type Votes } from '../ballot.ts';
import { bodyOf, longestProposition, roundKinds, singleRecord } from '../round.ts';
import { forgetRounds } from '../server/rounds.ts';
import { castBallot, earlierBallot, sealedBallot, type Casting } from './casting.ts';
import { countBallots } from './counting.ts';
import { propose, propositionsOf, rule, rulingsOf, translate, wordsIn } from './propositions.ts';
import { beginRound, openRound, roundsIn } from './rounds.ts';
import { askForBallot, giveBallots, issuingOf, standingOf, voterOf } from './tokens.ts';

const clock = { now: new Date() };
let database: TestDatabase;
let api: ApiServer;
let members: RoundMember[];
let steward: RoundMember;
let ana: RoundMember;
let ben: RoundMember;
let eve: RoundMember;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	members = await circleOf(database.db, api.origin, { members: 4, clock });
	[steward, ana, ben, eve] = members as [RoundMember, RoundMember, RoundMember, RoundMember];
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const voted: Votes = new Map([['aaaaaaaa', 1], ['bbbbbbbb', -1]]);

/** A round in which some have their ballots. */
async function withBallots(some: readonly RoundMember[], more: Parameters<typeof begunRound>[1] = {}): Promise<string> {
	clock.now = new Date();
	const { id } = await begunRound(steward, more);
	for (const member of some) await asks(member, id);
	sure(await giveBallots(steward.link, await roundOf(steward, id)));
	return id;
}

const send = (id: string, ballot: unknown): Promise<Response> => fetch(`${api.origin}/api/rounds/${id}/ballots`, { method: 'POST', headers: { origin: api.origin, 'content-type': 'application/json' }, body: JSON.stringify(ballot) });
const refusalShape = v.object({ reason: v.string() });
const reasonOf = async (response: Response): Promise<string> => (response.ok ? 'taken' : v.parse(refusalShape, await response.json()).reason);

test('a member asks, a steward’s browser gives, and the ballot that comes of it is in no way the one that was asked for', async () => {
	const { id } = await begunRound(steward);
	const before = sure(await standingOf(ana.link, await roundOf(ana, id))).standing.kind;
	await asks(ana, id);
	const waiting = sure(await standingOf(ana.link, await roundOf(ana, id))).standing.kind;

	const { given } = sure(await giveBallots(steward.link, await roundOf(steward, id)));
	const has = sure(await standingOf(ana.link, await roundOf(ana, id))).standing;
	const other = sure(await standingOf(ben.link, await roundOf(ben, id))).standing.kind;

	expect([before, waiting, given, has.kind, other]).toEqual(['none', 'waits', 1, 'has', 'none']);
	if (has.kind !== 'has') throw new Error('No ballot.');
	const seen = JSON.stringify(sure(await issuingOf(await roundOf(steward, id))).issuing);
	for (const text of [has.token, has.voter.key, has.voter.prefix]) expect(seen).not.toContain(text);
});

test('who asks twice asks for the same, and gets one ballot', async () => {
	const { id } = await begunRound(steward);
	await asks(ana, id);
	await asks(ana, id);
	sure(await giveBallots(steward.link, await roundOf(steward, id)));
	const first = await castingOf(ana, id);
	await asks(ana, id);

	const again = sure(await giveBallots(steward.link, await roundOf(steward, id))).given;

	expect(again).toBe(0);
	expect((await castingOf(ana, id)).token).toBe(first.token);
	expect(sure(await issuingOf(await roundOf(ben, id))).issuing.requests.map(({ account, issued, twice }) => [account, issued, twice])).toEqual([[ana.who.account, true, false]]);
});

test('a member whose program asks for a second ballot gets none, and everybody sees that it asked', async () => {
	const id = await withBallots([eve]);
	const round = await roundOf(eve, id);
	const record = await singleRecord(round.secret, 'request', eve.who.account);
	const read = sure(await round.circle.read(record)).opened;
	if (!read.ok) throw read.trouble;
	const other = await ballotKeysOf(new Uint8Array(32).fill(7), { of: id, issuing: round.issuing });
	const asked = await blinded({ issuing: round.issuing, message: tokenMessage({ round: id, key: other.signing.publicKey, prefix: other.prefix }), keys: other });
	sure(await round.circle.write({ kind: roundKinds.request, record, body: bodyOf({ v: 1, round: id, issuing: round.issuing, blinded: asked }), basedOn: read }));

	const { given } = sure(await giveBallots(steward.link, await roundOf(steward, id)));

	expect(given).toBe(0);
	expect(sure(await issuingOf(await roundOf(ana, id))).issuing.requests).toMatchObject([{ account: eve.who.account, issued: true, twice: true }]);
	// Under an id of its own it is no request at all.
	sure(await round.circle.write({ kind: roundKinds.request, body: bodyOf({ v: 1, round: id, issuing: round.issuing, blinded: asked }), basedOn: undefined }));
	expect(sure(await giveBallots(steward.link, await roundOf(steward, id))).given).toBe(0);
});

test('a member who writes in another’s place keeps nobody from their ballot', async () => {
	const { id } = await begunRound(steward);
	const round = await roundOf(eve, id);
	const nonsense = toText(new Uint8Array(256).fill(1));
	sure(await round.circle.write({ kind: roundKinds.request, record: await singleRecord(round.secret, 'request', ana.who.account), body: bodyOf({ v: 1, round: id, issuing: round.issuing, blinded: nonsense }), basedOn: undefined }));
	sure(await round.circle.write({ kind: roundKinds.issue, record: await singleRecord(round.secret, 'issue', ana.who.account), body: bodyOf({ v: 1, round: id, account: ana.who.account, signature: nonsense }), basedOn: undefined }));

	await asks(ana, id);
	const waiting = sure(await standingOf(ana.link, await roundOf(ana, id))).standing.kind;
	sure(await giveBallots(steward.link, await roundOf(steward, id)));

	expect([waiting, sure(await standingOf(ana.link, await roundOf(ana, id))).standing.kind]).toEqual(['waits', 'has']);
	expect(sure(await issuingOf(await roundOf(ben, id))).issuing.requests).toMatchObject([{ account: ana.who.account, issued: true, twice: false }]);
});

test('who is no steward neither begins a round nor gives ballots, whatever their program does', async () => {
	const { id } = await begunRound(steward);
	await asks(ana, id);

	expect(await giveBallots(eve.link, await roundOf(eve, id))).toEqual({ ok: false, reason: 'not-a-steward' });
	expect(await beginRound(eve.link, eve.circle, someRound())).toEqual({ ok: false, reason: 'not-a-steward' });
	const forged = sure(await eve.circle.write({ kind: roundKinds.round, body: bodyOf({ ...someRound(), v: 1, issuing: (await newIssuingKey()).issuing, key: '', secret: toText(new Uint8Array(16)) }), basedOn: undefined })).written;
	await expect(openRound(ana.circle, forged.record)).rejects.toMatchObject({ kind: 'against-the-rules' });
	const listed = sure(await roundsIn(ana.circle)).rounds;
	expect(listed.flatMap((one) => (one.ok ? [] : [one.id]))).toEqual([forged.record]);
	expect(listed.some((one) => one.ok && one.round.id === id)).toBe(true);
});

test('a round that a steward changes afterwards is believed by nobody', async () => {
	const { id } = await begunRound(steward);
	const read = sure(await steward.circle.read(id)).opened;
	if (!read.ok) throw read.trouble;
	sure(await steward.circle.write({ kind: roundKinds.round, record: id, body: bodyOf({ ...JSON.parse(JSON.stringify(read.body)), question: { en: 'Another question?' } }), basedOn: read }));

	await expect(openRound(ana.circle, id)).rejects.toMatchObject({ kind: 'against-the-rules' });
});

test('the server takes a ballot from nobody in particular, and keeps of it no time, no account and one size', async () => {
	const id = await withBallots([ana, ben]);
	await votes(ana, id, voted);
	await votes(ben, id, new Map());

	const { rows } = await sql<Record<string, unknown>>`select * from statement_ballot where round_id = ${id}`.execute(database.db);
	const { rows: columns } = await sql<{ name: string }>`select column_name as name from information_schema.columns where table_name = 'statement_ballot' order by name`.execute(database.db);

	expect(columns.map(({ name }) => name)).toEqual(['key', 'prefix', 'round_id', 'sealed_ballot', 'sequence', 'signature', 'token']);
	expect(rows.map(({ sealed_ballot }) => Buffer.isBuffer(sealed_ballot) && sealed_ballot.length)).toEqual([sealedBytes, sealedBytes]);
	expect(JSON.stringify(rows)).not.toContain(ana.who.account);
});

test('the server refuses a ballot that is not allowed, that is of another round, that was altered, or that is of another size', async () => {
	const [id, other] = [await withBallots([ana]), await withBallots([ben])];
	const casting = await castingOf(ana, id);
	const ballot = await sealedBallot(casting, { votes: voted, after: 0 });
	const stranger: Casting = { ...casting, voter: await voterOf({ root: new Uint8Array(32).fill(9) }, casting.round) };
	const short = { ...ballot, sealed: toText((fromText(ballot.sealed) ?? new Uint8Array()).subarray(0, 2000)) };

	const refused: Record<string, unknown> = {
		'a key that nobody allowed': await reasonOf(await send(id, await sealedBallot(stranger, { votes: voted, after: 0 }))),
		'a token without its key': await reasonOf(await send(id, { ...(await sealedBallot(stranger, { votes: voted, after: 0 })), prefix: ballot.prefix, token: ballot.token })),
		'a ballot of another round': await reasonOf(await send(other, ballot)),
		'another text under the same signature': await reasonOf(await send(id, { ...ballot, sealed: (await sealedBallot(casting, { votes: new Map(), after: 0 })).sealed })),
		'another sequence': await reasonOf(await send(id, { ...ballot, sequence: ballot.sequence + 1 })),
		'another size': await reasonOf(await send(id, short)),
		'a round that there is not': await reasonOf(await send(randomId(), ballot)),
		'no ballot at all': await reasonOf(await send(id, { ballot: 'none' }))
	};

	expect(refused).toEqual({
		'a key that nobody allowed': 'forged',
		'a token without its key': 'forged',
		'a ballot of another round': 'forged',
		'another text under the same signature': 'forged',
		'another sequence': 'forged',
		'another size': 'malformed',
		'a round that there is not': 'not-found',
		'no ballot at all': 'malformed'
	});
	expect(await reasonOf(await send(id, ballot))).toBe('taken');
	expect(await database.db.selectFrom('statement_ballot').select('round_id').where('round_id', 'in', [id, other]).execute()).toEqual([{ round_id: id }]);
});

test('somebody changes their mind from another device until the end, and no earlier ballot comes back', async () => {
	const id = await withBallots([ana]);
	const casting = await castingOf(ana, id);
	await votes(ana, id, voted);
	const first = v.parse(v.object({ ballot: ballotShape }), await (await fetch(`${api.origin}/api/rounds/${id}/ballots/${casting.voter.key}`)).json()).ballot;
	// Another device has the account and nothing else.
	const elsewhere = { ...ana, circle: sure(await ana.who.circles(api.origin).openCircle(ana.circle.id)).circle };
	const changed = await castBallot(await castingOf(elsewhere, id), new Map([['bbbbbbbb', 1], ['cccccccc', 0]]));

	const replayed = await reasonOf(await send(id, first));
	const now = await earlierBallot(casting);

	expect(changed.ok && [...changed.votes].sort()).toEqual([['aaaaaaaa', 1], ['bbbbbbbb', 1], ['cccccccc', 0]]);
	expect(replayed).toBe('moved-on');
	expect(now.ok && [...now.votes].sort()).toEqual([['aaaaaaaa', 1], ['bbbbbbbb', 1], ['cccccccc', 0]]);
});

test('nothing is taken before a round opens or after it ended, and nothing is handed out before', async () => {
	const id = await withBallots([ana, ben]);
	await votes(ana, id, voted);
	const casting = await castingOf(ben, id);
	const early = await ana.link.ask(`/api/rounds/${id}/ballots`);
	const stranger = (await circleOf(database.db, api.origin, { members: 1 }))[0];
	await endRound(database.db, id, clock);

	const late = await castBallot(casting, voted);
	const all = await ana.link.ask(`/api/rounds/${id}/ballots`);
	const foreign = await stranger?.link.ask(`/api/rounds/${id}/ballots`);

	expect(early.ok && early.value).toEqual({ over: false, ballots: [] });
	expect(late).toEqual({ ok: false, reason: 'closed' });
	expect(all.ok && all.value).toMatchObject({ over: true, ballots: [{ token: (await castingOf(ana, id)).token }] });
	expect(foreign).toMatchObject({ ok: false, status: 404 });
	expect(await reasonOf(await fetch(`${api.origin}/api/rounds/${id}/ballots`))).toBe('signed-out');
});

test('when a round is over every member counts the same, finds their own ballot, and reads what they had said', async () => {
	const id = await withBallots([ana, ben, eve]);
	sure(await propose(await roundOf(ana, id), { text: 'Made up: lawyers within a day.', language: 'en' }));
	sure(await propose(await roundOf(ben, id), { text: 'Made up: a fund for families.', language: 'en' }));
	const { propositions } = sure(await propositionsOf(await roundOf(ana, id)));
	const [one = '', two = ''] = propositions.map(({ short }) => short);
	await votes(ana, id, new Map([[one, 1], [two, -1]]));
	await votes(ben, id, new Map([[one, 1]]));
	await endRound(database.db, id, clock);

	const counts = await Promise.all([ana, ben, eve, steward].map(async (member) => sure(await countBallots(member.link, await roundOf(member, id), propositions)).count));

	const shown = counts.map((count) => (count === 'not-over' ? count : { counted: count.counted, refused: count.refused, asked: count.asked, issued: count.issued, tooMany: count.tooMany, own: count.own, votes: count.ballots.columns.length }));
	const same = { counted: 2, refused: 0, asked: 3, issued: 3, tooMany: false, votes: 3 };
	expect(shown).toEqual([{ ...same, own: { answers: 2 } }, { ...same, own: { answers: 1 } }, { ...same, own: 'missing' }, { ...same, own: undefined }]);
	expect(new Set(counts.map((count) => count !== 'not-over' && count.fingerprint)).size).toBe(1);
});

test('a server that leaves a ballot out, shows one twice, makes one up or hands them out too soon is found out by whom it concerns', async () => {
	const id = await withBallots([ana, ben]);
	await votes(ana, id, voted);
	await votes(ben, id, voted);
	const round = await roundOf(ana, id);
	const early = await countBallots({ ...ana.link, ask: async (path) => (path.endsWith('/ballots') ? { ok: true, status: 200, value: { over: true, ballots: [] } } : ana.link.ask(path)) }, round, []);
	await endRound(database.db, id, clock);
	const answer = await ana.link.ask(`/api/rounds/${id}/ballots`);
	const { ballots } = v.parse(v.object({ ballots: v.array(ballotShape) }), answer.ok ? answer.value : undefined);
	const lying = async (shown: readonly Ballot[]) => {
		const found = sure(await countBallots({ ...ana.link, ask: async (path) => (path.endsWith('/ballots') ? { ok: true, status: 200, value: { over: true, ballots: shown } } : ana.link.ask(path)) }, round, [])).count;
		if (found === 'not-over') throw new Error('The round is over.');
		return { counted: found.counted, refused: found.refused, own: found.own, fingerprint: found.fingerprint, unknown: found.unknownVotes };
	};
	const honest = await lying(ballots);
	const mine = (await castingOf(ana, id)).voter.key;
	const stranger = await sealedBallot({ ...(await castingOf(ana, id)), voter: await voterOf({ root: new Uint8Array(32).fill(3) }, round) }, { votes: voted, after: 0 });

	expect(early).toEqual({ ok: true, count: 'not-over' });
	expect(honest).toMatchObject({ counted: 2, refused: 0, own: { answers: 2 }, unknown: 4 });
	expect(await lying(ballots.filter(({ key }) => key !== mine))).toMatchObject({ counted: 1, own: 'missing' });
	expect(await lying([...ballots, ballots[0]!])).toMatchObject({ counted: 1, refused: 2 });
	expect(await lying([...ballots, stranger])).toMatchObject({ counted: 2, refused: 1 });
	expect(await lying(ballots.map((ballot) => (ballot.key === mine ? { ...ballot, sealed: `${ballot.sealed.slice(0, -8)}AAAAAAAA` } : ballot)))).toMatchObject({ counted: 1, refused: 1, own: 'missing' });
	expect((await lying(ballots.slice(1))).fingerprint).not.toBe(honest.fingerprint);
});

test('a steward who gives away ballots that nobody asked for is found out as soon as there are more than requests', async () => {
	clock.now = new Date();
	const id = randomId();
	const { issuing, secret } = await newIssuingKey();
	const plain = someRound();
	await steward.link.send('POST', `/api/circles/${steward.circle.id}/rounds`, { id, issuing, opensAt: plain.opensAt, closesAt: plain.closesAt });
	sure(await steward.circle.write({ kind: roundKinds.round, record: id, body: bodyOf({ ...plain, v: 1, issuing, key: '', secret: toText(new Uint8Array(16)) }), basedOn: undefined }));
	sure(await askForBallot(ana.link, await roundOf(ana, id)));
	const round = await roundOf(steward, id);
	for (const seed of [1, 2]) {
		const voter = await voterOf({ root: new Uint8Array(32).fill(seed) }, round);
		const signature = blindSigned(secret, await blinded({ issuing, message: voter.message, keys: voter.keys }));
		sure(await castBallot({ line: steward.line, round, voter, token: await unblinded({ issuing, message: voter.message, keys: voter.keys, signature }) }, voted));
	}
	await endRound(database.db, id, clock);

	const { count } = sure(await countBallots(ana.link, await roundOf(ana, id), []));

	expect(count).toMatchObject({ counted: 2, asked: 1, tooMany: true });
});

test('propositions are what members wrote, in the words of whoever translated them; only stewards take one out, with a reason that stays', async () => {
	const { id } = await begunRound(steward);
	const round = await roundOf(ana, id);
	sure(await propose(round, { text: ' Made up: release them. ', language: 'en' }));
	sure(await propose(await roundOf(ben, id), { text: 'Made up: of a workshop.', language: 'en', workshop: 'Workshop 3' }));
	const first = sure(await propositionsOf(round)).propositions[0]!;
	sure(await translate(await roundOf(ben, id), first, { language: 'ar', text: 'أفرجوا عنهم.' }));

	sure(await rule(await roundOf(eve, id), first, { stands: false, reason: 'I do not like it.' }));
	const after = sure(await propositionsOf(round)).propositions;
	const place = sure(await round.circle.read(await singleRecord(round.secret, 'ruling', first.id))).opened;
	if (!place.ok) throw place.trouble;
	sure(await rule(await roundOf(steward, id), { id: first.id, ruling: place }, { stands: false, reason: 'It names somebody.' }));
	const taken = sure(await propositionsOf(round)).propositions;
	sure(await rule(await roundOf(steward, id), taken[0]!, { stands: true, reason: 'The name is gone.' }));
	const back = sure(await propositionsOf(round)).propositions;
	const log = sure(await rulingsOf(round, back)).rulings;

	expect(after.map(({ text, workshop, takenOut }) => [text, workshop, takenOut])).toEqual([['Made up: release them.', null, undefined], ['Made up: of a workshop.', 'Workshop 3', undefined]]);
	expect([wordsIn(after[0]!, 'ar'), wordsIn(after[0]!, 'fr').text]).toEqual([{ text: 'أفرجوا عنهم.', language: 'ar', translated: true }, 'Made up: release them.']);
	expect([taken[0]?.takenOut, back[0]?.takenOut]).toEqual(['It names somebody.', undefined]);
	expect(log.map(({ stands, reason, by }) => [stands, reason, by]).sort()).toEqual([[false, 'It names somebody.', steward.who.account], [true, 'The name is gone.', steward.who.account]].sort());
});

test('a proposition that is too long, or by somebody who may not, is shown to nobody', async () => {
	const { id } = await begunRound(steward, { proposals: 'stewards' });
	const round = await roundOf(ana, id);
	sure(await propose(round, { text: 'Made up: by a member.', language: 'en' }));
	sure(await propose(await roundOf(steward, id), { text: 'Made up: by a steward.', language: 'en' }));
	sure(await propose(await roundOf(steward, id), { text: 'x'.repeat(longestProposition + 1), language: 'en' }));

	expect(sure(await propositionsOf(round)).propositions.map(({ text }) => text)).toEqual(['Made up: by a steward.']);
});

test('a round and its ballots are gone sixty days after its end, and not before', async () => {
	const id = await withBallots([ana]);
	await votes(ana, id, voted);
	const { kept_until } = await database.db.selectFrom('statement_round').select('kept_until').where('id', '=', id).executeTakeFirstOrThrow();
	const left = async (): Promise<number> => (await database.db.selectFrom('statement_ballot').select('key').where('round_id', '=', id).execute()).length;

	await forgetRounds(database.db, new Date(`${kept_until}T23:00:00Z`));
	const kept = await left();
	await forgetRounds(database.db, new Date(Date.parse(`${kept_until}T23:00:00Z`) + 86_400_000));

	expect([kept, await left()]).toEqual([1, 0]);
});
