import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newReceipt } from '#vault';
import type { Link } from '#lib/circles/client/link.ts';
import type { OpenCircle } from '#lib/circles/client/open-circle.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { randomId, toText, utf8 } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { someContent } from '../../../../tests/calls.ts';
import { somebody, type Somebody } from '../../../../tests/somebody.ts';
import type { CallState } from '../call-log.ts';
import type { Answers } from '../form.ts';
import type { ReviewablePart, Score, Verdict } from '../review.ts';
import { openAttached } from './attached.ts';
import { fetchCall } from './call.ts';
import { callSecret, inboxOf, publishCall } from './calls.ts';
import { Desk, type OpenApplication } from './desk.ts';
import { lineTo } from '#lib/circles/client/line.ts';
import { beginReissue } from './reissuing.ts';
import { countedReviews, endReviewer, handKeys, inviteReviewer, openReviews, takeRole, type OpenReviews } from './reviewers.ts';
import { accountCard, declare, openForReview, reviewTasks, sendReview, type ReviewTask } from './reviewing.ts';
import { sealApplication, type ChosenFile } from './sealing.ts';
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

/** Somebody at the desk, as their tab has it. */
interface Officer {
	readonly who: Somebody;
	readonly link: Link;
	readonly circle: OpenCircle;
	readonly desk: Desk;
}

const officerIn = (who: Somebody, circle: OpenCircle): Officer => ({ who, circle, link: who.link(api.origin), desk: new Desk(who.link(api.origin), circle) });

interface Ground {
	readonly ana: Officer;
	readonly ben: Officer;
	readonly slug: string;
	readonly call: CallState;
}

