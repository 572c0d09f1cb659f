import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { newPartSecret, newReceipt, partRecords, sealRecord, steppedLength, type Receipt } from '#vault';
import { canonical, toText, utf8 } from '#lib/vault/envelope.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { openedByDesk, openedCall, type OpenedCall } from '../../../../tests/applying.ts';
import { inEnglish, someContent, someQuestions } from '../../../../tests/calls.ts';
import type { Answers } from '../form.ts';
import { fetchCall, type SeenCall } from './call.ts';
import { lineTo, type Line } from '#lib/circles/client/line.ts';
import { openReceipt, type OpenedReceipt } from './opening.ts';
import { sealApplication, type ChosenFile } from './sealing.ts';
import { parcelOf, sendParcel, type Parcel, type SendingState } from './sending.ts';
import { burnReceipt, withdrawApplication, writeToTeam } from './writing.ts';

let database: TestDatabase;
let api: ApiServer;
let rapid: OpenedCall;
let line: Line;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	line = quick(lineTo(api.origin, { origin: api.origin }));
	rapid = await openedCall(api.house, { kind: 'rapid', at: new Date() });
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

/** Waits less than a person's browser would. */
function quick(line: Line): Line {
	return { ...line, pause: () => new Promise((resolve) => setTimeout(resolve, 5)) };
}

/** Loses what `loses` says: before it was sent, or its answer on the way back. */
function lossy(line: Line, loses: (path: string, nth: number) => 'before' | 'after' | undefined): Line & { readonly asked: string[] } {
	const asked: string[] = [];
	return {
		...line,
		asked,
		async ask(asking) {
			asked.push(`${asking.method} ${asking.path}`);
			const loss = loses(asking.path, asked.length);
			if (loss === 'before') return { ok: false, status: 0, reason: 'offline' };
			const answer = await line.ask(asking);
			return loss === 'after' ? { ok: false, status: 0, reason: 'offline' } : answer;
		}
	};
}

async function seen(slug = rapid.slug): Promise<SeenCall> {
	let found = await fetchCall(line, slug, undefined);
	// The server hears of a call that was put into the database beside it a moment later.
	await expect.poll(async () => found.ok || (found = await fetchCall(line, slug, undefined)).ok).toBe(true);
	if (!found.ok) throw new Error(found.reason);
	return found.call;
}

const someAnswers: Answers = {
	situation: { kind: 'text', text: 'Canary: they came on Tuesday.' },
	kind: { kind: 'choices', chosen: ['legal'] },
	wanted: { kind: 'amount', amountMinor: 120_050, currency: 'EUR' },
	name: { kind: 'text', text: 'A made-up name' },
	account: { kind: 'text', text: 'By hand' },
	vouches: { kind: 'text', text: 'A lawyer' }
};

interface Applied {
	readonly receipt: Receipt;
	readonly second: Receipt | null;
	readonly application: string;
	readonly parcel: Parcel;
}

async function sealed({ slug = rapid.slug, answers = someAnswers, files = [], second = null }: { slug?: string; answers?: Answers; files?: readonly ChosenFile[]; second?: Receipt | null } = {}): Promise<Applied> {
	const receipt = await newReceipt();
	const { state } = await seen(slug);
	const whole = await sealApplication({ call: state, language: 'ar', role: 'self', answers, files: files.length === 0 ? {} : { papers: files }, receipt, second, now: new Date('1970-01-01T00:00:00Z') });
	return { receipt, second, application: whole.application, parcel: await parcelOf(whole, { slug, late: undefined, receipt }) };
}

async function applied(options: Parameters<typeof sealed>[0] = {}): Promise<Applied> {
	const one = await sealed(options);
	expect(await sendParcel(line, one.parcel)).toEqual({ ok: true });
	return one;
}

async function opened(receipt: Receipt): Promise<OpenedReceipt> {
	const answer = await openReceipt(line, receipt);
	if (!answer.ok) throw new Error(answer.reason);
	return answer.opened;
}

const photo = (bytes: number): ChosenFile => ({ name: 'محضر.jpg', content: new Blob([crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65_536))), new Uint8Array(Math.max(0, bytes - 65_536))], { type: 'image/jpeg' }) });

