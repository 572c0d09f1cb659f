import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newReceipt, type Receipt } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { randomId } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { inEnglish, someContent, someDeadline } from '../../../../tests/calls.ts';
import { somebody, type Somebody } from '../../../../tests/somebody.ts';
import { mostAtOnce } from '../application.ts';
import type { Determination } from '../award.ts';
import type { CallState } from '../call-log.ts';
import { callOf, newEdited } from '../call-editing.ts';
import { caseBody, readCase } from '../case.ts';
import type { Answers } from '../form.ts';
import { openAttached } from './attached.ts';
import { fetchCall } from './call.ts';
import { callSecret, changeCall, inboxOf, publishCall, readDraft, saveDraft } from './calls.ts';
import { Desk, type OpenApplication } from './desk.ts';
import { lineTo } from '#lib/circles/client/line.ts';
import { openReceipt, type OpenedReceipt } from './opening.ts';
import { PayDesk } from './paying.ts';
import { publishable } from './publishing.ts';
import { sealApplication, type ChosenFile } from './sealing.ts';
import { parcelOf, sendParcel } from './sending.ts';
import { withdrawApplication, writeToTeam } from './writing.ts';

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

/** Somebody at a desk, as their tab has it. */
interface Officer {
	readonly who: Somebody;
	readonly link: Link;
	readonly circle: OpenCircle;
	readonly desk: Desk;
}

function officerIn(who: Somebody, circle: OpenCircle, link = who.link(api.origin)): Officer {
	return { who, link, circle, desk: new Desk(link, circle) };
}