async function ground(): Promise<Ground> {
	const [ana, ben] = await Promise.all([somebody(database.db, { name: 'Ana' }), somebody(database.db, { name: 'Ben' })]);
	const founded = sure(await ana.circles(api.origin).foundCircle({ name: 'Grants desk', purpose: '' })).circle;
	sure(await founded.add({ account: ben.account, name: ben.name }));
	const his = sure(await sure(await ben.circles(api.origin).openCircle(founded.id)).circle.accept()).circle;
	const hers = sure(await founded.refresh()).circle;
	const slug = `call-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
	const inbox = inboxOf(hers);
	const first = officerIn(ana, hers);
	sure(await publishCall(first.link, hers, { draft: { slug, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
	return { ana: first, ben: officerIn(ben, his), slug, call: sure(await first.desk.call(slug)).state };
}

const answers: Answers = {
	situation: { kind: 'text', text: 'Made up: they came on Tuesday.' },
	kind: { kind: 'choices', chosen: ['legal'] },
	name: { kind: 'text', text: 'A made-up name' },
	account: { kind: 'text', text: 'By hand' },
	vouches: { kind: 'text', text: 'A lawyer' }
};

async function applied(slug: string, files: readonly ChosenFile[] = []): Promise<string> {
	const receipt = await newReceipt();
	const line = lineTo(api.origin, { origin: api.origin });
	const { state } = sure(await fetchCall(line, slug, undefined)).call;
	const whole = await sealApplication({ call: state, language: 'ar', role: 'self', answers, files: files.length === 0 ? {} : { papers: files }, receipt, second: null, now: new Date() });
	expect(await sendParcel(line, await parcelOf(whole, { slug, late: undefined, receipt }))).toEqual({ ok: true });
	return whole.application;
}

const opens = async ({ desk }: Officer, call: CallState, application: string): Promise<OpenApplication> => sure(await desk.open(call, application)).opened;

async function invites(officer: Officer, call: CallState, { application, who, parts = [], dueOn = null }: { readonly application: string; readonly who: Somebody; readonly parts?: readonly ReviewablePart[]; readonly dueOn?: string | null }): Promise<OpenApplication> {
	const card = await accountCard(officer.link, who.account);
	return sure(await inviteReviewer({ ...officer, call, opened: await opens(officer, call, application) }, { card: card!, name: who.name, words: 'Lawyers of the capital', dueOn, parts })).opened;
}

async function taskOf(link: Link): Promise<ReviewTask> {
	const [task] = sure(await reviewTasks(link)).tasks;
	return task!;
}

const verdict = (need: Score, effect: Score, comment = ''): Verdict => ({ kind: 'scored', scores: { need, effect }, comment });

async function reviews(link: Link, application: string, { call, version = 1, says = verdict(4, 2) }: { readonly call: CallState; readonly version?: number; readonly says?: Verdict }) {
	return sendReview(link, { application, call: call.call, inbox: call.inboxes.core, version, verdict: says });
}

async function seen(officer: Officer, call: CallState, application: string): Promise<OpenReviews> {
	return sure(await openReviews({ ...officer, opened: await opens(officer, call, application) })).reviews;
}

/** What a link is answered, changed by a server that lies. */
function liedTo(link: Link, path: string, change: (value: never) => unknown): Link {
	return {
		...link,
		async ask(asked) {
			const answer = await link.ask(asked);
			return answer.ok && asked === path ? { ...answer, value: change(structuredClone(answer.value) as never) } : answer;
		}
	};
}

test('who is invited is told what the officer wrote and nothing of the application before declaring no conflict', async () => {
	const { ana, slug, call } = await ground();
	const application = await applied(slug);
	const rosa = await somebody(database.db, { name: 'Rosa', role: 'member' });
	const link = rosa.link(api.origin);
	const path = `/api/reviews/${application}`;
	await invites(ana, call, { application, who: rosa, dueOn: '2026-12-24' });

	const task = await taskOf(link);
	const before = await link.ask(path);
	const written = await reviews(link, application, { call });
	const throughDesk = await link.ask(`/api/desk/applications/${application}`);
	sure(await declare(link, task, false));
	const opened = sure(await openForReview(link, await taskOf(link))).opened;

	expect({ state: task.state, words: task.invitation?.words, dueOn: task.invitation?.dueOn, by: task.invitation?.by }).toEqual({ state: 'invited', words: 'Lawyers of the capital', dueOn: '2026-12-24', by: ana.who.account });
	expect([before.status, written, throughDesk.status]).toEqual([404, { ok: false, reason: 'not-found' }, 404]);
	expect([...opened.parts]).toEqual([['core', { situation: answers['situation'], kind: answers['kind'] }]]);
	expect({ messages: opened.messages, troubles: opened.troubles }).toEqual({ messages: [], troubles: [] });
	expect(sure(await link.ask(path)).value).toMatchObject({ parts: [{ part: 'core' }], messages: [] });
});

test('parts beside the core are handed over one by one, who somebody is and how money arrives never, and a foreign account nothing', async () => {
	const { ana, slug, call } = await ground();
	const application = await applied(slug, [{ name: 'paper.txt', content: new Blob(['Stamped on Monday.']) }]);
	const [rosa, eve] = await Promise.all([somebody(database.db, { name: 'Rosa' }), somebody(database.db, { name: 'Eve' })]);
	const link = rosa.link(api.origin);
	await invites(ana, call, { application, who: rosa, parts: ['references'] });
	const task = await taskOf(link);
	const invitation = task.invitation?.parts;
	sure(await declare(link, task, false));

	const opened = sure(await openForReview(link, task)).opened;
	const papers = opened.parts.get('core')?.['papers'];
	const file = papers?.kind === 'files' ? papers.files[0] : undefined;
	const piece = `/api/reviews/${application}/blobs/${file?.blob}/parts/0`;
	const content = await openAttached(link, { file: file!, secrets: opened.coreSecrets, circle: ana.circle.id, from: `/api/reviews/${application}/blobs` });
	const hers = eve.link(api.origin);
	const [{ invitation: letter } = { invitation: '' }] = (sure(await link.ask('/api/reviews')).value as { tasks: { invitation: string }[] }).tasks;
	const invited = async (officer: Link, parts: string[]) => (await officer.send('PUT', `/api/desk/applications/${application}/reviewers/${eve.account}`, { invitation: letter, keys: letter, generation: 1, parts })).status;
	const inviting = [await invited(ana.link, ['identity']), await invited(ana.link, ['payee']), await invited(link, [])];
	const foreign = [await hers.ask(`/api/reviews/${application}`), await hers.askBytes(piece, 5_000_000), await hers.send('POST', `/api/reviews/${application}`, { version: 1, epoch: 1, letter: '' }), await hers.ask(`/api/desk/applications/${application}/reviews`), await hers.send('DELETE', `/api/desk/applications/${application}/reviewers/${rosa.account}`, {})];

	expect(invitation).toEqual(['references']);
	expect([...opened.parts.keys()]).toEqual(['core', 'references']);
	expect(await new Response(content as ReadableStream<Uint8Array<ArrayBuffer>>).text()).toBe('Stamped on Monday.');
	expect(inviting).toEqual([400, 400, 404]);
	expect(foreign.map(({ status }) => status)).toEqual([404, 404, 400, 404, 404]);
	expect(sure(await reviewTasks(hers)).tasks).toEqual([]);
});

test('a declared conflict deletes both letters, ends access at once and is shown to the officers as signed by that person', async () => {
	const { ana, slug, call } = await ground();
	const application = await applied(slug);
	const rosa = await somebody(database.db, { name: 'Rosa' });
	const link = rosa.link(api.origin);
	await invites(ana, call, { application, who: rosa });
	const task = await taskOf(link);

	sure(await declare(link, task, true));
	const back = await declare(link, task, false);
	const again = await inviteReviewer({ ...ana, call, opened: await opens(ana, call, application) }, { card: (await accountCard(ana.link, rosa.account))!, name: 'Rosa', words: '', dueOn: null, parts: [] });
	const row = await database.db.selectFrom('grant_reviewer').select(['sealed_invitation', 'sealed_keys', 'state']).where('application_id', '=', application).executeTakeFirstOrThrow();
	const shown = (await seen(ana, call, application)).reviewers.map(({ name, state }) => [name, state]);
	const forged = liedTo(ana.link, `/api/desk/applications/${application}/reviews`, (found: { reviewers: object[] }) => ({ ...found, reviewers: found.reviewers.map((one) => ({ ...one, declaration: 'A'.repeat(86) })) }));

	expect([back, again]).toEqual([{ ok: false, reason: 'moved-on' }, { ok: false, reason: 'moved-on' }]);
	expect((await openForReview(link, task)).ok).toBe(false);
	expect(row).toEqual({ sealed_invitation: null, sealed_keys: null, state: 'conflict' });
	expect(shown).toEqual([['Rosa', 'conflict']]);
	expect((await seen({ ...ana, link: forged }, call, application)).reviewers.map(({ state }) => state)).toEqual(['forged']);
});

test('who is removed reads and writes nothing more, in the same moment, and what they wrote stays', async () => {
	const { ana, slug, call } = await ground();
	const application = await applied(slug);
	const rosa = await somebody(database.db, { name: 'Rosa' });
	const link = rosa.link(api.origin);
	await invites(ana, call, { application, who: rosa });
	const task = await taskOf(link);
	sure(await declare(link, task, false));
	sure(await reviews(link, application, { call }));

	const ended = sure(await endReviewer({ ...ana, call, opened: await opens(ana, call, application) }, rosa.account)).opened;
	const after = [await openForReview(link, task), await reviews(link, application, { call, version: 2 }), await declare(link, task, false)];
	sure(await takeRole(ana.link, application, 'looks'));
	const { reviewers, reviews: kept } = await seen(ana, call, application);

	expect(after).toEqual([{ ok: false, reason: 'not-found' }, { ok: false, reason: 'not-found' }, { ok: false, reason: 'not-found' }]);
	expect((await taskOf(link)).state).toBe('ended');
	expect(ended.case.now.reviewers.map(({ ended }) => ended)).toEqual([true]);
	expect(reviewers.map(({ state }) => state).toSorted()).toEqual(['ended', 'looks']);
	expect(kept.map(({ review }) => review?.verdict)).toEqual([verdict(4, 2)]);
});

test('an officer who reviews sees the others when her own is in, and one who has looked reviews no more', async () => {
	const { ana, ben, slug, call } = await ground();
	const application = await applied(slug);
	const rosa = await somebody(database.db, { name: 'Rosa' });
	await invites(ana, call, { application, who: rosa });
	sure(await declare(rosa.link(api.origin), await taskOf(rosa.link(api.origin)), false));
	sure(await reviews(rosa.link(api.origin), application, { call, says: verdict(5, 1, 'They need it.') }));

	const none = await seen(ana, call, application);
	sure(await takeRole(ana.link, application, 'ready'));
	const ready = await seen(ana, call, application);
	sure(await reviews(ana.link, application, { call, says: { kind: 'abstains', reason: 'Not my field.' } }));
	const done = await seen(ana, call, application);
	sure(await takeRole(ben.link, application, 'looks'));
	const looks = await seen(ben, call, application);

	expect([none, ready].map(({ me, reviews: shown, withheld }) => [me, shown.length, withheld])).toEqual([[undefined, 0, 1], ['ready', 0, 1]]);
	expect({ withheld: done.withheld, mine: done.mine?.verdict, all: done.reviews.map(({ name, review }) => [name, review?.verdict]).toSorted() }).toEqual({
		withheld: 0,
		mine: { kind: 'abstains', reason: 'Not my field.' },
		all: [[ana.who.name, { kind: 'abstains', reason: 'Not my field.' }], ['Rosa', verdict(5, 1, 'They need it.')]].toSorted()
	});
	expect(looks.reviews).toHaveLength(2);
	expect([await takeRole(ben.link, application, 'ready'), await reviews(ben.link, application, { call })]).toEqual([{ ok: false, reason: 'moved-on' }, { ok: false, reason: 'not-found' }]);
});

test('a reviewer from outside is handed nobody else’s review, and replaces her own until it is determined', async () => {
	const { ana, ben, slug, call } = await ground();
	const application = await applied(slug);
	const [rosa, sam] = await Promise.all([somebody(database.db, { name: 'Rosa' }), somebody(database.db, { name: 'Sam' })]);
	for (const who of [rosa, sam]) {
		await invites(ana, call, { application, who });
		sure(await declare(who.link(api.origin), await taskOf(who.link(api.origin)), false));
		sure(await reviews(who.link(api.origin), application, { call }));
	}
	const link = rosa.link(api.origin);
	sure(await reviews(link, application, { call, version: 2, says: verdict(1, 1) }));
	const own = sure(await openForReview(link, await taskOf(link))).opened.mine.map(({ version, verdict }) => [version, verdict]);

	let opened = sure(await ana.desk.move({ call, opened: await opens(ana, call, application), move: 'acknowledge' })).opened;
	opened = sure(await ana.desk.move({ call, opened, move: 'conclude' })).opened;
	const { counted } = sure(await countedReviews(ana.link, application));
	sure(await ana.desk.move({ call, opened, move: 'award', mover: 'decider', change: { counted } }));
	sure(await ben.desk.move({ call, opened: await opens(ben, call, application), move: 'award', mover: 'decider', change: { counted } }));
	// An award looks like a question to the server, which so keeps what comes later.
	sure(await reviews(link, application, { call, version: 3, says: verdict(5, 5) }));
	sure(await takeRole(ben.link, application, 'looks'));
	const { reviews: shown } = await seen(ben, call, application);

	expect(own).toEqual([[1, verdict(4, 2)], [2, verdict(1, 1)]]);
	expect(shown.map(({ name, review, changedLater }) => [name, review?.version, changedLater]).toSorted()).toEqual([['Rosa', 2, true], ['Sam', 1, false]]);
	expect(await reviews(link, application, { call, version: 2 })).toEqual({ ok: false, reason: 'moved-on' });
});

test('an officer who declares a conflict is handed neither the application nor its case, and moves nothing of it', async () => {
	const { ana, ben, slug, call } = await ground();
	const [application, other] = [await applied(slug), await applied(slug)];
	sure(await ben.desk.move({ call, opened: await opens(ben, call, application), move: 'acknowledge' }));
	const stale = await opens(ana, call, application);

	sure(await takeRole(ana.link, application, 'conflict'));

	expect(sure(await ana.desk.list(call)).lines.map((line) => line.application)).toEqual([other]);
	expect(await ana.desk.open(call, application)).toEqual({ ok: false, reason: 'conflict' });
	expect([...(await ana.desk.fetchSome([application, other])).keys()]).toEqual([other]);
	expect(await ana.circle.read(application)).toEqual({ ok: false, reason: 'not-found' });
	const versions = await ana.circle.versions(application);
	expect(versions.ok ? versions.versions : []).toEqual([]);
	expect((await ana.desk.move({ call, opened: stale, move: 'verify' })).ok).toBe(false);
	const { secret } = sure(await callSecret(ana.circle, call));
	expect(await ana.desk.say({ call, callSecret: secret, opened: stale, text: 'Anything.' })).toEqual({ ok: false, reason: 'not-found' });
	expect(await openReviews({ ...ana, opened: stale })).toEqual({ ok: false, reason: 'conflict' });
	// The doors beside it: referees' answers, a new receipt for lost words, and keys.
	const path = `/api/desk/applications/${application}`;
	const doors = async ({ link }: Officer): Promise<unknown[]> => [await link.ask(`${path}/references`), await link.ask(`${path}/receipt`)].map((answer) => answer.ok || answer.reason);
	expect([await doors(ana), await doors(ben)]).toEqual([['not-found', 'not-found'], [true, true]]);
	expect(await beginReissue(ana.link, { circle: ana.circle, call, opened: stale }, 'Somebody asked for new words.')).toEqual({ ok: false, reason: 'not-found' });
	const letter = toText(utf8(`age-encryption.org/v1\n${' '.repeat(300)}`));
	const sealsAnew = async ({ link, circle }: Officer) => link.send('POST', `${path}/keys`, { circle: circle.id, generation: 2, epoch: 1, parts: [], messages: [], letters: [{ to: circle.id, letter }] });
	expect([await sealsAnew(ana), await sealsAnew(ben)]).toMatchObject([{ ok: false, reason: 'not-found' }, { ok: false, reason: 'moved-on' }]);
	expect((await seen(ben, call, application)).reviewers.map(({ account, state }) => [account, state])).toEqual([[ana.who.account, 'conflict']]);
	expect((await ben.desk.list(call)).ok && (await opens(ben, call, application)).case.now.standing.state).toBe('triage');
});

test('a server that hands over letters or keys of another application, or invites by itself, is refused', async () => {
	const { ana, slug, call } = await ground();
	const [one, another] = [await applied(slug), await applied(slug)];
	const rosa = await somebody(database.db, { name: 'Rosa' });
	const link = rosa.link(api.origin);
	for (const application of [one, another]) await invites(ana, call, { application, who: rosa });
	type Listed = { tasks: { application: string; invitation: string }[] };
	const mixed = liedTo(link, '/api/reviews', (found: Listed) => ({ tasks: found.tasks.map((task) => ({ ...task, invitation: found.tasks.find(({ application }) => application !== task.application)?.invitation })) }));
	const swapped = sure(await reviewTasks(mixed)).tasks;
	const tasks = sure(await reviewTasks(link)).tasks;
	for (const task of tasks) sure(await declare(link, task, false));
	const task = tasks.find(({ application }) => application === one)!;
	const theirs = sure(await link.ask(`/api/reviews/${another}`)).value as { letters: object[]; parts: object[]; manifest: string; signature: string };
	const lied = (change: object) => openForReview(liedTo(link, `/api/reviews/${one}`, (found: object) => ({ ...found, ...change })), task);

	expect(swapped.map(({ invitation, trouble }) => [invitation, trouble?.kind])).toEqual([[undefined, 'wrong-place'], [undefined, 'wrong-place']]);
	await expect(lied({ letters: theirs.letters })).rejects.toMatchObject({ kind: 'wrong-place' });
	await expect(lied({ parts: theirs.parts })).rejects.toMatchObject({ kind: 'damaged' });
	await expect(lied({ manifest: theirs.manifest, signature: theirs.signature })).rejects.toMatchObject({ kind: 'foreign-key' });
	expect(sure(await openForReview(link, task)).opened.parts.size).toBe(1);

	// The server makes somebody a reviewer whom nobody of the desk invited.
	const eve = await somebody(database.db, { name: 'Eve' });
	await database.db.insertInto('grant_reviewer').values({ application_id: one, account_id: eve.account, outside: true, state: 'ready', parts: [], generation: 1, sealed_invitation: null, sealed_keys: null, invitation_hash: null, declaration: null }).execute();
	sure(await reviews(eve.link(api.origin), one, { call, says: verdict(0, 0, 'Do not believe them.') }));
	sure(await takeRole(ana.link, one, 'looks'));
	const shown = await seen(ana, call, one);
	expect(shown.reviewers.map(({ name }) => name)).not.toContain('Eve');
	expect(shown.reviews.map(({ review, trouble }) => [review, trouble?.kind])).toEqual([[undefined, 'foreign-key']]);

	// And shows one person's review under another's name, or an old one as the newest.
	sure(await reviews(link, one, { call, says: verdict(5, 5) }));
	type Reviews = { reviews: { account: string; version: number }[] };
	const path = `/api/desk/applications/${one}/reviews`;
	const renamed = liedTo(ana.link, path, (found: Reviews) => ({ ...found, reviews: found.reviews.filter(({ account }) => account === eve.account).map((review) => ({ ...review, account: rosa.account })) }));
	const numbered = liedTo(ana.link, path, (found: Reviews) => ({ ...found, reviews: found.reviews.filter(({ account }) => account === rosa.account).map((review) => ({ ...review, version: 2 })) }));
	expect((await seen({ ...ana, link: numbered }, call, one)).reviews.map(({ review, trouble }) => [review, trouble?.kind])).toEqual([[undefined, 'wrong-place']]);
	expect((await seen({ ...ana, link: renamed }, call, one)).reviews.map(({ name, review, trouble }) => [name, review, trouble?.kind])).toEqual([['Rosa', undefined, 'foreign-key']]);
	expect((await seen(ana, call, one)).reviews.find(({ account }) => account === rosa.account)?.review?.verdict).toEqual(verdict(5, 5));
});

test('during a safety hold nothing is said to the applicant and nobody is invited, until it is released', async () => {
	const { ana, ben, slug, call } = await ground();
	const application = await applied(slug);
	const rosa = await somebody(database.db, { name: 'Rosa' });
	const { secret } = sure(await callSecret(ana.circle, call));
	const taken = sure(await ana.desk.move({ call, opened: await opens(ana, call, application), move: 'acknowledge' })).opened;
	const stale = await opens(ben, call, application);
	const held = sure(await ana.desk.move({ call, opened: taken, move: 'hold' })).opened;
	const say = (officer: Officer, opened: OpenApplication) => officer.desk.say({ call, callSecret: secret, opened, text: 'Are you safe?' });

	const refused = [await say(ana, held), await inviteReviewer({ ...ana, call, opened: held }, { card: (await accountCard(ana.link, rosa.account))!, name: 'Rosa', words: '', dueOn: null, parts: [] }), await say(ben, stale)];
	const notices = [await beginReissue(ana.link, { circle: ana.circle, call, opened: held }, 'New words.'), await beginReissue(ben.link, { circle: ben.circle, call, opened: stale }, 'New words.')];
	const lines = sure(await ben.desk.list(call)).lines.map(({ dueAt }) => dueAt);
	const released = sure(await ana.desk.move({ call, opened: held, move: 'release' })).opened;

	expect(refused).toEqual([{ ok: false, reason: 'on-hold' }, { ok: false, reason: 'on-hold' }, { ok: false, reason: 'moved-on' }]);
	expect(notices).toEqual([{ ok: false, reason: 'on-hold' }, { ok: false, reason: 'moved-on' }]);
	expect(lines).toEqual([null]);
	expect(await say(ana, released)).toEqual({ ok: true });
});

test('a reviewer whose keys are over is told so, and reads again when an officer hands on the new ones', async () => {
	const { ana, slug, call } = await ground();
	const application = await applied(slug);
	const rosa = await somebody(database.db, { name: 'Rosa' });
	const link = rosa.link(api.origin);
	await invites(ana, call, { application, who: rosa });
	const task = await taskOf(link);
	sure(await declare(link, task, false));
	await database.db.updateTable('grant_reviewer').set({ generation: 7 }).where('application_id', '=', application).execute();

	const over = await openForReview(link, task);
	const stale = (await seen(ana, call, application)).reviewers.map((reviewer) => reviewer.stale);
	sure(await handKeys({ ...ana, call, opened: await opens(ana, call, application) }, rosa.account));

	expect([over, stale]).toEqual([{ ok: false, reason: 'renewed' }, [true]]);
	expect((await openForReview(link, await taskOf(link))).ok).toBe(true);
	expect((await taskOf(link)).state).toBe('ready');
});