test('officers and applicant open every part of what was sent, from a phone that stands in 1970', async () => {
	const { receipt, application } = await applied({ files: [photo(5000)] });

	const desk = await openedByDesk(database.db, application, rapid.desk);
	const own = await opened(receipt);

	expect(desk.parts).toMatchObject({
		core: { v: 1, form: 1, language: 'ar', role: 'self', answers: { situation: someAnswers['situation'], wanted: someAnswers['wanted'], papers: { kind: 'files', files: [{ name: 'محضر.jpg', sizeBytes: 5000 }] } } },
		identity: { v: 1, form: 1, answers: { name: someAnswers['name'] } },
		payee: { v: 1, form: 1, answers: { account: someAnswers['account'] } },
		references: { v: 1, form: 1, answers: { vouches: someAnswers['vouches'] } }
	});
	expect([...own.parts].map(([part, { ok }]) => [part, ok])).toEqual([['core', true], ['identity', true], ['payee', true], ['references', true]]);
	expect({ ...own, wholeAt: own.wholeAt?.getTime() === own.committedAt.getTime() }).toMatchObject({ which: 'receipt', state: 'us', role: 'self', missing: [], wholeAt: true, status: null, thread: [] });
});

test('a lost answer, a lost question and a page that was closed in the middle make no double and lose nothing', async () => {
	const one = await sealed({ files: [photo(4 * 1024 * 1024 + 10)] });
	const losing = lossy(line, (_path, nth) => (nth % 3 === 1 ? 'after' : nth % 3 === 2 ? 'before' : undefined));
	const states: SendingState[] = [];

	const outcome = await sendParcel(losing, one.parcel, { onState: (state) => states.push(state) });
	const again = await sendParcel(line, one.parcel);

	expect([outcome, again]).toEqual([{ ok: true }, { ok: true }]);
	expect(states.some(({ waiting }) => waiting)).toBe(true);
	expect(await database.db.selectFrom('grant_application').select('id').where('id', '=', one.application).execute()).toHaveLength(1);
	expect(await database.db.selectFrom('grant_part').select('part').where('application_id', '=', one.application).execute()).toHaveLength(4);
	expect((await opened(one.receipt)).missing).toEqual([]);
});

test('after a page was closed only what has not arrived is sent', async () => {
	const one = await sealed({ files: [photo(4 * 1024 * 1024 + 10), photo(10)] });
	const stop = new AbortController();
	await sendParcel(line, one.parcel, { signal: stop.signal, onState: ({ sentBytes }) => sentBytes > 4_000_000 && stop.abort() });
	const counting = lossy(line, () => undefined);

	const outcome = await sendParcel(counting, one.parcel);

	expect(outcome).toEqual({ ok: true });
	expect(counting.asked.filter((path) => path.startsWith('PUT'))).toEqual([1, 2].map((at) => expect.stringContaining(`/files/${one.parcel.files[at - 1]?.blob}/parts/${at === 1 ? 1 : 0}`) as unknown));
});

test('a body that is not what was promised is refused, and so is another promise with the same receipt', async () => {
	const one = await sealed();
	const other = await sealed();
	await line.ask({ method: 'POST', path: `/api/calls/${rapid.slug}/applications`, body: one.parcel.commit });

	const mixed = await sendParcel(line, { ...one.parcel, body: other.parcel.body });
	const swapped = await sendParcel(line, { ...one.parcel, body: other.parcel.body, bodySignature: other.parcel.bodySignature });

	expect([mixed, swapped]).toEqual([{ ok: false, reason: 'refused' }, { ok: false, reason: 'refused' }]);
	expect(await database.db.selectFrom('grant_part').select('part').where('application_id', '=', one.application).execute()).toEqual([]);
	expect(await sendParcel(line, one.parcel)).toEqual({ ok: true });
	const { state } = await seen();
	const changed = await sealApplication({ call: state, language: 'en', role: 'self', answers: someAnswers, files: {}, receipt: one.receipt, second: null, now: new Date() });
	expect(changed.application).toBe(one.application);
	expect(await sendParcel(line, await parcelOf(changed, { slug: rapid.slug, late: undefined, receipt: one.receipt }))).toEqual({ ok: false, reason: 'moved-on' });
});

test('two hundred people behind one address who send at once are all taken', async () => {
	const first = await sealed();
	const parcels = await Promise.all(Array.from({ length: 200 }, () => sealed()));

	const outcomes = await Promise.all(parcels.map(({ parcel }) => sendParcel(line, parcel)));

	expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
	const rows = await database.db.selectFrom('grant_application').select(['change', 'whole_at']).where('id', 'in', parcels.map(({ application }) => application)).execute();
	expect([rows.length, rows.filter(({ whole_at }) => whole_at === null).length, new Set(rows.map(({ change }) => change)).size]).toEqual([200, 0, 200]);
	expect(await sendParcel(line, first.parcel)).toEqual({ ok: true });
});