/** Two officers in one circle, and a call that they published. */
async function desks({ kind = 'rapid' }: { readonly kind?: 'rapid' | 'call' } = {}): Promise<{ readonly ana: Officer; readonly ben: Officer; readonly slug: string; readonly call: CallState }> {
	const [ana, ben] = await Promise.all([somebody(database.db, { name: 'Ana' }), somebody(database.db, { name: 'Ben' })]);
	const founded = sure(await ana.circles(api.origin).foundCircle({ name: 'Grants desk', purpose: '' })).circle;
	sure(await founded.add({ account: ben.account, name: ben.name }));
	const his = sure(await sure(await ben.circles(api.origin).openCircle(founded.id)).circle.accept()).circle;
	const hers = sure(await founded.refresh()).circle;
	const slug = `call-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
	const inbox = inboxOf(hers);
	const first = officerIn(ana, hers);
	sure(await publishCall(first.link, hers, { draft: { slug, kind, deadline: kind === 'call' ? someDeadline : null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
	return { ana: first, ben: officerIn(ben, his), slug, call: sure(await first.desk.call(slug)).state };
}

const line = () => lineTo(api.origin, { origin: api.origin });

const someAnswers: Answers = {
	situation: { kind: 'text', text: 'Made up: they came on Tuesday.' },
	kind: { kind: 'choices', chosen: ['legal'] },
	wanted: { kind: 'amount', amountMinor: 120_050, currency: 'EUR' },
	name: { kind: 'text', text: 'A made-up name' },
	account: { kind: 'text', text: 'By hand' },
	vouches: { kind: 'text', text: 'A lawyer' }
};

async function applied(slug: string, { answers = someAnswers, files = [] }: { readonly answers?: Answers; readonly files?: readonly ChosenFile[] } = {}): Promise<{ readonly receipt: Receipt; readonly application: string }> {
	const receipt = await newReceipt();
	const { state } = sure(await fetchCall(line(), slug, undefined)).call;
	const whole = await sealApplication({ call: state, language: 'ar', role: 'self', answers, files: files.length === 0 ? {} : { papers: files }, receipt, second: null, now: new Date() });
	expect(await sendParcel(line(), await parcelOf(whole, { slug, late: undefined, receipt }))).toEqual({ ok: true });
	return { receipt, application: whole.application };
}

async function receiptOf(receipt: Receipt): Promise<OpenedReceipt> {
	return sure(await openReceipt(line(), receipt)).opened;
}

const opens = async ({ desk }: Officer, call: CallState, application: string): Promise<OpenApplication> => sure(await desk.open(call, application)).opened;

/** The same officer, shown by the server what `change` makes of an answer. */
function liedTo({ who, link, circle }: Officer, path: string, change: (value: never) => unknown): Officer {
	return officerIn(who, circle, {
		...link,
		async ask(asked) {
			const answer = await link.ask(asked);
			return answer.ok && asked === path ? { ...answer, value: change(structuredClone(answer.value) as never) } : answer;
		}
	});
}

test('an application is listed before anybody took it in, and every part of it opens', async () => {
	const { ana, slug, call } = await desks();
	const { application } = await applied(slug, { files: [{ name: 'paper.txt', content: new Blob(['Stamped on Monday.']) }] });

	const listed = sure(await ana.desk.calls()).calls.map(({ state, waiting, overdue }) => ({ slug: state.slug, waiting, overdue }));
	const lines = sure(await ana.desk.list(call)).lines;
	const opened = await opens(ana, call, application);

	expect(listed).toEqual([{ slug, waiting: 1, overdue: 0 }]);
	expect(lines.map(({ application, case: one, trouble, unread, gone }) => ({ application, one, trouble, unread, gone }))).toEqual([{ application, one: undefined, trouble: undefined, unread: false, gone: false }]);
	expect({ troubles: opened.troubles, parts: [...opened.parts.keys()], summary: opened.case.now.summary }).toEqual({
		troubles: [],
		parts: ['core', 'identity', 'references'],
		summary: { language: 'ar', begins: 'Made up: they came on Tuesday.', wanted: { amountMinor: 120_050, currency: 'EUR' }, forOther: false }
	});
	expect(opened.parts.get('identity')).toEqual({ name: someAnswers['name'] });
	expect(opened.parts.get('references')).toEqual({ vouches: someAnswers['vouches'] });
	const papers = opened.parts.get('core')?.['papers'];
	const file = papers?.kind === 'files' ? papers.files[0] : undefined;
	const content = await openAttached(ana.link, { file: file!, secrets: [opened.case.now.secrets.core], circle: ana.circle.id });
	expect(await new Response(content as ReadableStream<Uint8Array<ArrayBuffer>>).text()).toBe('Stamped on Monday.');
});

test('several applications come in one request, only to who works at their desk, and one in the place of another is refused', async () => {
	const { ana, slug, call } = await desks();
	const [first, second] = [await applied(slug), await applied(slug)];
	const elsewhere = await desks();
	const foreign = await applied(elsewhere.slug);
	const ids = [first, second, foreign].map(({ application }) => application);

	const fetched = await ana.desk.fetchSome(ids);
	const outsiders = await elsewhere.ana.desk.fetchSome(ids);
	const opened = sure(await ana.desk.open(call, first.application, { fetched: fetched.get(first.application) })).opened;

	expect([[...fetched.keys()], [...outsiders.keys()]]).toEqual([[first.application, second.application], [foreign.application]]);
	expect(opened).toEqual(await opens(ana, call, first.application));
	await expect(ana.desk.open(call, first.application, { fetched: fetched.get(second.application) })).rejects.toMatchObject({ kind: 'foreign-key' });
	expect(await ana.link.ask(`/api/desk/applications?ids=${Array.from({ length: mostAtOnce + 1 }, () => first.application).join(',')}`)).toMatchObject({ ok: false, status: 400 });
});

test('the applicant reads the question and where it stands, and the desk the answer', async () => {
	const { ana, ben, slug, call } = await desks();
	const { receipt, application } = await applied(slug);
	const { secret } = sure(await callSecret(ana.circle, call));
	const taken = sure(await ana.desk.move({ call, opened: await opens(ana, call, application), move: 'acknowledge' })).opened;

	const asked = sure(await ana.desk.move({ call, opened: taken, move: 'ask' })).opened;
	sure(await ana.desk.say({ call, callSecret: secret, opened: asked, text: 'Which day was it?', status: { state: 'more-information', nextBy: '2026-12-01' } }));
	const told = await receiptOf(receipt);
	expect(await writeToTeam(line(), told, { text: 'The second of the month.', files: [] })).toMatchObject({ ok: true });
	const read = await opens(ben, call, application);
	const [listed] = sure(await ben.desk.list(call)).lines;

	expect({ state: told.state, status: told.status, thread: told.thread.map((message) => message.ok && [message.by, message.text]) }).toEqual({ state: 'them', status: { state: 'more-information', nextBy: '2026-12-01' }, thread: [['team', 'Which day was it?']] });
	expect(read.messages.map(({ byApplicant, text }) => [byApplicant, text])).toEqual([[false, 'Which day was it?'], [true, 'The second of the month.']]);
	expect(listed).toMatchObject({ unread: true, case: { now: { standing: { state: 'more-information' } } } });
});

test('an applicant who writes and an officer who moves in the same moment do not wait for each other', async () => {
	const { ana, slug } = await desks();
	const { receipt, application } = await applied(slug);

	for (let n = 0; n < 12; n++) {
		const told = await receiptOf(receipt);
		const [moved, written] = await Promise.all([
			ana.link.send('POST', `/api/desk/applications/${application}/standing`, { state: n % 2 === 0 ? 'held' : 'us', dueAt: null }),
			writeToTeam(line(), told, { text: `Line ${n}`, files: [] })
		]);
		expect([moved.ok, written.ok]).toEqual([true, true]);
	}
});

test('who was invited to the desk and has not accepted can change nothing of an application', async () => {
	const { ben, slug } = await desks();
	const { application } = await applied(slug);
	await database.db.updateTable('circle_member').set({ accepted: false }).where('account_id', '=', ben.who.account).execute();

	const answer = await ben.link.send('POST', `/api/desk/applications/${application}/standing`, { state: 'done', dueAt: null });

	expect(answer).toMatchObject({ ok: false, status: 404 });
});

test('of two officers who move at once the second is told, and nothing of theirs is kept', async () => {
	const { ana, ben, slug, call } = await desks();
	const { application } = await applied(slug);
	const [hers, his] = [await opens(ana, call, application), await opens(ben, call, application)];

	const first = await ana.desk.move({ call, opened: hers, move: 'acknowledge', change: { note: 'Taken by Ana' } });
	const second = await ben.desk.move({ call, opened: his, move: 'acknowledge', change: { note: 'Taken by Ben' } });

	expect([first.ok, second]).toEqual([true, { ok: false, reason: 'moved-on' }]);
	expect((await opens(ben, call, application)).case.now.note).toBe('Taken by Ana');
});

test('an award counts when a second person agrees, not when the first one asks twice', async () => {
	const { ana, ben, slug, call } = await desks();
	const { application } = await applied(slug);
	let opened = sure(await ana.desk.move({ call, opened: await opens(ana, call, application), move: 'acknowledge' })).opened;
	opened = sure(await ana.desk.move({ call, opened, move: 'conclude' })).opened;

	const proposed = sure(await ana.desk.move({ call, opened, move: 'award', mover: 'decider', change: { reason: 'fits' } })).opened;
	const alone = await ana.desk.move({ call, opened: proposed, move: 'award', mover: 'decider' });
	const awarded = sure(await ben.desk.move({ call, opened: await opens(ben, call, application), move: 'award', mover: 'decider' })).opened;
	const versions = sure(await ben.circle.versions(application)).versions.map((version) => version.ok && [version.author, readCase(version.body)?.move.name, readCase(version.body)?.standing.state]);

	expect(proposed.case.now.standing).toEqual({ state: 'determination', heldFrom: null, proposed: { move: 'award', by: ana.who.account } });
	expect(alone).toEqual({ ok: false, reason: 'needs-another-person' });
	expect({ ...awarded.case.now.standing, reason: awarded.case.now.reason }).toEqual({ state: 'awarded', heldFrom: null, proposed: null, reason: 'fits' });
	expect(versions).toEqual([
		[ana.who.account, 'acknowledge', 'triage'],
		[ana.who.account, 'conclude', 'determination'],
		[ana.who.account, 'award', 'determination'],
		[ben.who.account, 'award', 'awarded']
	]);
});

test('a second person agrees to what was proposed and to nothing else, and a history in which it was mixed is not believed', async () => {
	const { ana, ben, slug, call } = await desks();
	const { application } = await applied(slug);
	const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
	const award: Determination = { requested: null, rate: null, awarded: eur(50_000), region: 'africa', on: null, deciders: [], plan: [{ id: randomId(), amount: eur(50_000), due: null }], payment: null };
	let opened = sure(await ana.desk.move({ call, opened: await opens(ana, call, application), move: 'acknowledge' })).opened;
	opened = sure(await ana.desk.move({ call, opened, move: 'conclude' })).opened;
	sure(await ana.desk.move({ call, opened, move: 'award', mover: 'decider', change: { reason: 'fits', award } }));
	const agreed = { ...award, on: '2026-11-30', deciders: [ana.who.account, ben.who.account] };
	const his = await opens(ben, call, application);

	const other = await ben.desk.move({ call, opened: his, move: 'award', mover: 'decider', change: { award: { ...agreed, awarded: eur(90_000), plan: [{ ...award.plan[0]!, amount: eur(90_000) }] } } });
	const otherReason = await ben.desk.move({ call, opened: his, move: 'award', mover: 'decider', change: { award: agreed, reason: 'outside' } });
	const noted = await ben.desk.note(call, his, { award: { ...award, awarded: eur(90_000) } });
	const waits = (await opens(ana, call, application)).case.now.standing.proposed;
	// The same by a client that was changed, and a server that takes it.
	const forged = caseBody({ ...his.case.now, standing: { state: 'awarded', heldFrom: null, proposed: null }, move: { name: 'award', by: 'decider' }, award: { ...agreed, awarded: eur(90_000), plan: [{ ...award.plan[0]!, amount: eur(90_000) }] } });
	sure(await ben.circle.write({ kind: 'grant-case', record: application, body: forged, basedOn: his.case.record }));

	expect([other, otherReason, noted]).toEqual([{ ok: false, reason: 'not-as-proposed' }, { ok: false, reason: 'not-as-proposed' }, { ok: false, reason: 'not-as-proposed' }]);
	expect(waits).toEqual({ move: 'award', by: ana.who.account });
	await expect(ana.desk.open(call, application)).rejects.toMatchObject({ kind: 'against-the-rules', place: { part: 'record', record: application, version: 4 } });
	// A server that does not show how it came to be is asked again, and not believed meanwhile.
	const hidden = { ...ana.circle, versions: () => Promise.resolve({ ok: false as const, reason: 'offline' as const }) };
	expect(await new Desk(ana.link, hidden).open(call, application)).toEqual({ ok: false, reason: 'offline' });
});

test('a call that is sealed to an inbox that our circle does not know is refused', async () => {
	const { ana, slug } = await desks();
	const other = await somebody(database.db, { name: 'Eve' });
	const hostile = sure(await other.circles(api.origin).foundCircle({ name: 'Not the desk', purpose: '' })).circle;
	// A call of the same address, signed well, whose key is another circle's under our circle's name.
	const forged = `${slug}-forged`;
	const entries: { value?: unknown } = {};
	const link: Link = {
		...other.link(api.origin),
		send: (_method, path, body) => {
			if (path === '/api/calls') entries.value = body;
			return Promise.resolve({ ok: true, status: 200, value: {} });
		}
	};
	sure(await publishCall(link, hostile, { draft: { slug: forged, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: { ...inboxOf(hostile), circle: ana.circle.id }, identity: inboxOf(hostile), payee: inboxOf(hostile) } }));
	const lied = liedTo(ana, `/api/calls/${slug}`, () => ({ entries: [(entries.value as { entry: unknown }).entry], now: 0 }));

	await expect(lied.desk.call(slug)).rejects.toMatchObject({ kind: 'foreign-key' });
	expect((await ana.desk.call(slug)).ok).toBe(true);
});

test('a call that is not believed is a loud trouble of its own, and the other calls of the circle are listed beside it', async () => {
	const { ana, slug } = await desks();
	const inbox = inboxOf(ana.circle);
	const others = [`${slug}-b`, `${slug}-c`];
	for (const other of others) sure(await publishCall(ana.link, ana.circle, { draft: { slug: other, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
	type Log = { entries: { body: string; signature: string }[] };
	const broken = (log: Log): Log => ({ ...log, entries: log.entries.map((entry) => ({ ...entry, signature: 'A'.repeat(86) })) });
	const stranger = await desks();
	const theirs = sure(await stranger.ana.link.ask(`/api/calls/${stranger.slug}`)).value;

	const [forged, another] = [liedTo(ana, `/api/calls/${slug}`, broken), liedTo(ana, `/api/calls/${slug}`, () => theirs)];
	const found = await Promise.all([forged, another].map(async ({ desk, link, circle }) => [sure(await desk.calls()), sure(await new PayDesk(link, circle).list())] as const));

	for (const [desk, pays] of found) expect([desk.calls.map(({ state }) => state.slug), pays.calls.map((call) => call.slug)]).toEqual([others, others]);
	expect(found.map(([desk, pays]) => [desk.unbelieved, pays.unbelieved].map(([one, ...more]) => [one?.slug, one?.trouble.kind, more.length]))).toEqual([
		[[slug, 'against-the-rules', 0], [slug, 'against-the-rules', 0]],
		[[slug, 'foreign-key', 0], [slug, 'foreign-key', 0]]
	]);
	// What counts all of a circle does not count without it.
	await expect(publishable(forged)).rejects.toMatchObject({ kind: 'against-the-rules' });
});

test('a part that was swapped is named, and the others are shown', async () => {
	const { ana, slug, call } = await desks();
	const [one, another] = [await applied(slug), await applied(slug)];
	const path = `/api/desk/applications/${one.application}`;
	type Found = { parts: { part: string; envelope: string }[] };
	const theirs = sure(await ana.link.ask(`/api/desk/applications/${another.application}`)).value as Found;
	const swapped = (part: string) =>
		liedTo(ana, path, (found: Found) => ({ ...found, parts: found.parts.map((each) => (each.part === part ? { ...each, envelope: theirs.parts.find((other) => other.part === part)?.envelope } : each)) }));

	const opened = await opens(swapped('identity'), call, one.application);

	expect(opened.troubles.map(({ part, trouble }) => [part, trouble.kind])).toEqual([['identity', 'damaged']]);
	expect([...opened.parts.keys()]).toEqual(['core', 'references']);
	await expect(swapped('core').desk.open(call, one.application)).rejects.toMatchObject({ kind: 'damaged' });
});

test('who somebody is stays closed to a desk whose call sends it to another circle', async () => {
	const other = await somebody(database.db, { name: 'Vera' });
	const verifiers = sure(await other.circles(api.origin).foundCircle({ name: 'Verification', purpose: '' })).circle;
	// Whoever publishes is in every circle that reads.
	const ana = await somebody(database.db, { name: 'Ana' });
	sure(await verifiers.add({ account: ana.account, name: ana.name }));
	const circles = ana.circles(api.origin);
	const second = sure(await sure(await circles.openCircle(verifiers.id)).circle.accept()).circle;
	const core = sure(await circles.foundCircle({ name: 'Grants desk', purpose: '' })).circle;
	const officer = officerIn(ana, core);
	const slug = `apart-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
	sure(await publishCall(officer.link, core, { draft: { slug, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inboxOf(core), identity: inboxOf(second), payee: inboxOf(core) } }));
	const { application } = await applied(slug);

	const opened = await opens(officer, sure(await officer.desk.call(slug)).state, application);

	expect({ parts: [...opened.parts.keys()], identity: opened.case.now.secrets.identity, troubles: opened.troubles }).toEqual({ parts: ['core', 'references'], identity: null, troubles: [] });
});

