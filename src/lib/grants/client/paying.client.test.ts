import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newReceipt } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { randomId, toText } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { someContent } from '../../../../tests/calls.ts';
import { somebody, type Somebody } from '../../../../tests/somebody.ts';
import type { Determination, PaymentAct } from '../award.ts';
import type { CallState } from '../call-log.ts';
import { paymentBody } from '../payment.ts';
import { fetchCall } from './call.ts';
import { inboxOf, publishCall } from './calls.ts';
import { Desk, type OpenApplication } from './desk.ts';
import { budgetOf, casesOf, handOver, lettersTo, moneyOf, setBudget } from './handing.ts';
import { lineTo } from './line.ts';
import { PayDesk, type OpenPayment } from './paying.ts';
import { sealApplication } from './sealing.ts';
import { parcelOf, sendParcel } from './sending.ts';

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

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

interface Worker {
	readonly who: Somebody;
	readonly link: Link;
	readonly circle: OpenCircle;
}

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const line = () => lineTo(api.origin, { origin: api.origin });

/** People in one new circle, all of whom have accepted. */
async function circleOf(name: string, people: readonly Somebody[]): Promise<Worker[]> {
	const [first, ...others] = people;
	if (first === undefined) return [];
	let circle = sure(await first.circles(api.origin).foundCircle({ name, purpose: '' })).circle;
	const workers: Worker[] = [];
	for (const who of others) {
		({ circle } = sure(await circle.add({ account: who.account, name: who.name })));
		workers.push({ who, link: who.link(api.origin), circle: sure(await sure(await who.circles(api.origin).openCircle(circle.id)).circle.accept()).circle });
	}
	return Promise.all([{ who: first, link: first.link(api.origin), circle }, ...workers].map(async (one) => ({ ...one, circle: sure(await one.circle.refresh()).circle })));
}

interface Programme {
	readonly ana: Worker;
	readonly ben: Worker;
	readonly payers: readonly Worker[];
	readonly call: CallState;
	readonly application: string;
	readonly slug: string;
}