test('short and long answers have one size, and two applications of one person share nothing', async () => {
	const text = (length: number): Answers => ({ ...someAnswers, situation: { kind: 'text', text: 'ش'.repeat(length) } });
	const [short, long] = [await applied({ answers: text(900) }), await applied({ answers: text(3900) })];

	const rowsOf = async ({ application }: Applied) => {
		const parts = await database.db.selectFrom('grant_part').select('sealed_envelope as sealed').where('application_id', '=', application).execute();
		const letters = await database.db.selectFrom('grant_letter').select('sealed_letter as sealed').where('application_id', '=', application).execute();
		const row = await database.db.selectFrom('grant_application').selectAll().where('id', '=', application).executeTakeFirstOrThrow();
		return { row, rows: [...parts, ...letters] };
	};
	const [a, b] = [await rowsOf(short), await rowsOf(long)];

	const sizes = ({ rows }: typeof a): number[] => rows.map(({ sealed }) => sealed.length);
	expect(sizes(a)).toEqual(sizes(b));
	const { state } = await seen();
	const words = ({ row }: typeof a): string[] => row.manifest.match(/[\w-]{22,}/g) ?? [];
	const common = words(a).filter((word) => words(b).includes(word));
	expect([...new Set(common)].sort()).toEqual([state.call, state.head.hash, rapid.desk.circle].sort());
});

test('a second receipt opens and writes as the first does, and says that it was the second', async () => {
	const second = await newReceipt();
	const one = await applied({ second });

	const theirs = await opened(second);
	expect(await writeToTeam(line, theirs, { text: 'She cannot write herself now.', files: [] })).toEqual({ ok: true });

	expect([theirs.which, theirs.parts.get('identity')?.ok]).toEqual(['second', true]);
	expect((await opened(one.receipt)).thread).toMatchObject([{ ok: true, seq: 1, by: 'applicant', text: 'She cannot write herself now.' }]);
});

test('the applicant adds a file, and whoever lost a race writes in the next place and not twice', async () => {
	const second = await newReceipt();
	const one = await applied({ second });
	const [mine, theirs] = [await opened(one.receipt), await opened(second)];
	await writeToTeam(line, theirs, { text: 'First.', files: [] });
	const losing = lossy(line, (path, nth) => (path === '/api/receipt/messages' && nth === 4 ? 'after' : undefined));

	const written = await writeToTeam(losing, mine, { text: 'Here is the paper.', files: [photo(70_000)] });

	expect(written).toEqual({ ok: true });
	const { thread } = await opened(second);
	expect(thread).toMatchObject([{ seq: 1, text: 'First.', files: [] }, { seq: 2, text: 'Here is the paper.', files: [{ name: 'محضر.jpg', sizeBytes: 70_000 }] }]);
	const [added] = thread[1]?.ok === true ? thread[1].files : [];
	expect(await database.db.selectFrom('circle_blob').select(['whole', 'by_account', 'circle_id', 'begun_at']).where('id', '=', added?.blob ?? '').execute()).toEqual([{ whole: true, by_account: null, circle_id: rapid.desk.circle, begun_at: null }]);
});

test('the team answers with the key of the call, and nobody else passes for the team', async () => {
	const one = await applied();
	const mine = await opened(one.receipt);
	const stranger = await newReceipt();
	const put = async (seq: number, { author, signing }: { readonly author: string; readonly signing: Receipt['signing'] }) => {
		const place = { kind: 'application-message', circle: rapid.desk.circle, record: one.application, epoch: 1, version: seq };
		const seal = { author, at: 0, previous: null, head: mine.call.state.head };
		const key = await partRecords(mine.secrets?.thread ?? newPartSecret());
		const body = utf8(canonical({ v: 1, text: 'Please tell us the date.', status: { state: 'more-information', nextBy: '2026-12-01' } }));
		const sealed_envelope = Buffer.from(await sealRecord({ place, seal, body, key, signing, lengths: steppedLength }));
		await database.db.insertInto('grant_message').values({ application_id: one.application, seq, generation: 1, by_applicant: false, sealed_envelope }).execute();
	};
	await put(1, { author: rapid.call.id, signing: rapid.call.key });
	await put(2, { author: rapid.call.id, signing: stranger.signing });
	await put(3, { author: rapid.desk.actor.account, signing: rapid.desk.keys.signing });

	const { status, thread } = await opened(one.receipt);

	expect(thread).toMatchObject([{ ok: true, by: 'team', text: 'Please tell us the date.' }, { ok: false, kind: 'forged' }, { ok: false, kind: 'not-a-member' }]);
	expect(status).toEqual({ state: 'more-information', nextBy: '2026-12-01' });
});

