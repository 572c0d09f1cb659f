import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newReceipt } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { Clock } from '#lib/platform/clock/clock.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { randomId, toText } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { someContent } from '../../../../tests/calls.ts';
import { somebody, type Somebody } from '../../../../tests/somebody.ts';
import type { Determination, PaymentAct } from '../award.ts';
import type { CallState } from '../call-log.ts';
import { paymentBody, type Payment } from '../payment.ts';
import { fetchCall } from './call.ts';
import { shredDue } from '../server/index.ts';
import { changeCall, inboxOf, publishCall } from './calls.ts';
import { Desk, type OpenApplication } from './desk.ts';
import { budgetOf, setBudget } from './budgets.ts';
import { casesOf, handOver, lettersTo, moneyOf, openAward } from './handing.ts';
import { lineTo } from '#lib/circles/client/line.ts';
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

test('payers see how to pay and the amounts, and nothing of the situation; deciders see what came of it, and not how', async () => {
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

test('what fails is rerouted and approved anew by two, and a changed way to be paid needs a second person', async () => {
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

test('in one circle it works as well, and who decided still approves nothing', async () => {
	const all = await programme({ apart: false });
	const [pia, pol] = all.payers as [Worker, Worker];
	await granted(all);
	const { payment } = (await takenIn(pia)).now;

	expect(await acts(all.ana, payment, approve)).toEqual({ ok: false, reason: 'decided-it' });
	for (const who of [pia, pol]) expect(await acts(who, payment, approve)).toEqual({ ok: true });
	expect((await moneyNow(all))[0]?.instalments.map(({ state }) => state)).toEqual(['approved', 'planned']);
});

test('an approval that one person wrote in the name of another is found, and so is an award that nobody handed over', async () => {
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

test('nobody outside of the two circles reads or sends a letter about money, and an old one does not replace a newer', async () => {
	const all = await programme();
	const { ana, call, payers } = all;
	const [pia] = payers as [Worker];
	await granted(all);
	const { now } = await takenIn(pia);
	const stranger = (await somebody(database.db, { name: 'Eve' })).link(api.origin);
	const path = `/api/desk/calls/${call.call}/payments`;
	const letter = { to: 'core', version: 9, epoch: 1, letter: toText(new Uint8Array(await database.db.selectFrom('grant_payment_letter').select('sealed_letter').executeTakeFirstOrThrow().then(({ sealed_letter }) => sealed_letter ?? []))) };

	const reads = await Promise.all([stranger.ask(`${path}?to=payee`), pia.link.ask(`${path}?to=core`), ana.link.ask(`${path}?to=payee`), ana.link.ask(`${path}?to=core`)]);
	const sends = await Promise.all([stranger.send('POST', `${path}/${now.payment}`, letter), ana.link.send('POST', `${path}/${now.payment}`, letter), pia.link.send('POST', `${path}/${now.payment}`, { ...letter, to: 'payee' })]);

	expect(reads.map((one) => (one.ok ? 200 : one.status))).toEqual([404, 404, 404, 200]);
	expect(sends.map((one) => (one.ok ? 200 : one.status))).toEqual([404, 404, 404]);
	expect(await pia.link.send('POST', `${path}/${now.payment}`, letter)).toMatchObject({ ok: true });
	expect(await pia.link.send('POST', `${path}/${now.payment}`, { ...letter, version: 8 })).toMatchObject({ ok: false, status: 409 });
	// What lies there is the deciders' own award: it does not say what came of it, and that is shown.
	expect((await moneyNow(all))[0]?.trouble).toBeDefined();
});

test('the server cannot tell from what it keeps of payments which application was granted anything', async () => {
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

test('more letters than come at once are all read, and one alone where one is asked for', async () => {
	const { ana, call } = await programme();
	const ids = Array.from({ length: 450 }, () => randomId());
	await database.db.insertInto('grant_payment_letter').values(ids.map((payment) => ({ call_id: call.call, payment, reader: 'core' as const, version: 1, epoch: 1, sealed_letter: Buffer.from('sealed') }))).execute();

	const all = sure(await lettersTo(ana.link, { call, to: 'core' })).letters;
	const one = sure(await lettersTo(ana.link, { call, to: 'core', payment: ids[7] })).letters;

	expect(all.map(({ payment }) => payment).toSorted()).toEqual(ids.toSorted());
	expect(one.map(({ payment }) => payment)).toEqual([ids[7]]);
});

test('a budget is kept by its circle, and nothing is handed over before it was agreed', async () => {
	const all = await programme();
	const { ana, ben, call } = all;
	const desk = deskOf(ana);
	const early = sure(await desk.open(call, all.application)).opened;
	const tooEarly = await handOver({ ...ana, desk, call, opened: early });

	const none = sure(await budgetOf({ ...ana, call })).kept;
	sure(await setBudget({ ...ana, call }, none, eur(1_000_000)));
	const raced = await setBudget({ ...ben, call }, none, eur(5));

	expect(tooEarly).toEqual({ ok: false, reason: 'not-from-here' });
	expect([none.budget, sure(await budgetOf({ ...ben, call })).kept.budget, raced]).toEqual([null, eur(1_000_000), { ok: false, reason: 'moved-on' }]);
});

const trusted = () => ({ db: database.db, recall: api.house.recall, blobs: api.house.blobs, clock: new Clock({ clock: 'trusted' }) });
const inMonths = (months: number): Date => new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + months, 1, 12));

/** All that the keys of somebody who pays open of the whole database, as text. */
async function opensWith({ circle, link }: Worker, call: CallState): Promise<string> {
	const { db } = database;
	const texts: unknown[] = [];
	for (const { id } of await db.selectFrom('circle_record').select('id').distinct().where('circle_id', '=', circle.id).execute()) texts.push(sure(await circle.versions(id)).versions);
	for (const { sealed_letter, ...letter } of await db.selectFrom('grant_payment_letter').selectAll().where('reader', '=', 'payee').execute()) {
		if (sealed_letter === null || letter.call_id !== call.call) continue;
		const handed = await openAward(circle, call, { ...letter, letter: new Uint8Array(sealed_letter), shreddedOn: null });
		texts.push(handed);
		if ((await db.selectFrom('grant_application').select('id').where('id', '=', handed.application).execute()).length > 0) texts.push(sure(await new PayDesk(link, circle).payeeOf({ call, now: { application: handed.application } as Payment })).answers);
	}
	return JSON.stringify(texts);
}

/** Paid in another way than was written, with words in every field that payers have. */
async function paidWithWords(all: Programme): Promise<string> {
	const [pia, pol] = all.payers as [Worker, Worker];
	await granted(all);
	const { payment } = (await takenIn(pia)).now;
	const opened = async (by: Worker) => sure(await payDeskOf(by).open(payment)).opened;
	sure(await payDeskOf(pia).act(await opened(pia), { what: 'change-payee', words: 'By the cousin in the harbour', checked: 'Asked her sister' }));
	sure(await payDeskOf(pol).act(await opened(pol), { what: 'confirm-payee' }));
	for (const which of [0, 1]) {
		await acts(pia, payment, { do: 'reroute', route: 'cash-partner', payee: 2 }, which);
		for (const who of [pia, pol]) await acts(who, payment, approve, which);
	}
	await acts(pia, payment, send);
	await acts(pia, payment, { do: 'fail', on: '2026-12-02', why: 'The cousin had left' });
	return payment;
}

const confided = ['market', 'harbour', 'sister', 'had left'];

test('when the time of a call is over, the keys of who pays and the whole database open no payee of it', async () => {
	const all = await programme();
	const { ana, call, application } = all;
	const [pia] = all.payers as [Worker];
	const payment = await paidWithWords(all);
	const other = await programme();
	await granted(other);
	sure(await changeCall(ana.link, ana.circle, { call, act: { do: 'close' } }));
	sure(await changeCall(ana.link, ana.circle, { call: sure(await deskOf(ana).call(all.slug)).state, act: { do: 'decide' } }));
	const before = await opensWith(pia, call);
	const told = sure(await payDeskOf(pia).list()).lines.map(({ shreddedOn }) => shreddedOn);
	const day = told[0] ?? '';

	await shredDue(trusted(), new Date(Date.parse(day) - 1000));
	const still = await opensWith(pia, call);
	const unsure = await shredDue({ ...trusted(), clock: new Clock({ clock: 'system' }, { run: () => Promise.resolve(undefined), exists: () => false }) }, new Date(day));
	const kept = await opensWith(pia, call);
	await shredDue(trusted(), new Date(day));
	const after = await opensWith(pia, call);

	for (const words of [...confided, application, 'cash-partner']) expect([before, still, kept].map((text) => text.includes(words))).toEqual([true, true, true]);
	expect(Date.parse(day)).toBeGreaterThan(inMonths(11).getTime());
	expect([told.length, unsure]).toEqual([1, 0]);
	for (const words of [...confided, application, payment, 'cash-partner', '4300000']) expect(after).not.toContain(words);
	expect(await database.db.selectFrom('grant_payment_letter').select('payment').where('call_id', '=', call.call).execute()).toEqual([]);
	expect(sure(await payDeskOf(pia).list()).lines).toEqual([]);
	expect(await payDeskOf(pia).open(payment)).toEqual({ ok: false, reason: 'not-found' });
	// What is of another call, also of the same payers' server, stays.
	expect(await opensWith(other.payers[0] as Worker, other.call)).toContain(other.application);
});

test('of an always open call a payment goes by itself: settled, as long as was promised; else a year after the last that happened', async () => {
	const all = await programme();
	const { ana, call } = all;
	const [pia, pol] = all.payers as [Worker, Worker];
	const payment = await paidWithWords(all);
	const early = await shredDue(trusted(), inMonths(12));
	const open = await opensWith(pia, call);
	const openUntil = sure(await payDeskOf(pia).open(payment)).opened.shreddedOn;
	// As if it had come years before: whoever keeps it for longer begins the time anew.
	await database.db.updateTable('grant_payment_letter').set({ month: '2020-01-01' }).where('payment', '=', payment).execute();
	const old = sure(await payDeskOf(pia).open(payment)).opened;
	sure(await payDeskOf(pia).keepLonger(old));
	const again = sure(await payDeskOf(pia).open(payment)).opened.shreddedOn;
	for (const which of [0, 1]) {
		await acts(pol, payment, { do: 'cancel' }, which);
	}
	const settled = await database.db.selectFrom('grant_payment_letter').select(['reader', 'settled']).where('payment', '=', payment).orderBy('reader').execute();

	await shredDue(trusted(), inMonths(13));
	const after = await opensWith(pia, call);
	const [money] = await moneyNow(all);
	const opened = sure(await deskOf(ana).open(call, all.application)).opened;
	const handedAgain = await handOver({ ...ana, desk: deskOf(ana), call, opened });
	const records = await database.db.selectFrom('circle_record').select('id').where('kind', '=', 'grant-payment').where('circle_id', '=', pia.circle.id).execute();

	expect([early, old.shreddedOn, again === openUntil, openUntil]).toEqual([0, '2021-02-01', true, inMonths(13).toISOString().slice(0, 10)]);
	for (const words of confided) expect(open).toContain(words);
	expect(settled).toEqual([{ reader: 'core', settled: true }, { reader: 'payee', settled: false }]);
	for (const words of confided) expect(after).not.toContain(words);
	expect(records).toEqual([]);
	// The deciders are told so, and it cannot be paid a second time.
	expect([money?.shredded, money?.application]).toEqual([true, all.application]);
	expect(handedAgain).toEqual({ ok: false, reason: 'moved-on' });
});

test('a letter under the id of a paper cannot make the server delete that paper', async () => {
	const all = await programme({ apart: false });
	const { ana, call } = all;
	const paper = sure(await ana.circle.write({ kind: 'paper', body: { v: 1, title: 'Minutes', text: 'Of Monday' } })).written.record;
	await granted(all);
	const [row] = await database.db.selectFrom('grant_payment_letter').selectAll().where('call_id', '=', call.call).execute();
	if (row === undefined) throw new Error('nothing was handed over');
	await database.db.insertInto('grant_payment_letter').values({ ...row, payment: paper, month: '2020-01-01' }).execute();

	await shredDue(trusted(), new Date());

	expect((await ana.circle.versions(paper)).ok).toBe(true);
	expect(await database.db.selectFrom('grant_payment_letter').select(['payment', 'sealed_letter']).where('payment', '=', paper).execute()).toEqual([{ payment: paper, sealed_letter: null }]);
});
