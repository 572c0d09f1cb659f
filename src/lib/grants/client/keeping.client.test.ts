import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newReceipt, type Receipt } from '#vault';
import { switchOn } from '#lib/notices/server/index.ts';
import { Clock } from '#lib/platform/clock/clock.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { fromText, randomId } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { someContent } from '../../../../tests/calls.ts';
import { somebody } from '../../../../tests/somebody.ts';
import { sure, TestDesks, type DeskOfficer } from '../../../../tests/desk-officers.ts';
import type { CallState } from '../call-log.ts';
import { deskCalls, shredDue, shreddingDays } from '../server/index.ts';
import { leaveNewCard } from './again.ts';
import { changeCall, inboxOf, publishCall } from './calls.ts';
import { watchCanary } from './canary.ts';
import { callKeeping, shredNow } from './keeping.ts';
import { openReceipt } from './opening.ts';
import { keysStanding, rekeyAll } from './rekeying.ts';
import { beginReissue, endReissue, finishReissue, reissueOf } from './reissuing.ts';
import { renewCall } from './renewing.ts';
import { objectToNewReceipt, withdrawApplication, writeToTeam } from './writing.ts';

let database: TestDatabase;
let api: ApiServer;
let desks: TestDesks;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	desks = new TestDesks(database.db, api.origin);
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

/** As if the card had come so many hours earlier. */
async function hoursPass(application: string, hours: number): Promise<void> {
	const rows = await database.db.selectFrom('grant_receipt_again').selectAll().where('application_id', '=', application).execute();
	for (const { number, asked_at } of rows) if (asked_at) await database.db.updateTable('grant_receipt_again').set({ asked_at: new Date(asked_at.getTime() - hours * 3_600_000) }).where('application_id', '=', application).where('number', '=', number).execute();
}

async function asked(officer: DeskOfficer, call: CallState, application: string): Promise<{ readonly fresh: Receipt; readonly link: string; readonly digits: string }> {
	const { secret } = sure(await beginReissue(officer.link, { circle: officer.circle, call, opened: await desks.open(officer, call, application) }, 'Your words are said to be lost.'));
	const fresh = await newReceipt();
	const left = sure(await leaveNewCard(desks.line(), { link: secret, receipt: fresh }));
	return { fresh, link: secret, digits: left.digits };
}

const finish = async (officer: DeskOfficer, call: CallState, application: string) => finishReissue(officer.link, { circle: officer.circle, call, opened: await desks.open(officer, call, application) }, sure(await reissueOf(officer.link, application)).reissue!);

test('new words take the place of lost ones after 72 hours, and not an hour before', async () => {
	const { ana, ben, slug, call } = await desks.three();
	const { receipt, application } = await desks.applied(slug);
	sure(await writeToTeam(desks.line(), await desks.receipt(receipt), { text: 'By the old words.', files: [] }));
	const { fresh, digits } = await asked(ana, call, application);

	const told = await desks.receipt(receipt);
	const before = await openReceipt(desks.line(), fresh);
	await hoursPass(application, 72);
	const early = await finish(ben, call, application);
	await hoursPass(application, 1);
	const standing = sure(await reissueOf(ben.link, application)).reissue;
	const done = await finish(ben, call, application);
	const opened = await desks.receipt(fresh);
	sure(await writeToTeam(desks.line(), opened, { text: 'By the new words.', files: [] }));
	const read = await desks.open(ana, call, application);

	expect([told.again?.until instanceof Date, told.thread.map((message) => message.ok && message.text)]).toEqual([true, ['By the old words.', 'Your words are said to be lost.']]);
	expect([before.ok, early, done]).toEqual([false, { ok: false, reason: 'too-early' }, { ok: true }]);
	expect([standing?.kind, standing?.digits]).toEqual(['card', digits]);
	expect(await openReceipt(desks.line(), receipt)).toEqual({ ok: false, reason: 'not-found' });
	expect([...opened.parts].map(([part, one]) => [part, one.ok])).toEqual([['core', true], ['identity', true], ['payee', true], ['references', true]]);
	expect(opened.again).toBeNull();
	// Who wrote what stays told apart and proven, by both papers.
	expect(read.troubles).toEqual([]);
	expect(read.messages.map(({ byApplicant, text }) => [byApplicant, text])).toEqual([[true, 'By the old words.'], [false, 'Your words are said to be lost.'], [true, 'By the new words.']]);
	expect((await desks.receipt(fresh)).thread.map((message) => message.ok && message.by)).toEqual(['applicant', 'team', 'applicant']);
});

