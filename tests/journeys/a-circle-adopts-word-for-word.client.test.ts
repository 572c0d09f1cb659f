import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startApi, type ApiServer } from '../api-server.ts';
import { sure } from '../desk-officers.ts';
import { circleOf, type RoundMember } from '../rounds.ts';
import { adoptionOf, answers, begunAdoption, consents, draftOf, frozen, lineWithout, noteOf, plantedInStatement, plantInStatement, releasedForum, writtenDraft } from '../statements.ts';
import { registerStatements } from '#lib/archive/server/index.ts';
import { testDatabase, type TestDatabase } from '#lib/platform/db/testing.ts';
import { adoptionKinds, filledAnswer } from '#lib/statement/adoption.ts';
import { canonicalText, clauseHash, draftKinds, textHash } from '#lib/statement/draft.ts';
import { bodyOf, singleRecord } from '#lib/statement/round.ts';
import { publicAdoptions } from '#lib/statement/server/adoptions.ts';
import { adoptionsIn, answer, countsSoFar, end, notePublication, sign, signaturesOf, takeSignatureBack } from '#lib/statement/client/adoptions.ts';
import { amend, applyAmendment, changesOf, comment, compared, decide, discussionOf, rest, support } from '#lib/statement/client/discussion.ts';
import { clausesOf, draftsIn, freeze, setClauseKind, versionsOf } from '#lib/statement/client/drafts.ts';
import { publicationOf, publish, publishedOf, translationsToPublish, withdrawPublished, type TranslationToPublish } from '#lib/statement/client/publishing.ts';
import { keepTranslation, translationOf } from '#lib/statement/client/translations.ts';

let database: TestDatabase;
let api: ApiServer;
let steward: RoundMember;
let ana: RoundMember;
let ben: RoundMember;
let eve: RoundMember;
/** How far the server's clock is put forward, for what waits for its time. */
let aheadMs = 0;

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	api = await startApi(database.address);
	registerStatements(api.house, () => new Date(Date.now() + aheadMs));
	await api.house.jobs.start();
	[steward, ana, ben, eve] = (await circleOf(database.db, api.origin, { members: 4 })) as [RoundMember, RoundMember, RoundMember, RoundMember];
});

