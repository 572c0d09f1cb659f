import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { someAnswers, sure, TestDesks, type DeskOfficer } from '../../../../tests/desk-officers.ts';
import { Clock } from '#lib/platform/clock/clock.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { totalsOf, type PaymentAct, type Totals } from '../award.ts';
import type { CallState } from '../call-log.ts';
import { shredDue } from '../server/index.ts';
import { budgetOf, countInTime, setBudget, spendingOf } from './budgets.ts';
import { handOver } from './handing.ts';
import { PayDesk } from './paying.ts';

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

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);

/** What the page of a call's money shows. */
async function totals(by: DeskOfficer, call: CallState): Promise<Totals> {
	const { lines } = sure(await by.desk.list(call));
	const { kept, lines: money } = sure(await spendingOf({ ...by, call }, lines));
	return totalsOf(money.filter(({ application }) => !kept.counted.has(application)), { currency: 'EUR', budget: kept.budget, spent: kept.spent });
}

async function granted(people: readonly [DeskOfficer, DeskOfficer], call: CallState, amountMinor: number): Promise<string> {
	const known = new Set(sure(await people[0].desk.list(call)).lines.map(({ application }) => application));
	await desks.awarded(people, { call, answers: someAnswers, on: '2026-11-30', region: 'africa', amountMinor });
	return sure(await people[0].desk.list(call)).lines.find(({ application }) => !known.has(application))!.application;
}

/** As if an application had ended so long ago that it is shredded in some days. */
async function shreddedIn(application: string, days: number): Promise<void> {
	const on = inDays(days);
	on.setUTCFullYear(on.getUTCFullYear() - 1);
	await database.db.updateTable('grant_application').set({ state: 'done', ended_on: on.toISOString().slice(0, 10) }).where('id', '=', application).execute();
}

const shred = (now: Date) => shredDue({ db: database.db, recall: api.house.recall, blobs: api.house.blobs, clock: new Clock({ clock: 'trusted' }) }, now);

test('what a call has spent does not shrink when retention deletes the applications, and nothing says whose it was', async () => {
	const { ana, ben, call } = await desks.three();
	const [first, second] = [await granted([ana, ben], call, 50_000), await granted([ana, ben], call, 7_000)];
	sure(await setBudget({ ...ana, call }, sure(await budgetOf({ ...ana, call })).kept, eur(1_000_000)));
	const before = await totals(ana, call);
	await shreddedIn(first, 10);

	await countInTime({ ...ben, call }, sure(await ben.desk.list(call)).lines);
	const counted = sure(await budgetOf({ ...ana, call })).kept;
	const meanwhile = [await totals(ben, call), await totals(ana, call)];
	const shredded = await shred(inDays(11));
	const listed = sure(await ana.desk.list(call)).lines.map(({ application }) => application);
	const after = await totals(ana, call);

	expect(before).toEqual({ committed: eur(57_000), paid: eur(0), left: eur(943_000) });
	expect([counted.spent, [...counted.counted]]).toEqual([[{ currency: 'EUR', committedMinor: 50_000, paidMinor: 0 }], [first]]);
	expect([meanwhile, shredded, listed]).toEqual([[before, before], 1, [second]]);
	expect([after, await totals(ben, call)]).toEqual([before, before]);
	expect(JSON.stringify(sure(await budgetOf({ ...ben, call })).kept.record?.body)).not.toContain(first);
});

test('of a closed application that is settled what was paid is counted at once, before the payers’ side is shredded', async () => {
	const { ana, ben, cem, call } = await desks.three();
	const pia = await desks.somebody({ name: 'Pia' });
	sure(await (await desks.again(ana)).circle.add({ account: pia.account, name: 'Pia' }));
	await desks.accepted(pia, ana.circle.id);
	const application = await granted([ana, ben], call, 50_000);
	const open = () => desks.open(ana, call, application);
	sure(await ana.desk.move({ call, opened: await open(), move: 'agree' }));
	sure(await handOver({ ...ana, call, opened: await open() }));
	const [his, hers] = [new PayDesk(cem.link, (await desks.again(cem)).circle), new PayDesk(pia.link(api.origin), sure(await pia.circles(api.origin).openCircle(ana.circle.id)).circle)];
	const [line] = sure(await his.list()).lines;
	sure(await his.takeIn({ call: line!.call, handed: line!.handed!, route: 'bank' }));
	const act = async (by: PayDesk, act: PaymentAct): Promise<void> => {
		const { opened } = sure(await by.open(line!.payment));
		sure(await by.act(opened, { what: 'act', instalment: opened.now.award.instalments[0]!.id, act }));
	};
	await act(his, { do: 'approve', by: cem.who.account });
	await act(hers, { do: 'approve', by: pia.account });
	await act(his, { do: 'send', amount: eur(50_000), rate: null, on: '2026-12-01' });
	await act(his, { do: 'confirm', amount: eur(50_000), on: '2026-12-02' });
	sure(await ana.desk.move({ call, opened: await open(), move: 'begin', mover: 'payer' }));
	sure(await ana.desk.note(call, await open(), { report: { kind: 'waived', by: ana.who.account, on: '2026-12-03', words: 'For safety.' } }));
	const early = await totals(ben, call).then(async () => sure(await budgetOf({ ...ana, call })).kept.spent);
	sure(await ana.desk.move({ call, opened: await open(), move: 'close' }));

	const closed = await totals(ana, call);

	expect(early).toEqual([]);
	expect(closed).toMatchObject({ committed: eur(50_000), paid: eur(50_000) });
	expect(sure(await budgetOf({ ...ben, call })).kept.spent).toEqual([{ currency: 'EUR', committedMinor: 50_000, paidMinor: 50_000 }]);
	await database.db.updateTable('grant_payment_letter').set({ sealed_letter: null, month: '2020-01-01' }).where('payment', '=', line!.payment).execute();
	expect(await totals(ben, call)).toEqual(closed);
});
