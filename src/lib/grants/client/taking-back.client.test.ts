import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { sure, TestDesks, type DeskOfficer } from '../../../../tests/desk-officers.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import type { CallState } from '../call-log.ts';
import { inviteReviewer, openReviews, takeBackConflict, takeRole, type Reviewer } from './reviewers.ts';
import { accountCard, declare, openForReview, reviewTasks } from './reviewing.ts';

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

async function seen(officer: DeskOfficer, call: CallState, application: string): Promise<readonly Reviewer[]> {
	return sure(await openReviews({ ...officer, opened: await desks.open(officer, call, application) })).reviews.reviewers;
}

test('a conflict that was declared by mistake is taken back, signed, for colleagues to see, and not once somebody has worked on the application', async () => {
	const { ana, ben, slug, call } = await desks.three();
	const [application, other] = [(await desks.applied(slug)).application, (await desks.applied(slug)).application];
	for (const one of [application, other]) sure(await ben.desk.move({ call, opened: await desks.open(ben, call, one), move: 'acknowledge' }));
	sure(await takeRole(ana.link, application, 'looks'));
	for (const one of [application, other]) sure(await takeRole(ana.link, one, 'conflict'));
	sure(await ben.desk.move({ call, opened: await desks.open(ben, call, other), move: 'verify' }));

	const path = `/api/reviews/${application}/declaration`;
	const unsigned = await ana.link.send('DELETE', path, { signature: 'A'.repeat(86) });
	const bens = await takeBackConflict(ben.link, application);
	const late = await takeBackConflict(ana.link, other);
	sure(await takeBackConflict(ana.link, application));
	sure(await takeBackConflict(ana.link, application));

	expect([unsigned, bens, late]).toMatchObject([{ ok: false, reason: 'malformed' }, { ok: false, reason: 'not-found' }, { ok: false, reason: 'moved-on' }]);
	expect((await seen(ben, call, application)).map(({ account, state, tookBack }) => [account, state, tookBack])).toEqual([[ana.who.account, 'looks', true]]);
	// She is what she was: whoever has looked writes no review.
	expect(await takeRole(ana.link, application, 'ready')).toEqual({ ok: false, reason: 'moved-on' });
	expect([(await desks.open(ana, call, application)).case.now.standing.state, await ana.desk.open(call, other)]).toEqual(['triage', { ok: false, reason: 'conflict' }]);
	expect(await database.db.selectFrom('audit_entry').select(['actor', 'subject']).where('action', '=', 'grants.conflict-back').execute()).toEqual([{ actor: ana.who.account, subject: call.call }]);
	// A server that says so in her name is not believed.
	await database.db.updateTable('grant_reviewer').set({ state: 'looks', taken_back: 'A'.repeat(86) }).where('application_id', '=', other).execute();
	expect((await seen(ben, call, other)).map(({ state, tookBack }) => [state, tookBack])).toEqual([['forged', false]]);
});

test('somebody from outside who took a conflict back reads nothing before the officers have invited them anew', async () => {
	const { ana, slug, call } = await desks.three();
	const { application } = await desks.applied(slug);
	const rosa = await desks.somebody({ name: 'Rosa', role: 'member' });
	const link = rosa.link(api.origin);
	const invites = async () => inviteReviewer({ ...ana, call, opened: await desks.open(ana, call, application) }, { card: (await accountCard(ana.link, rosa.account))!, name: 'Rosa', words: '', dueOn: null, parts: [] });
	const task = async () => sure(await reviewTasks(link)).tasks[0]!;
	sure(await invites());
	const invited = await task();
	sure(await declare(link, invited, true));

	sure(await takeBackConflict(link, application));
	const between = [(await task()).state, (await openForReview(link, invited)).ok, (await declare(link, invited, false)).ok];
	sure(await invites());
	sure(await declare(link, await task(), false));

	expect(between).toEqual(['ended', false, false]);
	expect((await openForReview(link, await task())).ok).toBe(true);
	expect((await seen(ana, call, application)).map(({ name, state, tookBack }) => [name, state, tookBack])).toEqual([['Rosa', 'ready', true]]);
});