/** Two who decide and three who pay, in circles apart or in one; and one application to their call. */
async function programme({ apart = true } = {}): Promise<Programme> {
	const people = await Promise.all(['Ana', 'Ben', 'Pia', 'Pol', 'Pam'].map((name) => somebody(database.db, { name })));
	const [anaHerself, benHimself, ...paying] = people as [Somebody, Somebody, ...Somebody[]];
	// Whoever publishes is in every circle that reads.
	const publisher = await somebody(database.db, { name: 'Publisher' });
	const deciders = await circleOf('Deciders', apart ? [publisher, anaHerself, benHimself] : [publisher, ...people]);
	const payers = apart ? await circleOf('Payers', [publisher, ...paying]) : deciders;
	const [core, payee] = [deciders[0] as Worker, payers[0] as Worker];
	const slug = `call-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
	sure(await publishCall(core.link, core.circle, { draft: { slug, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inboxOf(core.circle), identity: inboxOf(core.circle), payee: inboxOf(payee.circle) } }));
	const receipt = await newReceipt();
	const { state: call } = sure(await fetchCall(line(), slug, undefined)).call;
	const answers = { situation: { kind: 'text', text: 'Made up: they came on Tuesday.' }, kind: { kind: 'choices', chosen: ['legal'] }, account: { kind: 'text', text: 'By hand, at the market' } } as const;
	const whole = await sealApplication({ call, language: 'en', role: 'self', answers, files: {}, receipt, second: null, now: new Date() });
	expect(await sendParcel(line(), await parcelOf(whole, { slug, late: undefined, receipt }))).toEqual({ ok: true });
	const of = (who: Somebody, from: readonly Worker[]): Worker => from.find((one) => one.who === who) as Worker;
	return { ana: of(anaHerself, deciders), ben: of(benHimself, deciders), payers: paying.map((who) => of(who, payers)), call, application: whole.application, slug };
}

const deskOf = ({ link, circle }: Worker): Desk => new Desk(link, circle);
const payDeskOf = ({ link, circle }: Worker): PayDesk => new PayDesk(link, circle);

/** Awarded by two, agreed, and handed over. */
async function granted({ ana, ben, call, application }: Programme, { handing = true } = {}): Promise<OpenApplication> {
	const desk = deskOf(ana);
	let opened = sure(await desk.open(call, application)).opened;
	opened = sure(await desk.move({ call, opened, move: 'acknowledge' })).opened;
	opened = sure(await desk.move({ call, opened, move: 'conclude' })).opened;
	const award: Determination = {
		requested: { amountMinor: 9_000_000, currency: 'KES' }, rate: { from: 'KES', to: 'EUR', rate: '0.0067', source: 'the bank', on: '2026-11-20' },
		awarded: eur(50_000), region: 'africa', on: null, deciders: [], plan: [{ id: randomId(), amount: eur(30_000), due: null }, { id: randomId(), amount: eur(20_000), due: '2027-02-01' }], payment: null
	};
	opened = sure(await desk.move({ call, opened, move: 'award', mover: 'decider', change: { reason: 'fits', award } })).opened;
	const second = deskOf(ben);
	const his = sure(await second.open(call, application)).opened;
	const agreed = { ...(his.case.now.award as Determination), on: '2026-11-30', deciders: [ana.who.account, ben.who.account] };
	sure(await second.move({ call, opened: his, move: 'award', mover: 'decider', change: { award: agreed } }));
	opened = sure(await desk.move({ call, opened: sure(await desk.open(call, application)).opened, move: 'agree' })).opened;
	return handing ? sure(await handOver({ ...ana, desk, call, opened })).opened : opened;
}

async function takenIn(by: Worker): Promise<OpenPayment> {
	const desk = payDeskOf(by);
	const [only] = sure(await desk.list()).lines;
	if (only?.handed === undefined) throw new Error('nothing was handed over');
	sure(await desk.takeIn({ call: only.call, handed: only.handed, route: 'bank' }));
	return sure(await desk.open(only.payment)).opened;
}

/** One act on one instalment, by somebody who opens it anew. */
async function acts(by: Worker, payment: string, act: PaymentAct | { readonly do: 'approve-mine' }, which = 0): Promise<unknown> {
	const desk = payDeskOf(by);
	const { opened } = sure(await desk.open(payment));
	const instalment = opened.now.award.instalments[which]?.id ?? '';
	return desk.act(opened, { what: 'act', instalment, act: act.do === 'approve-mine' ? { do: 'approve', by: by.who.account } : act });
}

const approve = { do: 'approve-mine' } as const;
const send: PaymentAct = { do: 'send', amount: { amountMinor: 4_300_000, currency: 'KES' }, rate: { from: 'EUR', to: 'KES', rate: '144.1', source: 'the bank', on: '2026-12-01' }, on: '2026-12-01' };

async function moneyNow({ ana, call }: Programme) {
	const { lines } = sure(await deskOf(ana).list(call));
	return sure(await moneyOf({ ...ana, call }, casesOf(lines))).lines;
}

test('payers see how to pay and the amounts, and nothing of the situation; deciders see what came of it, and not how', { timeout: 240_000 }, async () => {
	const all = await programme();
	const { payers, call, application } = all;
	const [pia, pol] = payers as [Worker, Worker];
	await granted(all);

	const opened = await takenIn(pia);
	const payee = sure(await payDeskOf(pia).payeeOf(opened));
	expect(payee.answers).toEqual({ account: { kind: 'text', text: 'By hand, at the market' } });
	expect(JSON.stringify(paymentBody(opened.now))).not.toContain('Tuesday');
	expect(opened.now.award).toMatchObject({ requested: null, awarded: eur(50_000), instalments: [{ amount: eur(30_000), state: 'planned' }, { amount: eur(20_000), due: '2027-02-01' }] });
	await expect(deskOf(pia).open(call, application)).rejects.toThrow();
	expect(await acts(pia, opened.now.payment, approve)).toEqual({ ok: true });
	expect(await acts(pia, opened.now.payment, approve)).toEqual({ ok: false, reason: 'approved-already' });
	expect(await acts(pol, opened.now.payment, approve)).toEqual({ ok: true });
	expect(await acts(pol, opened.now.payment, send)).toEqual({ ok: true });

	const [money] = await moneyNow(all);
	expect(money).toMatchObject({ application, trouble: undefined, instalments: [{ state: 'sent', sent: { amount: { amountMinor: 4_300_000, currency: 'KES' }, on: '2026-12-01' } }, { state: 'planned' }] });
	expect(Object.keys(money?.instalments[0] ?? {}).toSorted()).toEqual(['amount', 'due', 'id', 'received', 'sent', 'state']);
});

test('what fails is rerouted and approved anew by two, and a changed way to be paid needs a second person', { timeout: 240_000 }, async () => {
	const all = await programme();
	const [pia, pol, pam] = all.payers as [Worker, Worker, Worker];
	await granted(all);
	const { payment } = (await takenIn(pia)).now;
	for (const who of [pia, pol]) await acts(who, payment, approve);
	await acts(pia, payment, send);
	await acts(pia, payment, { do: 'fail', on: '2026-12-02', why: 'Sent back.' });
	const reopened = async (by: Worker): Promise<OpenPayment> => sure(await payDeskOf(by).open(payment)).opened;

	expect(await payDeskOf(pia).act(await reopened(pia), { what: 'change-payee', words: 'Mobile money, another number', checked: 'Asked in a call' })).toEqual({ ok: true });
	expect(await payDeskOf(pia).act(await reopened(pia), { what: 'confirm-payee' })).toEqual({ ok: false, reason: 'needs-another-person' });
	expect(await acts(pia, payment, { do: 'reroute', route: 'mobile-money', payee: 2 })).toEqual({ ok: false, reason: 'payee-changed' });
	expect(await payDeskOf(pol).act(await reopened(pol), { what: 'confirm-payee' })).toEqual({ ok: true });
	expect(await acts(pol, payment, { do: 'reroute', route: 'mobile-money', payee: 2 })).toEqual({ ok: true });
	expect(await acts(pam, payment, send)).toEqual({ ok: false, reason: 'not-from-here' });
	for (const who of [pol, pam]) expect(await acts(who, payment, approve)).toEqual({ ok: true });
	// The other instalment was planned for the old way.
	expect(await acts(pam, payment, approve, 1)).toEqual({ ok: false, reason: 'payee-changed' });
	expect(await acts(pam, payment, send)).toEqual({ ok: true });
	expect(await acts(pam, payment, { do: 'confirm', amount: { amountMinor: 4_290_000, currency: 'KES' }, on: '2026-12-04' })).toEqual({ ok: true });

	expect((await moneyNow(all))[0]?.instalments[0]).toMatchObject({ state: 'confirmed', received: { amount: { amountMinor: 4_290_000 } } });
	expect((await reopened(pia)).history.map(({ now }) => (now.did.what === 'act' ? now.did.act.do : now.did.what))).toEqual(['take-in', 'approve', 'approve', 'send', 'fail', 'change-payee', 'confirm-payee', 'reroute', 'approve', 'approve', 'send', 'confirm']);
});

test('in one circle it works as well, and who decided still approves nothing', { timeout: 240_000 }, async () => {
	const all = await programme({ apart: false });
	const [pia, pol] = all.payers as [Worker, Worker];
	await granted(all);
	const { payment } = (await takenIn(pia)).now;

	expect(await acts(all.ana, payment, approve)).toEqual({ ok: false, reason: 'decided-it' });
	for (const who of [pia, pol]) expect(await acts(who, payment, approve)).toEqual({ ok: true });
	expect((await moneyNow(all))[0]?.instalments.map(({ state }) => state)).toEqual(['approved', 'planned']);
});

test('an approval that one person wrote in the name of another is found, and so is an award that nobody handed over', { timeout: 240_000 }, async () => {
	const all = await programme();
	const [pia, pol] = all.payers as [Worker, Worker];
	await granted(all);
	const opened = await takenIn(pia);
	const [first, ...others] = opened.now.award.instalments;
	if (first === undefined) throw new Error('no instalment');
	const forged = { ...opened.now, award: { ...opened.now.award, instalments: [{ ...first, state: 'approved' as const, approvals: [pia.who.account, pol.who.account] }, ...others] }, did: { what: 'act' as const, instalment: first.id, act: { do: 'approve' as const, by: pol.who.account } } };
	sure(await pia.circle.write({ kind: 'grant-payment', record: opened.now.payment, body: paymentBody(forged), basedOn: opened.record }));

	await expect(payDeskOf(pol).open(opened.now.payment)).rejects.toMatchObject({ kind: 'against-the-rules' });

	const invented = { ...opened.now, payment: randomId() };
	sure(await pia.circle.write({ kind: 'grant-payment', record: invented.payment, body: paymentBody(invented) }));
	await expect(payDeskOf(pol).open(invented.payment)).rejects.toMatchObject({ kind: 'foreign-key' });
});

test('nobody outside of the two circles reads or sends a letter about money, and an old one does not replace a newer', { timeout: 240_000 }, async () => {
	const all = await programme();
	const { ana, call, payers } = all;
	const [pia] = payers as [Worker];
	await granted(all);
	const { now } = await takenIn(pia);
	const stranger = (await somebody(database.db, { name: 'Eve' })).link(api.origin);
	const path = `/api/desk/calls/${call.call}/payments`;
	const letter = { to: 'core', version: 9, epoch: 1, letter: toText(new Uint8Array(await database.db.selectFrom('grant_payment_letter').select('sealed_letter').executeTakeFirstOrThrow().then(({ sealed_letter }) => sealed_letter))) };

	const reads = await Promise.all([stranger.ask(`${path}?to=payee`), pia.link.ask(`${path}?to=core`), ana.link.ask(`${path}?to=payee`), ana.link.ask(`${path}?to=core`)]);
	const sends = await Promise.all([stranger.send('POST', `${path}/${now.payment}`, letter), ana.link.send('POST', `${path}/${now.payment}`, letter), pia.link.send('POST', `${path}/${now.payment}`, { ...letter, to: 'payee' })]);

	expect(reads.map((one) => (one.ok ? 200 : one.status))).toEqual([404, 404, 404, 200]);
	expect(sends.map((one) => (one.ok ? 200 : one.status))).toEqual([404, 404, 404]);
	expect(await pia.link.send('POST', `${path}/${now.payment}`, letter)).toMatchObject({ ok: true });
	expect(await pia.link.send('POST', `${path}/${now.payment}`, { ...letter, version: 8 })).toMatchObject({ ok: false, status: 409 });
	// What lies there is the deciders' own award: it does not say what came of it, and that is shown.
	expect((await moneyNow(all))[0]?.trouble).toBeDefined();
});

test('the server cannot tell from what it keeps of payments which application was granted anything', { timeout: 240_000 }, async () => {
	const all = await programme();
	const [pia, pol] = all.payers as [Worker, Worker];
	await granted(all);
	const { now } = await takenIn(pia);
	for (const who of [pia, pol]) await acts(who, now.payment, approve);

	const letters = await database.db.selectFrom('grant_payment_letter').selectAll().where('call_id', '=', all.call.call).execute();
	const records = await database.db.selectFrom('circle_record').selectAll().where('kind', 'in', ['grant-payment', 'grant-case']).execute();

	expect(letters).toHaveLength(2);
	expect(JSON.stringify(letters.map((letter) => ({ ...letter, sealed_letter: null })))).not.toContain(all.application);
	expect(JSON.stringify(records.filter(({ kind }) => kind === 'grant-payment'))).not.toContain(all.application);
	expect(JSON.stringify(records.filter(({ kind }) => kind === 'grant-case'))).toContain(all.application);
});

test('more letters than come at once are all read, and one alone where one is asked for', { timeout: 240_000 }, async () => {
	const { ana, call } = await programme();
	const ids = Array.from({ length: 450 }, () => randomId());
	await database.db.insertInto('grant_payment_letter').values(ids.map((payment) => ({ call_id: call.call, payment, reader: 'core' as const, version: 1, epoch: 1, sealed_letter: Buffer.from('sealed') }))).execute();

	const all = sure(await lettersTo(ana.link, { call, to: 'core' })).letters;
	const one = sure(await lettersTo(ana.link, { call, to: 'core', payment: ids[7] })).letters;

	expect(all.map(({ payment }) => payment).toSorted()).toEqual(ids.toSorted());
	expect(one.map(({ payment }) => payment)).toEqual([ids[7]]);
});

test('a budget is kept by its circle, and nothing is handed over before it was agreed', { timeout: 240_000 }, async () => {
	const all = await programme();
	const { ana, ben, call } = all;
	const desk = deskOf(ana);
	const early = sure(await desk.open(call, all.application)).opened;
	const tooEarly = await handOver({ ...ana, desk, call, opened: early });

	const none = sure(await budgetOf(ana.circle, call));
	sure(await setBudget(ana.circle, { call, budget: eur(1_000_000), basedOn: none.record }));
	const raced = await setBudget(ben.circle, { call, budget: eur(5), basedOn: none.record });

	expect(tooEarly).toEqual({ ok: false, reason: 'not-from-here' });
	expect([none.budget, sure(await budgetOf(ben.circle, call)).budget, raced]).toEqual([null, eur(1_000_000), { ok: false, reason: 'moved-on' }]);
});