test('the holder of the old words objects, and no time puts the new ones in force', async () => {
	const { ana, slug, call } = await desks.three();
	const { receipt, application } = await desks.applied(slug);
	const { fresh, link } = await asked(ana, call, application);

	expect(await objectToNewReceipt(desks.line(), await desks.receipt(receipt))).toEqual({ ok: true });
	await hoursPass(application, 100);
	const tried = await finish(ana, call, application);
	const standing = sure(await reissueOf(ana.link, application)).reissue;
	const again = await leaveNewCard(desks.line(), { link, receipt: fresh });

	expect([tried, standing?.kind, again]).toEqual([{ ok: false, reason: 'moved-on' }, 'stopped', { ok: false, reason: 'not-found' }]);
	expect((await desks.receipt(receipt)).again).toBeNull();
	expect((await openReceipt(desks.line(), fresh)).ok).toBe(false);
});

test('a link works for one card, an ended one for none, and a card that the server exchanged is not sealed to', async () => {
	const { ana, slug, call } = await desks.three();
	const { application } = await desks.applied(slug);
	const { link, fresh } = await asked(ana, call, application);
	const thief = await newReceipt();

	const second = await leaveNewCard(desks.line(), { link, receipt: thief });
	const same = await leaveNewCard(desks.line(), { link, receipt: fresh });
	const compared = sure(await reissueOf(ana.link, application)).reissue!;
	// A hostile server puts its own card in the place of the one that was compared.
	const other = await asked(ana, call, (await desks.applied(slug)).application);
	const card = (await database.db.selectFrom('grant_receipt_again').select('card').where('application_id', '!=', application).where('card', 'is not', null).orderBy('expires_at', 'desc').limit(1).executeTakeFirstOrThrow()).card;
	await database.db.updateTable('grant_receipt_again').set({ card }).where('application_id', '=', application).execute();
	await hoursPass(application, 100);
	const sealed = await finishReissue(ana.link, { circle: ana.circle, call, opened: await desks.open(ana, call, application) }, compared);
	sure(await endReissue(ana.link, application));
	const ended = await leaveNewCard(desks.line(), { link, receipt: fresh });

	expect([second, same.ok, other.digits === compared.digits]).toEqual([{ ok: false, reason: 'used' }, true, false]);
	expect([sealed, ended]).toEqual([{ ok: false, reason: 'moved-on' }, { ok: false, reason: 'not-found' }]);
});

test('a card that the call’s key did not attest is not believed, by the receipt’s page nor by the desk', async () => {
	const { ana, slug, call } = await desks.three();
	const { application } = await desks.applied(slug);
	const { fresh } = await asked(ana, call, application);
	await hoursPass(application, 100);
	sure(await finish(ana, call, application));
	const good = await openReceipt(desks.line(), fresh);

	await database.db.updateTable('grant_receipt_again').set({ attested_signature: Buffer.alloc(64, 1).toString('base64url') }).where('application_id', '=', application).execute();

	expect(good.ok).toBe(true);
	expect(await openReceipt(desks.line(), fresh)).toEqual({ ok: false, reason: 'broken' });
	await expect(ana.desk.open(call, application)).rejects.toMatchObject({ kind: 'foreign-key' });
});

test('after new words and a removal, the new words open what was sealed anew', async () => {
	const three = await desks.three();
	const { application } = await desks.applied(three.slug);
	const { fresh } = await asked(three.ana, three.call, application);
	await hoursPass(application, 100);
	sure(await finish(three.ana, three.call, application));
	sure(await three.ana.circle.remove(three.cem.who.account));
	const ana = await desks.again(three.ana);
	const { call } = await renewCall(ana.link, ana.circle, { call: three.call, open: () => Promise.resolve({ ok: false, reason: 'not-found' }) });

	sure(await rekeyAll(ana.link, { circle: ana.circle, core: ana.circle, call }));

	expect([...(await desks.receipt(fresh)).parts.values()].map(({ ok }) => ok)).toEqual([true, true, true, true]);
});

/** Everything that is kept of an application, by table. */
async function kept(application: string): Promise<Record<string, number>> {
	const count = async (table: 'grant_part' | 'grant_letter' | 'grant_message' | 'grant_file' | 'grant_receipt_again') => (await database.db.selectFrom(table).select('application_id').where('application_id', '=', application).execute()).length;
	return {
		parts: await count('grant_part'), letters: await count('grant_letter'), messages: await count('grant_message'), files: await count('grant_file'), again: await count('grant_receipt_again'),
		rows: (await database.db.selectFrom('grant_application').select('id').where('id', '=', application).execute()).length,
		case: (await database.db.selectFrom('circle_record').select('version').where('id', '=', application).execute()).length
	};
}

const nothing = { parts: 0, letters: 0, messages: 0, files: 0, again: 0, rows: 0, case: 0 };
const trusted = () => ({ db: database.db, recall: api.house.recall, blobs: api.house.blobs, clock: new Clock({ clock: 'trusted' }) });
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

