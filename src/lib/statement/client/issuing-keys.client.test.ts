import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { sealLetter } from '#vault';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure } from '../../../../tests/desk-officers.ts';
import { asks, begunRound, castingOf, circleOf, endRound, roundOf, someRound, votes, type RoundMember } from '../../../../tests/rounds.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { blindSigned, newIssuingKey } from '#vault/blind';
import { randomId, toText, utf8 } from '#lib/vault/envelope.ts';
import { bodyOf, roundKinds, singleRecord } from '../round.ts';
import { castBallot } from './casting.ts';
import { countBallots } from './counting.ts';
import { issuingSecret, passIssuingKey } from './issuing-keys.ts';
import { letterKind, openRound, type OpenRound } from './rounds.ts';
import { askForBallot, giveBallots, issuingOf, standingOf } from './tokens.ts';

const clock = { now: new Date() };
const database: TestDatabase = await testDatabase(inject('postgres'));
const api: ApiServer = await startApi(database.address);
let steward: RoundMember;
let ana: RoundMember;
let ben: RoundMember;
let eve: RoundMember;

beforeEach(async () => {
	clock.now = new Date();
	const members = await circleOf(database.db, api.origin, { members: 4, clock });
	[steward, ana, ben, eve] = members as [RoundMember, RoundMember, RoundMember, RoundMember];
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

const standsAt = async (member: RoundMember, id: string): Promise<string> => sure(await standingOf(member.link, await roundOf(member, id))).standing.kind;

/** What a steward’s browser would seal to somebody, with whatever key they like. */
async function letterTo(from: RoundMember, { to, round, secret }: { readonly to: readonly RoundMember[]; readonly round: string; readonly secret: string }): Promise<string> {
	const header = { kind: letterKind, circle: from.circle.id, about: round, author: from.link.keys.account, at: clock.now.getTime() };
	const recipients = to.map(({ who }) => from.circle.cards.get(who.account)?.recipient ?? '');
	return toText(await sealLetter({ header, body: utf8(secret), recipients, signing: from.link.keys.signing }));
}

async function appointed(member: RoundMember): Promise<void> {
	sure(await sure(await steward.circle.refresh()).circle.makeSteward(member.who.account, true));
}

test('who becomes a steward after a round began gets its key from a steward’s browser, once, and then gives ballots that the server takes', async () => {
	const { id } = await begunRound(steward);
	await asks(ana, id);
	await appointed(ben);

	expect(await giveBallots(ben.link, await roundOf(ben, id))).toEqual({ ok: false, reason: 'not-a-steward' });
	expect(await passIssuingKey(steward.link, await roundOf(steward, id))).toEqual({ ok: true, passed: 1 });
	expect(await passIssuingKey(steward.link, await roundOf(steward, id))).toEqual({ ok: true, passed: 0 });
	expect(await giveBallots(ben.link, await roundOf(ben, id))).toEqual({ ok: true, given: 1 });

	expect(await standsAt(ana, id)).toBe('has');
	expect((await castBallot(await castingOf(ana, id), new Map([['aaaaaaaa', 1]]))).ok).toBe(true);
	// Nobody else got it, and the one who has it needs nobody to have it.
	expect(await issuingSecret(eve.link, await roundOf(eve, id))).toEqual({ ok: false, reason: 'not-a-steward' });
	await appointed(eve);
	expect(await passIssuingKey(ben.link, await roundOf(ben, id))).toEqual({ ok: true, passed: 1 });
	expect((await issuingSecret(eve.link, await roundOf(eve, id))).ok).toBe(true);
});

test('a member who passes on a key is not believed, and a steward who passes on another one is found out before a ballot is given with it', async () => {
	const { id } = await begunRound(steward);
	await asks(ana, id);
	await appointed(ben);
	const { secret } = await roundOf(eve, id);
	const foreign = (await newIssuingKey()).secret;
	const record = await singleRecord(secret, 'key', ben.who.account);
	const said = async (from: RoundMember) => bodyOf({ v: 1, round: id, account: ben.who.account, letter: await letterTo(from, { to: [ben], round: id, secret: foreign }) });
	const { written } = sure(await eve.circle.write({ kind: roundKinds.key, record, body: await said(eve), basedOn: undefined }));

	expect(await giveBallots(ben.link, await roundOf(ben, id))).toEqual({ ok: false, reason: 'not-a-steward' });
	sure(await sure(await steward.circle.refresh()).circle.write({ kind: roundKinds.key, record, body: await said(steward), basedOn: written }));

	expect(await giveBallots(ben.link, await roundOf(ben, id))).toEqual({ ok: false, reason: 'another-key' });
	expect(await standsAt(ana, id)).toBe('waits');
});

test('a steward who gives a member their ballot under another key, so as to know it again, is refused by the member’s browser', async () => {
	const { id } = await begunRound(steward);
	await asks(ana, id);
	const round = await roundOf(steward, id);
	const other = await newIssuingKey();
	// Small enough for any key: what counts is that a steward signed it.
	const signature = blindSigned(other.secret, toText(new Uint8Array(256).fill(1)));
	const issue = async (from: OpenRound) => from.circle.write({ kind: roundKinds.issue, record: await singleRecord(round.secret, 'issue', ana.who.account), body: bodyOf({ v: 1, round: id, account: ana.who.account, signature }), basedOn: undefined });
	sure(await issue(round));

	expect(await standsAt(ana, id)).toBe('another-key');
	await expect(castingOf(ana, id)).rejects.toThrow('No ballot: another-key.');
	// An honest browser of the same stewards gives the right one in its place.
	sure(await giveBallots(steward.link, await roundOf(steward, id)));
	expect(await standsAt(ana, id)).toBe('has');
});

test('a round that begins with a letter in which another key lies gives no ballots at all', async () => {
	await appointed(ben);
	const [named, sealed] = [await newIssuingKey(), await newIssuingKey()];
	const id = randomId();
	const { circle } = sure(await steward.circle.refresh());
	const body = bodyOf({ ...someRound(), languages: ['en', 'ar'], v: 1, issuing: named.issuing, key: await letterTo(steward, { to: [steward, ben], round: id, secret: sealed.secret }), secret: toText(new Uint8Array(16)) });
	sure(await circle.write({ kind: roundKinds.round, record: id, body, basedOn: undefined }));
	await asks(ana, id);

	expect(await giveBallots(ben.link, await roundOf(ben, id))).toEqual({ ok: false, reason: 'another-key' });
	expect(await standsAt(ana, id)).toBe('waits');
});

test('a server that showed a member the round under another key is found out by that member, by stewards, and by everybody who counts', async () => {
	const { id } = await begunRound(steward);
	const shown = sure(await openRound(sure(await ana.circle.refresh()).circle, id)).round;
	// What a steward and a server together showed to Ana alone: the same round, and a key of her own.
	sure(await askForBallot(ana.link, { ...shown, issuing: (await newIssuingKey()).issuing }));
	await asks(ben, id);

	expect(await giveBallots(steward.link, await roundOf(steward, id))).toEqual({ ok: true, given: 1 });
	expect(await standsAt(ana, id)).toBe('another-key');
	expect(await standsAt(ben, id)).toBe('has');
	expect(sure(await issuingOf(await roundOf(steward, id))).issuing).toMatchObject({ underAnother: 1, requests: [{ account: ben.who.account }] });
	await votes(ben, id, new Map());
	await endRound(database.db, id, clock);
	expect(sure(await countBallots(eve.link, await roundOf(eve, id), [])).count).toMatchObject({ underAnother: 1, counted: 1 });
});

test('a server that was told another key than the round names takes no ballot, and the member is told why', async () => {
	const { id } = await begunRound(steward);
	await asks(ana, id);
	sure(await giveBallots(steward.link, await roundOf(steward, id)));
	const casting = await castingOf(ana, id);
	await database.db.updateTable('statement_round').set({ issuing: (await newIssuingKey()).issuing }).where('id', '=', id).execute();

	expect(await castBallot(casting, new Map([['aaaaaaaa', 1]]))).toEqual({ ok: false, reason: 'another-key' });
});