test('withdrawn, nothing of it opens on the applicant’s side, and nothing more is taken', async () => {
	const one = await applied();
	const mine = await opened(one.receipt);

	expect(await withdrawApplication(line, mine)).toEqual({ ok: true });
	expect(await withdrawApplication(line, mine)).toEqual({ ok: true });

	const after = await opened(one.receipt);
	expect([after.state, after.secrets, after.parts.size, after.thread]).toEqual(['gone', undefined, 0, []]);
	expect(await writeToTeam(line, mine, { text: 'Wait.', files: [] })).toEqual({ ok: false, reason: 'gone' });
	expect((await openedByDesk(database.db, one.application, rapid.desk)).parts['core']).toBeDefined();
});

test('a burnt receipt leads to nothing, and the second one still does', async () => {
	const second = await newReceipt();
	const one = await applied({ second });
	const mine = await opened(one.receipt);

	expect(await burnReceipt(line, mine)).toEqual({ ok: true });
	expect(await burnReceipt(line, mine)).toEqual({ ok: true });

	expect(await openReceipt(line, one.receipt)).toEqual({ ok: false, reason: 'not-found' });
	expect(await writeToTeam(line, mine, { text: 'I.', files: [] })).toEqual({ ok: false, reason: 'not-found' });
	expect((await opened(second)).parts.get('core')?.ok).toBe(true);
});

test('whoever does not hold the receipt is told the same of a mailbox that is there and one that is not', async () => {
	const one = await applied();
	const stranger = await newReceipt();
	const path = '/api/receipt/withdraw';
	const ask = async (mailbox: string | undefined, method: 'GET' | 'POST') => {
		const body = method === 'POST' ? utf8('{}') : undefined;
		const signature = toText(await stranger.signing.sign(utf8('anything')));
		const response = await fetch(api.origin + (method === 'POST' ? path : '/api/receipt'), { method, headers: { origin: api.origin, 'steadfast-signature': signature, ...(mailbox === undefined ? {} : { 'steadfast-mailbox': mailbox }) }, ...(body && { body }) });
		return [response.status, await response.text(), [...response.headers].filter(([name]) => name !== 'date')];
	};

	const answers = [await ask(one.receipt.mailbox, 'POST'), await ask(stranger.mailbox, 'POST'), await ask('no mailbox', 'POST'), await ask(undefined, 'POST')];
	const reads = [await ask(stranger.mailbox, 'GET'), await ask('x', 'GET'), await ask(undefined, 'GET')];

	expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
	expect(new Set(reads.map((answer) => JSON.stringify(answer))).size).toBe(1);
	expect([answers[0]?.[0], answers[0]?.[1], reads[0]?.[1]]).toEqual([404, '{"reason":"not-found"}', '{"reason":"not-found"}']);
	expect((await opened(one.receipt)).state).toBe('us');
});

test('a server that shows another call under the name, or a log that its rules refuse, is not believed', async () => {
	const [{ state }, other] = [await seen(), await openedCall(api.house, { kind: 'rapid', at: new Date(), desk: rapid.desk })];
	const lying = (value: object): Line => ({ ...line, ask: () => Promise.resolve({ ok: true, value }) });
	const log = (entries: unknown) => ({ entries, now: Math.floor(Date.now() / 1000) });
	const cut = rapid.call.entries.map(({ body, signature }) => ({ body: body.replace('Rapid help', 'Other help'), signature }));

	const answers = await Promise.all([fetchCall(line, rapid.slug, state.call), fetchCall(line, rapid.slug, other.call.id), fetchCall(lying(log(other.call.entries)), rapid.slug, undefined), fetchCall(lying(log(cut)), rapid.slug, undefined), fetchCall(lying({}), rapid.slug, undefined), fetchCall(line, 'none', undefined)]);

	expect(answers.map((answer) => (answer.ok ? 'believed' : answer.reason))).toEqual(['believed', 'another-call', 'another-call', 'broken', 'broken', 'not-found']);
});

test('answers that are too long for an envelope are refused before anything is sent', async () => {
	const content = someContent({ form: { version: 1, questions: someQuestions.map((question) => (question.id === 'situation' ? { ...question, most: 20_000, label: inEnglish('Everything') } : question)) } });
	const call = await openedCall(api.house, { kind: 'rapid', at: new Date(), desk: rapid.desk, content });

	await expect(sealed({ slug: call.slug, answers: { ...someAnswers, situation: { kind: 'text', text: '𐀀'.repeat(300_000) } } })).rejects.toMatchObject({ kind: 'too-large' });
	await expect(sealed({ slug: call.slug, files: Array.from({ length: 11 }, () => photo(10)) })).rejects.toMatchObject({ kind: 'too-large' });
});