test('what an applicant withdrew is gone after thirty days, with files, case and room, and one number is kept', async () => {
	const { ana, slug, call } = await desks.three();
	const [used] = [await database.db.selectFrom('circle').select('used_bytes').where('id', '=', ana.circle.id).executeTakeFirstOrThrow()];
	const { receipt, application } = await desks.applied(slug, { files: [{ name: 'paper.txt', content: new Blob(['Stamped on Monday.']) }] });
	const other = await desks.applied(slug);
	sure(await writeToTeam(desks.line(), await desks.receipt(receipt), { text: 'Take it back.', files: [] }));
	sure(await ana.desk.move({ call, opened: await desks.open(ana, call, application), move: 'acknowledge' }));
	await asked(ana, call, application);
	const before = await kept(application);
	const [{ blob_id }] = (await database.db.selectFrom('grant_file').select('blob_id').where('application_id', '=', application).execute()) as [{ blob_id: string }];
	sure(await withdrawApplication(desks.line(), await desks.receipt(receipt)));

	const told = sure(await callKeeping(ana.link, call)).value;
	const early = await shredDue(trusted(), inDays(29));
	const still = await kept(application);
	const done = await shredDue(trusted(), inDays(31));
	const later = sure(await callKeeping(ana.link, call)).value;
	const lines = sure(await ana.desk.list(call)).lines;
	const after = await database.db.selectFrom('circle').select('used_bytes').where('id', '=', ana.circle.id).executeTakeFirstOrThrow();

	expect(before).toEqual({ parts: 4, letters: 2, messages: 2, files: 1, again: 1, rows: 1, case: 1 });
	expect(told).toEqual({ applications: [{ application, on: inDays(30).toISOString().slice(0, 10), why: 'withdrawn' }], shredded: 0 });
	expect([early, still.parts, done]).toEqual([0, 4, 1]);
	expect(await kept(application)).toEqual(nothing);
	expect(await api.house.blobs.readPart(blob_id, 0)).toBeUndefined();
	expect([after.used_bytes, later]).toEqual([used.used_bytes, { applications: [], shredded: 1 }]);
	expect(lines.map((line) => line.application)).toEqual([other.application]);
});

test('officers shred at once what was withdrawn, and nothing that was not', async () => {
	const { ana, slug, call } = await desks.three();
	const { receipt, application } = await desks.applied(slug);

	const refused = await shredNow(ana.link, application);
	sure(await withdrawApplication(desks.line(), await desks.receipt(receipt)));
	const done = await shredNow(ana.link, application);

	expect([refused, done]).toEqual([{ ok: false, reason: 'moved-on' }, { ok: true }]);
	expect(await kept(application)).toEqual(nothing);
	expect(sure(await callKeeping(ana.link, call)).value.shredded).toBe(1);
});

test('a case that is done in an open call is kept as long as was promised; a clock that nobody keeps right destroys nothing', async () => {
	const { ana, slug, call } = await desks.three();
	const { application } = await desks.applied(slug);
	let opened = sure(await ana.desk.move({ call, opened: await desks.open(ana, call, application), move: 'acknowledge' })).opened;
	opened = sure(await ana.desk.move({ call, opened, move: 'refer' })).opened;
	opened = sure(await ana.desk.move({ call, opened, move: 'close' })).opened;

	const told = sure(await callKeeping(ana.link, call)).value.applications;
	const early = await shredDue(trusted(), inDays(360));
	const unsure = await shredDue({ ...trusted(), clock: new Clock({ clock: 'system' }, { run: () => Promise.resolve(undefined), exists: () => false }) }, inDays(370));
	const done = await shredDue(trusted(), inDays(370));

	expect(told).toMatchObject([{ application, why: 'time' }]);
	expect([opened.case.now.standing.state, early, unsure, done]).toEqual(['closed', 0, 0, 1]);
	expect(await kept(application)).toEqual(nothing);
});