test('what an applicant took back is told in the list', async () => {
	const { ana, slug, call } = await desks();
	const { receipt } = await applied(slug);

	expect(await withdrawApplication(line(), await receiptOf(receipt))).toMatchObject({ ok: true });

	expect(sure(await ana.desk.list(call)).lines.map(({ gone }) => gone)).toEqual([true]);
});

test('a draft that is not complete is kept for the circle and read by the other officer', async () => {
	const { ana, ben } = await desks();
	const edited = newEdited('es');
	edited.title.es = 'Viajes y descanso';
	edited.criteria.push({ id: 'criterion-1', name: { en: '', es: '', fr: '', ar: '' }, explanation: { en: '', es: '', fr: '', ar: '' }, weight: 2 });
	const draft = callOf(edited);

	const { record } = sure(await saveDraft(ana.circle, { draft, basedOn: undefined }));
	const read = sure(await ben.circle.read(record.record)).opened;

	expect(read.ok && readDraft(read)).toEqual(draft);
	expect(readDraft({ kind: 'grant-draft', body: { v: 1, content: {} } })).toBeUndefined();
});

test('a deadline is extended and words are revised, and a call with a deadline is not closed before it', async () => {
	const { ana, slug, call } = await desks({ kind: 'call' });

	sure(await changeCall(ana.link, ana.circle, { call, act: { do: 'extend', deadline: { ...someDeadline, at: '2027-06-01T11:59:00.000Z' }, why: inEnglish('Lines were cut.') } }));
	const extended = sure(await ana.desk.call(slug)).state;
	sure(await changeCall(ana.link, ana.circle, { call: extended, act: { do: 'revise', content: someContent({ title: inEnglish('New words') }) } }));
	const revised = sure(await ana.desk.call(slug)).state;
	const closed = await changeCall(ana.link, ana.circle, { call: revised, act: { do: 'close' } });

	expect({ stage: revised.stage, deadline: revised.deadline?.at, title: revised.content.title, form: revised.content.form.version }).toEqual({ stage: 'extended', deadline: '2027-06-01T11:59:00.000Z', title: inEnglish('New words'), form: 1 });
	expect(closed.ok).toBe(false);
	expect(['clock-unsure', 'too-early']).toContain(closed.ok ? '' : closed.reason);
});
