import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { callKeyOf, newReceipt, newRefereeLink, refereeLinkOf, sealLetter, sealRecord, type Receipt } from '#vault';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { canonical, filled, fromText, randomId, sha256, toText, utf8 } from '#lib/vault/envelope.ts';
import { startApi, type ApiServer } from '../../../../tests/api-server.ts';
import { someContent } from '../../../../tests/calls.ts';
import { somebody } from '../../../../tests/somebody.ts';
import { readCase } from '../case.ts';
import { answerStep, askHash, questionsPlace, refereeRequestMessage, type ReferenceDeed } from '../reference.ts';
import { forgetReferences } from '../server/references.ts';
import { fetchCall } from './call.ts';
import { callSecret, inboxOf, publishCall } from './calls.ts';
import { Desk, type OpenApplication } from './desk.ts';
import { lineTo, type Line } from '#lib/circles/client/line.ts';
import { openReceipt, type OpenedReceipt } from './opening.ts';
import { answerQuestions, openQuestions } from './refereeing.ts';
import { askApplicant, deskReferences, makeRefereeLink, noteHandedOver, takeLinkBack, type CallDesk } from './references.ts';
import { sealApplication } from './sealing.ts';
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

const line = () => lineTo(api.origin, { origin: api.origin });

/** One officer with a published call, as their tab has it. */
async function desk(): Promise<CallDesk> {
	const ana = await somebody(database.db, { name: 'Ana' });
	const { circle } = sure(await ana.circles(api.origin).foundCircle({ name: 'Grants desk', purpose: '' }));
	const link = ana.link(api.origin);
	const slug = `call-${randomId().toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
	const inbox = inboxOf(circle);
	sure(await publishCall(link, circle, { draft: { slug, kind: 'rapid', deadline: null, content: someContent() }, inboxes: { core: inbox, identity: inbox, payee: inbox } }));
	const own = new Desk(link, circle);
	return { desk: own, circle, link, call: sure(await own.call(slug)).state };
}

const questions = ['How long have you known each other’s work?', 'Did you hear of threats yourself?', 'Is there anything that we should not do?'];

interface Asked {
	readonly at: CallDesk;
	readonly receipt: Receipt;
	readonly application: string;
	/** The id of what was asked. */
	readonly ask: string;
	opened(): Promise<OpenApplication>;
	applicant(): Promise<OpenedReceipt>;
	reply(approved: readonly number[]): Promise<void>;
	/** What stands behind the # of the newest link. */
	fragment(): Promise<string>;
}

/** An application whose officer asked whether a lawyer may be asked three questions. */
async function asked(): Promise<Asked> {
	const at = await desk();
	const receipt = await newReceipt();
	const { state } = sure(await fetchCall(line(), at.call.slug, undefined)).call;
	const answers = { situation: { kind: 'text', text: 'Made up.' }, kind: { kind: 'choices', chosen: ['legal'] }, vouches: { kind: 'text', text: 'A lawyer, made up' } } as const;
	const whole = await sealApplication({ call: state, language: 'ar', role: 'self', answers, files: {}, receipt, second: null, now: new Date() });
	expect(await sendParcel(line(), await parcelOf(whole, { slug: at.call.slug, late: undefined, receipt }))).toEqual({ ok: true });
	const { application } = whole;
	const opened = async () => sure(await at.desk.open(at.call, application)).opened;
	const applicant = async () => sure(await openReceipt(line(), receipt)).opened;
	sure(await askApplicant(at, await opened(), { reference: 'vouches', who: 'The lawyer', questions, text: '' }));
	const deed = deedsOf(await applicant())[0];
	if (deed?.do !== 'ask') throw new Error('nothing was asked');
	return {
		at, receipt, application, opened, applicant, ask: deed.id,
		reply: async (approved) => {
			sure(await writeToTeam(line(), await applicant(), { text: '', files: [], deed: { do: 'reply', id: deed.id, of: await askHash(deed), approved } }));
		},
		fragment: async () => `${at.call.call}.${(await opened()).case.now.referees.at(-1)?.secret}`
	};
}

function deedsOf({ thread }: OpenedReceipt): ReferenceDeed[] {
	return thread.flatMap((message) => (message.ok && message.deed ? [message.deed] : []));
}

const make = ({ at, application, ask }: Asked, days = 14) => makeRefereeLink(at, { application, ask, days });
const standings = async ({ at, opened }: Asked) => sure(await deskReferences(at, await opened())).references.map(({ standing, answers, approved, changed, trouble }) => ({ standing, answers, approved, changed, trouble: trouble?.kind }));
const quiet = { answers: undefined, changed: false, trouble: undefined };

/** The same line, whose answers the server changes. */
function lied(change: (value: never) => unknown): Line {
	const honest = line();
	return {
		...honest,
		async ask(asking) {
			const answer = await honest.ask(asking);
			return answer.ok && asking.path === '/api/reference' ? { ...answer, value: change(structuredClone(answer.value) as never) } : answer;
		}
	};
}

test('a referee is asked what the applicant approved and nothing else, and the desk alone reads the answer', async () => {
	const one = await asked();
	const before = await standings(one);
	await one.reply([0, 2]);
	const approved = await standings(one);
	const made = sure(await make(one)).opened;
	const handed = sure(await noteHandedOver(one.at, made, made.case.now.referees[0]!)).opened;
	const waiting = await standings(one);
	const found = sure(await openQuestions(line(), await one.fragment())).opened;
	expect(await answerQuestions(line(), found, ['Nine years.', ''])).toEqual({ ok: true });

	expect([before, approved, waiting, await standings(one)]).toEqual([
		[{ ...quiet, standing: 'asked', approved: undefined }],
		[{ ...quiet, standing: 'approved', approved: [questions[0], questions[2]] }],
		[{ ...quiet, standing: 'handed-over', approved: [questions[0], questions[2]] }],
		[{ ...quiet, standing: 'answered', approved: [questions[0], questions[2]], answers: ['Nine years.', ''] }]
	]);
	expect({ questions: found.questions, call: found.call.state.call }).toEqual({ questions: [questions[0], questions[2]], call: one.at.call.call });
	expect(sure(await one.at.circle.versions(one.application)).versions.map((version) => version.ok && readCase(version.body)?.move.name)).toEqual(['reference', 'reference']);
	expect(handed.case.now.referees).toHaveLength(1);
	expect(deedsOf(await one.applicant()).map((deed) => deed.do)).toEqual(['ask', 'reply']);
});

test('without the applicant’s yes there is no link: not before her answer, not after a refusal, and her newest answer counts', async () => {
	const one = await asked();
	const early = await make(one);
	await one.reply([]);
	const refused = [await make(one), (await standings(one))[0]?.standing];
	await one.reply([1]);

	expect([early, ...refused]).toEqual([{ ok: false, reason: 'not-approved' }, { ok: false, reason: 'not-approved' }, 'refused']);
	sure(await make(one));
	expect(await make(one)).toEqual({ ok: false, reason: 'as-it-is' });
	expect(sure(await openQuestions(line(), await one.fragment())).opened.questions).toEqual([questions[1]]);
	await one.reply([]);
	expect(await standings(one)).toEqual([{ ...quiet, standing: 'made', approved: [], changed: true }]);
});

test('a yes to other questions than those that were asked is no yes, nor one that the team gives itself', async () => {
	const one = await asked();
	const reply: ReferenceDeed = { do: 'reply', id: one.ask, of: toText(await sha256(utf8('other questions'))), approved: [0, 1, 2] };
	sure(await writeToTeam(line(), await one.applicant(), { text: '', files: [], deed: reply }));
	const { secret } = sure(await callSecret(one.at.circle, one.at.call));
	const [ask] = deedsOf(await one.applicant());
	sure(await one.at.desk.say({ call: one.at.call, callSecret: secret, opened: await one.opened(), text: '', deed: { ...reply, of: ask?.do === 'ask' ? await askHash(ask) : '' } }));

	expect(await standings(one)).toEqual([{ ...quiet, standing: 'asked', approved: undefined }]);
	expect(await make(one)).toEqual({ ok: false, reason: 'not-approved' });
	expect(await askApplicant(one.at, await one.opened(), { reference: 'situation', who: 'Somebody', questions, text: '' })).toEqual({ ok: false, reason: 'no-reference' });
});

test('a link answers once, and one that was used, taken back, has expired or never was says the same', async () => {
	const [used, back, late, gone] = [await asked(), await asked(), await asked(), await asked()];
	for (const one of [used, back, late, gone]) {
		await one.reply([0, 1, 2]);
		sure(await make(one, 1));
	}
	const opened = sure(await openQuestions(line(), await used.fragment())).opened;
	expect(await answerQuestions(line(), opened, ['First.', '', ''])).toEqual({ ok: true });
	const second = await answerQuestions(line(), opened, ['Another one.', '', '']);
	const stillOpen = sure(await openQuestions(line(), await back.fragment())).opened;
	const before = await back.fragment();
	const held = await back.opened();
	sure(await takeLinkBack(back.at, held, held.case.now.referees[0]!));
	const expired = sure(await openQuestions(line(), await late.fragment())).opened;
	await database.db.updateTable('grant_reference').set({ expires_at: new Date(Date.now() - 1000) }).where('application_id', '=', late.application).execute();
	expect(await withdrawApplication(line(), await gone.applicant())).toEqual({ ok: true });
	const unknown = `${used.at.call.call}.${randomId()}`;

	const said = await Promise.all([await used.fragment(), before, await late.fragment(), await gone.fragment(), unknown, 'nonsense'].map((fragment) => openQuestions(line(), fragment)));
	expect([...said, second, await answerQuestions(line(), stillOpen, ['x', '', '']), await answerQuestions(line(), expired, ['x', '', ''])]).toEqual(Array.from({ length: 9 }, () => ({ ok: false, reason: 'gone' })));
	expect((await standings(used))[0]?.answers).toEqual(['First.', '', '']);
	expect([(await standings(back))[0]?.standing, (await standings(late))[0]?.standing]).toEqual(['approved', 'ended']);
	const heldUsed = await used.opened();
	expect(await takeLinkBack(used.at, heldUsed, heldUsed.case.now.referees[0]!)).toEqual({ ok: false, reason: 'moved-on' });
	await forgetReferences(database.db, new Date());
	expect((await database.db.selectFrom('grant_reference').select('application_id').execute()).map(({ application_id }) => application_id)).not.toContain(late.application);
	// Another link after one that ended is a new one.
	sure(await make(late));
	expect(sure(await openQuestions(line(), await late.fragment())).opened.questions).toEqual(questions);
});

test('an answer that was sent and whose receipt was lost is sent again without a second one', async () => {
	const one = await asked();
	await one.reply([0]);
	sure(await make(one));
	const opened = sure(await openQuestions(line(), await one.fragment())).opened;
	let lost = 0;
	const honest = line();
	const bad: Line = {
		...honest,
		pause: () => Promise.resolve(),
		ask: async (asking) => {
			const answer = await honest.ask(asking);
			return asking.method === 'POST' && (lost += 1) < 3 ? { ok: false, status: 0, reason: 'offline' } : answer;
		}
	};

	expect(await answerQuestions(bad, opened, ['Yes.'])).toEqual({ ok: true });
	expect([lost, (await standings(one))[0]?.answers]).toEqual([3, ['Yes.']]);
});

test('nobody answers without the link: not with another link’s key, and not the server in its place', async () => {
	const one = await asked();
	await one.reply([0]);
	sure(await make(one));
	const link = await refereeLinkOf(fromText((await one.opened()).case.now.referees[0]!.secret)!);
	const other = await newRefereeLink();
	const { core } = one.at.call.inboxes;
	const letter = await sealLetter({ header: { kind: 'reference-answer', circle: core.circle, about: link.id, author: link.id, at: 0 }, body: filled(canonical({ v: 1, answers: ['A lie.'] }), answerStep), recipients: [core.recipient], signing: other.signing });
	const body = utf8(JSON.stringify({ letter: toText(letter) }));
	const signature = toText(await other.signing.sign(refereeRequestMessage({ method: 'POST', path: '/api/reference', bodyHash: toText(await sha256(body)) })));
	const send = (headers: Readonly<Record<string, string>>) => line().ask({ method: 'POST', path: '/api/reference', body, headers: { 'content-type': 'application/json', ...headers } });

	expect(await send({ 'steadfast-reference': link.id, 'steadfast-signature': signature })).toEqual({ ok: false, status: 404, reason: 'not-found' });
	expect(await send({ 'steadfast-reference': other.id, 'steadfast-signature': signature })).toEqual({ ok: false, status: 404, reason: 'not-found' });
	expect(await send({ 'steadfast-reference': link.id })).toEqual({ ok: false, status: 404, reason: 'not-found' });
	// The server itself puts it there.
	await database.db.updateTable('grant_reference').set({ sealed_questions: null, sealed_answer: Buffer.from(letter) }).where('id', '=', link.id).execute();
	expect(await standings(one)).toEqual([{ ...quiet, standing: 'answered', approved: [questions[0]], trouble: 'forged' }]);
});

test('a server that shows other questions, another call or an older history is noticed before anything is written', async () => {
	const [one, another] = [await asked(), await asked()];
	for (const each of [one, another]) {
		await each.reply([0]);
		sure(await make(each));
	}
	const [fragment, theirs] = [await one.fragment(), await another.fragment()];
	type Found = { call: { entries: { body: string; signature: string }[] }; envelope: string };
	const link = await refereeLinkOf(fromText(fragment.split('.')[1]!)!);
	const foreign = sure(await line().ask({ method: 'GET', path: '/api/reference', headers: { 'steadfast-reference': (await refereeLinkOf(fromText(theirs.split('.')[1]!)!)).id } })).value as Found;
	// Somebody who has the link and not the call's key: the questions open, and are not the team's.
	const forged = await sealRecord({ place: questionsPlace({ call: one.at.call.call, link: link.id }), seal: { author: one.at.call.call, at: 0, previous: null, head: one.at.call.head }, body: utf8(canonical({ v: 1, questions: ['Where does she sleep?'] })), key: link.questions, signing: link.signing });
	const otherHead = await sealRecord({ place: questionsPlace({ call: one.at.call.call, link: link.id }), seal: { author: one.at.call.call, at: 0, previous: null, head: another.at.call.head }, body: utf8(canonical({ v: 1, questions: ['A question.'] })), key: link.questions, signing: await callKeyOf(sure(await callSecret(one.at.circle, one.at.call)).secret) });

	const through = async (change: (value: Found) => unknown) => openQuestions(lied(change), fragment);
	expect(sure(await through((found) => found)).opened.questions).toEqual([questions[0]]);
	expect(await through((found) => ({ ...found, envelope: foreign.envelope }))).toEqual({ ok: false, reason: 'broken' });
	expect(await through((found) => ({ ...found, envelope: toText(forged) }))).toEqual({ ok: false, reason: 'broken' });
	expect(await through((found) => ({ ...found, envelope: toText(otherHead) }))).toEqual({ ok: false, reason: 'broken' });
	expect(await through((found) => ({ ...found, call: foreign.call }))).toEqual({ ok: false, reason: 'another-call' });
	expect(await through((found) => ({ ...found, call: { entries: [{ ...found.call.entries[0], signature: found.call.entries[0]?.signature.replace(/^./, (sign) => (sign === 'A' ? 'B' : 'A')) }] } }))).toEqual({ ok: false, reason: 'broken' });
	expect(await through(() => ({}))).toEqual({ ok: false, reason: 'broken' });
	// A link to one call with the name of another opens nothing.
	expect(await openQuestions(line(), `${another.at.call.call}.${fragment.split('.')[1]}`)).toEqual({ ok: false, reason: 'another-call' });
});

test('who is not of the desk makes, sees and takes back no link', async () => {
	const one = await asked();
	await one.reply([0]);
	sure(await make(one));
	const stranger = await somebody(database.db, { name: 'Eve' });
	const link = stranger.link(api.origin);
	const path = `/api/desk/applications/${one.application}/references`;
	const { id, signing } = await database.db.selectFrom('grant_reference').select(['id', 'signing']).where('application_id', '=', one.application).executeTakeFirstOrThrow();
	const made = await newRefereeLink();
	const envelope = toText(await sealRecord({ place: questionsPlace({ call: one.at.call.call, link: made.id }), seal: { author: '', at: 0, previous: null, head: one.at.call.head }, body: utf8('x'), key: made.questions, signing: made.signing }));

	const said = [await link.ask(path), await link.send('POST', path, { id: made.id, signing, days: 3, envelope }), await link.send('DELETE', `${path}/${id}`, {})];

	expect(said.map((answer) => answer.status)).toEqual([404, 404, 404]);
	expect((await one.at.link.send('POST', path, { id: made.id, signing, days: 15, envelope })).status).toBe(400);
	expect((await one.at.link.send('POST', path, { id, signing: toText(made.signing.publicKey), days: 3, envelope })).status).toBe(409);
	expect((await standings(one))[0]?.standing).toBe('made');
});

test('a short answer and a long one are of one size on the server, and so are questions', async () => {
	const sizes: unknown[] = [];
	for (const text of ['No.', 'x'.repeat(4000)]) {
		const one = await asked();
		await one.reply(text === 'No.' ? [0] : [0, 1, 2]);
		sure(await make(one));
		const opened = sure(await openQuestions(line(), await one.fragment())).opened;
		const { sealed_questions } = await database.db.selectFrom('grant_reference').select('sealed_questions').where('id', '=', opened.link.id).executeTakeFirstOrThrow();
		expect(await answerQuestions(line(), opened, opened.questions.map(() => text))).toEqual({ ok: true });
		const { sealed_answer } = await database.db.selectFrom('grant_reference').select('sealed_answer').where('id', '=', opened.link.id).executeTakeFirstOrThrow();
		sizes.push([sealed_questions?.length, sealed_answer?.length]);
	}

	expect(sizes[0]).toEqual(sizes[1]);
});