test('officers and who pays are owed a notice a month, a week and a day before, and see it at their desk', async () => {
	const { ana, ben, slug, call } = await desks.three();
	const pia = await somebody(database.db, { name: 'Pia' });
	const payers = sure(await ana.who.circles(api.origin).foundCircle({ name: 'Payers', purpose: '' })).circle;
	const added = sure(await payers.add({ account: pia.account, name: 'Pia' })).circle;
	sure(await sure(await pia.circles(api.origin).openCircle(added.id)).circle.accept());
	const paid = `call-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
	sure(await publishCall(ana.link, ana.circle, { draft: { slug: paid, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inboxOf(ana.circle), identity: inboxOf(ana.circle), payee: inboxOf(sure(await added.refresh()).circle) } }));
	const { state } = sure(await ana.desk.call(paid));
	await database.db.insertInto('grant_payment_letter').values({ call_id: state.call, payment: randomId(), reader: 'payee', version: 1, epoch: 1, sealed_letter: Buffer.from('sealed') }).execute();
	await desks.applied(slug);
	for (const [one, act] of [[call, 'close'], [call, 'decide'], [state, 'close'], [state, 'decide']] as const) sure(await changeCall(ana.link, ana.circle, { call: sure(await ana.desk.call(one.slug)).state, act: { do: act } }));
	for (const { account } of [ben.who, pia]) await switchOn(api.house, account, { kind: 'push', endpoint: 'https://push.example.org/x' });
	const on = sure(await callKeeping(ana.link, call)).value.applications[0]?.on ?? '';
	const owed = async (days: number): Promise<string[]> => {
		await shredDue(trusted(), new Date(Date.parse(on) - days * 86_400_000 + 3_600_000));
		const rows = await database.db.updateTable('notice').set({ owed: false }).where('owed', '=', true).returning('account_id').execute();
		return [ben.who, pia].filter(({ account }) => rows.some(({ account_id }) => account_id === account)).map(({ name }) => name);
	};
	const before = [await owed(31), await owed(30), await owed(29), await owed(7), await owed(1)];
	const shown = async (days: number) => (await deskCalls(api.house, ben.who.account, new Date(Date.parse(on) - days * 86_400_000))).find((one) => one.slug === slug)?.shredded;
	const atDesk = [await shown(31), await shown(30), await shown(12), await shown(0)];
	const operator = (await shreddingDays(trusted())).filter((one) => [slug, paid].includes(one.slug)).map(({ days }) => days);
	const gone = await owed(0);

	expect(before).toEqual([[], ['Ben', 'Pia'], [], ['Ben', 'Pia'], ['Ben', 'Pia']]);
	expect(atDesk).toEqual([null, { on, count: 1 }, { on, count: 1 }, { on, count: 1 }]);
	expect(operator.toSorted((a, b) => (a[0]?.payments ?? 0) - (b[0]?.payments ?? 0))).toEqual([[{ on, applications: 1, payments: 0 }], [{ on, applications: 0, payments: 1 }]]);
	expect([gone, await shown(-1)]).toEqual([[], null]);
	expect(sure(await ben.desk.calls()).calls.find((one) => one.state.slug === slug)?.shredded).toBeNull();
});

test('each officer opens the canary of the day, which is in no list and no count', async () => {
	const { ana, ben, slug, call } = await desks.three();
	const watch = ({ link, circle }: DeskOfficer) => watchCanary({ link, line: desks.line(), circle, call });

	const [first, second] = await Promise.all([watch(ana), watch(ben)]);
	const third = await watch(ana);
	const rows = await database.db.selectFrom('grant_canary').select('call_id').where('call_id', '=', call.call).execute();

	expect([first, second, third]).toEqual([{ kind: 'opened' }, { kind: 'opened' }, { kind: 'opened' }]);
	expect(rows).toHaveLength(1);
	expect(sure(await ana.desk.list(call)).lines).toEqual([]);
	expect(sure(await ana.desk.calls()).calls.map(({ state, waiting }) => [state.slug, waiting])).toEqual([[slug, 0]]);
	expect(sure(await keysStanding(ana.link, ana.circle, call)).value).toEqual({ all: 0, behind: [] });
});

test('a canary that does not open, or a form that shows another call, is an alarm that the operator can count', async () => {
	const { ana, call } = await desks.three();
	const { slug: other } = await desks.three();
	const watch = (line = desks.line()) => watchCanary({ link: ana.link, line, circle: ana.circle, call });
	const counted = async () => Number(/^grants_canary_failures_total (\d+)/m.exec(await api.house.metrics.text())?.[1] ?? 0);
	const before = await counted();
	const line = desks.line();

	const shown = await watch({ ...line, ask: (asking) => line.ask({ ...asking, path: asking.path.replace(call.slug, other) }) });
	const good = await watch();
	const { sealed_application } = await database.db.selectFrom('grant_canary').select('sealed_application').where('call_id', '=', call.call).executeTakeFirstOrThrow();
	const text = Buffer.from(sealed_application).toString();
	// One byte of one part.
	const found = /"core":"([\w-]+)"/.exec(text)?.[1] ?? '';
	const altered = fromText(found) ?? new Uint8Array();
	altered[200] = (altered[200] ?? 0) ^ 1;
	await database.db.updateTable('grant_canary').set({ sealed_application: Buffer.from(text.replace(found, Buffer.from(altered).toString('base64url'))) }).where('call_id', '=', call.call).execute();
	const broken = await watch();

	expect([shown, good]).toEqual([{ kind: 'failed', at: 'form', why: 'another-call' }, { kind: 'opened' }]);
	expect(broken).toEqual({ kind: 'failed', at: 'opening', why: 'damaged' });
	expect((await counted()) - before).toBe(2);
});