afterAll(async () => {
	await api[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
});

test('two write in the clauses of one draft, each says what a clause is, and both have the same text', async () => {
	const draft = await writtenDraft(steward);
	const hers = await noteOf(await draftOf(ana, draft.id));
	const his = await noteOf(await draftOf(ben, draft.id));
	const [first, , third] = clausesOf(hers.text);
	const added = hers.text.split(third?.id ?? '', third?.text.length ?? 0);
	hers.text.type(added, [{ at: 0, remove: 0, insert: 'Companies should stop.' }]);
	his.text.type(first?.id ?? '', [{ at: 0, remove: 0, insert: 'Friends, ' }]);
	setClauseKind(his.text, first?.id ?? '', 'finding');
	for (const note of [hers, his]) sure(await note.send());
	for (const note of [hers, his]) sure(await note.bring());

	const [one, other] = [clausesOf(hers.text), clausesOf(his.text)];

	expect(one).toEqual(other);
	expect(one.map(({ kind, text }) => [kind, text])).toEqual([['finding', 'Friends, We met for three days, and listened.'], ['finding', 'Two of three of us were followed on the way.'], ['recommendation', 'Parliament should repeal the law by June 2027.'], ['recommendation', 'Companies should stop.']]);
	expect(sure(await draftsIn(sure(await eve.circle.refresh()).circle)).drafts.map((one) => one.ok && one.draft.title)).toContain('What we ask for');
});

test('an amendment is supported once by each member, a steward decides with a reason, and accepting it changes only the words that differ', async () => {
	const draft = await writtenDraft(steward);
	const hers = await draftOf(ana, draft.id);
	const clause = clausesOf((await noteOf(hers)).text)[2]!;
	sure(await amend(hers, { clause: clause.id, base: clause.text, text: 'Parliament must repeal the law by May 2027.', reason: 'It is urgent.' }));
	const amendment = sure(await discussionOf(hers)).discussion.amendments[0]!;
	for (const member of [ana, ben, ben]) {
		const own = await draftOf(member, draft.id);
		sure(await support(own, sure(await discussionOf(own)).discussion, { amendment: amendment.id, supports: true }));
	}
	const evil = await draftOf(eve, draft.id);
	// In another member's place, and as a decision that is not hers to take.
	await evil.circle.write({ kind: draftKinds.support, record: await singleRecord(draft.secret, 'support', `${amendment.id} ${steward.who.account}`), body: bodyOf({ v: 1, draft: draft.id, amendment: amendment.id, supports: true }) });
	sure(await decide(evil, sure(await discussionOf(evil)).discussion, { amendment: amendment.id, decision: 'rejected', reason: 'No.' }));
	const before = sure(await discussionOf(draft)).discussion;
	const note = await noteOf(draft);
	sure(await applyAmendment(note, amendment));
	sure(await decide(draft, before, { amendment: amendment.id, decision: 'accepted', reason: 'Urgent indeed.' }));

	const [after] = sure(await discussionOf(hers)).discussion.amendments;

	expect([before.amendments[0]?.decision, new Set(before.amendments[0]?.supporters)]).toEqual([undefined, new Set([ana.who.account, ben.who.account])]);
	expect([after?.decision?.decision, after?.decision?.by, after?.by]).toEqual(['accepted', steward.who.account, ana.who.account]);
	expect(clausesOf((await noteOf(hers)).text)[2]?.text).toBe('Parliament must repeal the law by May 2027.');
	expect(changesOf(sure(await compared(clause.text, amendment.text)).pieces)).toEqual([{ at: 11, remove: 6, insert: '' }, { at: 11, remove: 0, insert: 'must' }, { at: 34, remove: 4, insert: '' }, { at: 34, remove: 0, insert: 'May' }]);
});

test('comments and the propositions on which a clause rests stay with the clause, with figures and without anybody', async () => {
	const draft = await writtenDraft(steward);
	const hers = await draftOf(ana, draft.id);
	sure(await comment(hers, { clause: 'x', text: ' Shorter? ' }));
	const { discussion } = sure(await discussionOf(hers));
	const propositions = [{ round: draft.id, proposition: draft.id, text: 'A lawyer within a day.', standing: 'supported' as const, tallies: { everyone: { seen: 20, agrees: 15, disagrees: null, passes: null }, nearlyAll: null, groups: null }, fingerprint: 'abcd abcd abcd' }];
	sure(await rest(hers, discussion, { clause: 'x', propositions }));

	const read = sure(await discussionOf(draft)).discussion;

	expect(read.comments.map(({ clause, text, by }) => [clause, text, by])).toEqual([['x', 'Shorter?', ana.who.account]]);
	expect(read.grounds.get('x')).toEqual(propositions);
});

test('a version that was frozen is never another one, and no member who is no steward freezes or begins anything that others believe', async () => {
	const draft = await writtenDraft(steward);
	const version = await frozen(draft);
	const evil = await draftOf(eve, draft.id);
	const again = await freeze(draft, { title: 'Another', clauses: version.clauses, next: 1 });
	sure(await freeze(evil, { title: 'Hers', clauses: version.clauses, next: 2 }));
	const third = await frozen(draft);
	const { versions } = sure(await versionsOf(evil));

	expect(again).toMatchObject({ ok: false, reason: 'moved-on' });
	expect(versions.map(({ number, title }) => [number, title])).toEqual([[3, draft.title], [1, draft.title]]);
	expect(third.clauses).toEqual(version.clauses);
	const id = await begunAdoption({ ...eve, circle: eve.circle }, version).catch((error: unknown) => error);
	const listed = sure(await adoptionsIn(sure(await ana.circle.refresh()).circle)).adoptions.find((one) => one.id === id);
	expect(listed).toMatchObject({ ok: false, trouble: { kind: 'against-the-rules' } });
});

test('a clause with an objection is set aside, the rest is adopted under a hash of its own, and every browser counts the same', async () => {
	const id = await begunAdoption(steward, await frozen(await writtenDraft(steward)));
	const { adoption } = await adoptionOf(steward, id);
	const second = adoption.clauses[1]!.id;
	await answers(steward, id);
	await answers(ana, id, { answer: 'objects', clauses: [second], reason: 'It points to a person.' });
	await answers(ben, id, { answer: 'stands-aside', clauses: [], reason: '' });
	const before = await adoptionOf(steward, id);
	const whole = countsSoFar(before, new Set());
	sure(await end(before, { setAside: [second], now: new Date('2027-05-04T15:42:10Z') }));
	const late = await answer(await adoptionOf(eve, id), consents);

	const seen = await Promise.all([steward, ana, ben, eve].map(async (member) => (await adoptionOf(member, id)).ended));

	expect(whole).toMatchObject({ kind: 'below-threshold', clauses: [second] });
	for (const ended of seen) {
		expect(ended?.outcome).toEqual({ kind: 'adopted', counts: { participants: 4, consents: 2, standsAside: 1, objects: 0, silent: 1 } });
		expect([ended?.missing, ended?.ownMissing, ended?.at, ended?.by]).toEqual([0, false, Date.parse('2027-05-04T15:00:00Z'), steward.who.account]);
	}
	expect(late.ok).toBe(true);
	expect(seen[0]?.text).toBe(canonicalText({ ...adoption, clauses: adoption.clauses.filter((clause) => clause.id !== second) }));
	expect(seen[0]?.adoptedHash).toBe(await textHash(seen[0]?.text ?? ''));
	expect(seen[0]?.adoptedHash).not.toBe(adoption.hash);
});

test('nobody answers for another member, and a steward who leaves an answer out of the count is seen by its author', async () => {
	const id = await begunAdoption(steward, await frozen(await writtenDraft(steward)));
	const { adoption } = await adoptionOf(eve, id);
	await eve.circle.write({ kind: adoptionKinds.answer, record: await singleRecord(adoption.secret, 'answer', ben.who.account), body: bodyOf(filledAnswer({ v: 1, adoption: id, hash: adoption.hash, ...consents, clauses: [], signature: null })) });
	// Neither does she end it, nor keep him from answering.
	await eve.circle.write({ kind: adoptionKinds.outcome, record: await singleRecord(adoption.secret, 'outcome', ''), body: bodyOf({ v: 1, adoption: id, setAside: [], counted: [], at: 0 }) });
	const forged = await adoptionOf(ben, id);
	await answers(ana, id, { answer: 'objects', clauses: [], reason: 'Not like this.' });
	await answers(ben, id, { answer: 'stands-aside', clauses: [], reason: '' });
	await answers(steward, id);
	await answers(eve, id);
	const all = await adoptionOf(steward, id);
	const without = new Map([...all.answers].filter(([account]) => account !== ana.who.account));
	sure(await end({ ...all, answers: without }, { setAside: [], now: new Date() }));

	const [hers, others] = [await adoptionOf(ana, id), await adoptionOf(eve, id)];

	expect([forged.ended, forged.answers.size]).toEqual([undefined, 0]);
	expect(all.answers.get(ben.who.account)?.answer).toBe('stands-aside');
	expect([...all.answers.keys()].toSorted()).toEqual([steward, ana, ben, eve].map(({ who }) => who.account).toSorted());
	expect([hers.ended?.ownMissing, others.ended?.ownMissing]).toEqual([true, false]);
});

test('whatever somebody answers and however they sign, what the server keeps of it is of one size and names nobody', async () => {
	const id = await begunAdoption(steward, await frozen(await writtenDraft(steward)));
	await answers(steward, id);
	await answers(ana, id, { answer: 'objects', clauses: [], reason: 'A reason of some length, in the words of somebody who thought about it. '.repeat(10) });
	await answers(ben, id, { answer: 'stands-aside', clauses: [], reason: '' });
	await answers(eve, id);
	sure(await end(await adoptionOf(steward, id), { setAside: [], now: new Date() }));
	const rows = await database.db.selectFrom('circle_record').selectAll().where('kind', '=', adoptionKinds.answer).where('circle_id', '=', steward.circle.id).execute();

	expect(new Set(rows.map((row) => row.sealed_envelope.length)).size).toBe(1);
	expect(Object.keys(rows[0] ?? {}).filter((column) => /account|author|_at|by/.test(column))).toEqual([]);
});

/** Adopted by all four, in which these have signed. */
async function adopted(slug: string): Promise<{ readonly id: string; readonly draft: string; readonly forum: string }> {
	const draft = await writtenDraft(steward);
	const id = await begunAdoption(steward, await frozen(draft));
	for (const member of [steward, ana, ben, eve]) await answers(member, id);
	sure(await end(await adoptionOf(steward, id), { setAside: [], now: new Date() }));
	sure(await sign(ana.link, await adoptionOf(ana, id), { kind: 'named', name: ' Made-up  Ana ' }));
	sure(await sign(ben.link, await adoptionOf(ben, id), { kind: 'counted', name: 'never said' }));
	sure(await sign(eve.link, await adoptionOf(eve, id), { kind: 'organisation', name: 'A made-up office' }));
	return { id, draft: draft.id, forum: await releasedForum(steward, slug) };
}

const toPublish = async (id: string, forum: string, translations: readonly TranslationToPublish[] = []) => {
	const asItIs = await adoptionOf(steward, id);
	const [before] = sure(await publishedOf(steward.link, forum)).versions;
	const publication = await publicationOf(asItIs, { forum, before, correction: before ? 'A translation was added.' : '', translations, releaseAt: undefined });
	if (publication === undefined) throw new Error('Nothing was adopted.');
	return { asItIs, publication };
};

test('a signature that was taken back before publication is not published, and one that is only counted has no name there', async () => {
	const { id, forum } = await adopted('taken-back-before');
	sure(await takeSignatureBack(await adoptionOf(eve, id)));
	const { asItIs, publication } = await toPublish(id, forum);

	sure(await publish(steward.link, forum, publication));
	sure(await publish(steward.link, forum, publication));
	const [shown, ...others] = await publicAdoptions(database.db, forum, new Date());

	expect(signaturesOf(asItIs).map(({ kind, name }) => [kind, name])).toEqual([['counted', ''], ['named', 'Made-up Ana']]);
	expect(others).toEqual([]);
	expect(shown?.signatures.map(({ signature }) => [signature?.kind, signature?.name]).toSorted()).toEqual([['counted', ''], ['named', 'Made-up Ana']]);
	const row = JSON.stringify(await database.db.selectFrom('statement_adoption').selectAll().where('forum_slug', '=', forum).execute());
	for (const member of [steward, ana, ben, eve]) for (const text of [member.who.account, Buffer.from(member.who.keys.signing.publicKey).toString('base64url')]) expect(row).not.toContain(text);
});

test('a signature that is taken back after publication goes at once, name and key, without a session; its place says so, and no correction brings it again', async () => {
	const { id, forum } = await adopted('taken-back-after');
	const { asItIs, publication } = await toPublish(id, forum);
	sure(await publish(steward.link, forum, publication));
	sure(await notePublication(asItIs, { forum, version: 1 }));
	const hers = await adoptionOf(ana, id);
	const key = publication.signatures.find(({ kind }) => kind === 'named')?.key ?? '';
	const line = lineWithout(api.origin);

	const [first, again, stranger] = [await withdrawPublished(line, ana.link, hers, forum), await withdrawPublished(line, ana.link, hers, forum), await withdrawPublished(line, steward.link, hers, forum)];
	const [shown] = await publicAdoptions(database.db, forum, new Date());
	// She has not taken it back in the circle: the server does not show it all the same.
	const corrected = await toPublish(id, forum);
	sure(await publish(steward.link, forum, corrected.publication));
	const [newer] = await publicAdoptions(database.db, forum, new Date());

	expect(hers.published).toMatchObject({ forum, version: 1 });
	expect([first, again, stranger]).toEqual([{ ok: true, wasThere: true }, { ok: true, wasThere: true }, { ok: true, wasThere: false }]);
	for (const one of [shown, newer]) {
		expect(one?.signatures.filter(({ withdrawnOn }) => withdrawnOn !== null)).toEqual([{ hash: expect.any(String), signature: null, withdrawnOn: new Date().toISOString().slice(0, 10) }]);
		expect(one?.record.signatures).toHaveLength(3);
		expect(JSON.stringify([one?.signatures])).not.toContain('Made-up Ana');
	}
	expect(newer?.record).toMatchObject({ version: 2, correction: 'A translation was added.', previous: await textHash(publication.body) });
	const rows = await database.db.selectFrom('statement_adoption').select('signatures').where('forum_slug', '=', forum).execute();
	expect(JSON.stringify(rows)).not.toContain(key);
});

test('nobody publishes but staff of the circle that released the forum, nothing that was changed on the way, and no version that does not follow', async () => {
	const { id, forum } = await adopted('who-publishes');
	const { publication } = await toPublish(id, forum);
	const reason = async (member: RoundMember, slug: string, sent: typeof publication): Promise<string> => {
		const outcome = await publish(member.link, slug, sent);
		return outcome.ok ? 'published' : outcome.reason;
	};

	expect(await reason(ana, forum, publication)).toBe('not-found');
	expect(await reason(steward, 'no-such-forum', publication)).toBe('not-found');
	expect(await reason(steward, forum, { ...publication, signatures: publication.signatures.slice(1) })).toBe('forged');
	expect(await reason(steward, forum, { ...publication, text: publication.text.replace('June', 'July') })).toBe('forged');
	expect((await publishedOf(ana.link, forum)).ok).toBe(false);
	expect(await database.db.selectFrom('statement_adoption').select('version').where('forum_slug', '=', forum).execute()).toEqual([]);
	expect(await reason(steward, forum, publication)).toBe('published');
	const other = await adopted('who-publishes-other');
	expect(await reason(steward, forum, (await toPublish(other.id, other.forum)).publication)).toBe('malformed');
	const unchained = await publicationOf(await adoptionOf(steward, id), { forum, before: { record: (await publicAdoptions(database.db, forum, new Date()))[0]!.record, body: 'another' }, correction: 'Why.', translations: [], releaseAt: undefined });
	expect(await reason(steward, forum, unchained!)).toBe('moved-on');
});

test('nothing is told of a statement before its time of release', async () => {
	const { id, forum } = await adopted('embargoed');
	const { publication } = await toPublish(id, forum);
	const at = new Date(Date.now() + 3_600_000);

	const { releasedAt } = sure(await publish(steward.link, forum, { ...publication, releaseAt: at.toISOString() }));

	expect(releasedAt.getTime()).toBeGreaterThanOrEqual(at.getTime());
	expect([await publicAdoptions(database.db, forum, new Date()), (await publicAdoptions(database.db, forum, new Date(at.getTime() + 60_000))).length]).toEqual([[], 1]);
	expect(await database.db.selectFrom('archive_document').select('slug').where('forum_slug', '=', forum).execute()).toEqual([]);
});

test('a statement is in the record by itself once its time has come, and a queue whose clock is ahead publishes nothing too early and forgets nothing', async () => {
	const { id, forum } = await adopted('released-by-itself');
	const { publication } = await toPublish(id, forum);
	const { releasedAt } = sure(await publish(steward.link, forum, { ...publication, releaseAt: new Date(Date.now() + 3_600_000).toISOString() }));
	const waiting = async () => (await sql<{ readonly id: string; readonly at: Date }>`select id, start_after as at from job_queue.job where name = 'forum.statement' and data->>'slug' = ${forum} and state in ('created', 'retry')`.execute(database.db)).rows;
	const isCalledNow = (job: string) => sql`update job_queue.job set start_after = now() where id = ${job}`.execute(database.db);
	const documents = () => database.db.selectFrom('archive_document').select(['slug', 'content']).where('forum_slug', '=', forum).execute();
	const [first] = await waiting();
	await isCalledNow(first?.id ?? '');
	await expect.poll(async () => (await waiting()).map((job) => [job.id !== first?.id, job.at])).toEqual([[true, releasedAt]]);
	const early = await documents();

	aheadMs = 3_700_000;
	await isCalledNow((await waiting())[0]?.id ?? '');
	await expect.poll(documents).toHaveLength(1);
	aheadMs = 0;

	expect([first?.at, early]).toEqual([releasedAt, []]);
	expect((await documents())[0]?.content).toMatchObject({ slug: 'statement', publishedOn: releasedAt.toISOString().slice(0, 10), title: { in: { en: 'What we ask for' } } });
	expect(await waiting()).toEqual([]);
});

test('a translation of which one clause has gone stale is not published, and one that is current is', async () => {
	const { id, draft: draftId, forum } = await adopted('translated');
	const draft = await draftOf(steward, draftId);
	const { adoption } = await adoptionOf(steward, id);
	const clauses = await Promise.all(adoption.clauses.map(async (clause) => ({ clause: clause.id, of: await clauseHash(clause), text: `Cláusula ${clause.id}`, state: 'reviewed' as const })));
	const none = sure(await translationOf(draft, 'es'));
	const kept = sure(await keepTranslation(draft, none, { ...none.translation, title: 'Lo que pedimos', clauses: clauses.with(1, { ...clauses[1]!, of: await clauseHash({ kind: 'finding', text: 'Earlier words.' }) }) }));
	const stale = sure(await translationsToPublish(await adoptionOf(steward, id))).translations;
	sure(await keepTranslation(draft, kept, { ...none.translation, title: 'Lo que pedimos', clauses }));
	const current = sure(await translationsToPublish(await adoptionOf(steward, id))).translations;

	sure(await publish(steward.link, forum, (await toPublish(id, forum, current)).publication));
	const [shown] = await publicAdoptions(database.db, forum, new Date());

	expect(stale.map(({ language, text, clauses: states }) => [language, text, states.map(({ state }) => state)])).toEqual([['es', undefined, ['reviewed', 'stale', 'reviewed']], ['fr', undefined, ['missing', 'missing', 'missing']], ['ar', undefined, ['missing', 'missing', 'missing']]]);
	expect(shown?.translations.map(({ words }) => [words.language, words.title])).toEqual([['es', 'Lo que pedimos']]);
	const document = await database.db.selectFrom('archive_document').select('content').where('forum_slug', '=', forum).where('slug', '=', 'statement').executeTakeFirst();
	expect(document?.content.title.in).toEqual({ en: 'What we ask for', es: 'Lo que pedimos' });
});

test('members open again what they confided while they drafted and adopted', async () => {
	const opened = await plantInStatement(database.db, api.origin);

	for (const { text } of Object.values(plantedInStatement)) expect(opened).toContain(text);
});
