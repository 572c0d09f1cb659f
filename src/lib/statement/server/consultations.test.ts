import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { startApi } from '../../../../tests/api-server.ts';
import type { Actor } from '#lib/people/account.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { randomId } from '#lib/vault/envelope.ts';
import type { NewConsultation } from '../consultation.ts';
import { madeVotes, twoCamps } from '../opinion/fixtures.ts';
import { ballotsFrom, commonGround, wholeOf, type Choice } from '../opinion/index.ts';
import { answer, newName, proposeTo, standingOf } from './answering.ts';
import { countConsultations, resultOf } from './consultation-counting.ts';
import { actOnConsultation, beginConsultation, consultationDesk, publicConsultation } from './consultations.ts';
import { registerRounds } from './index.ts';

const begins = new Date('2026-12-08T10:00:00Z');
const during = new Date('2026-12-08T12:00:00Z');
const ends = new Date('2026-12-09T10:00:00Z');
const slug = 'what-comes-first';
const words = (en: string) => ({ original: 'en' as const, in: { en } });

function asked(more: Partial<NewConsultation> = {}): NewConsultation {
	return { slug, question: words('What comes first?'), introduction: null, opensAt: begins.getTime(), closesAt: ends.getTime(), proposals: true, propositions: Array.from({ length: 9 }, (_, at) => words(`Made-up proposition ${at + 1}.`)), ...more };
}

async function stage(more: Partial<NewConsultation> = {}) {
	const database = await testDatabase(inject('postgres'));
	const api = await startApi(database.address);
	const { house } = api;
	registerRounds(house);
	await house.jobs.start({ working: false });
	const staff: Actor = { account: randomId(), role: 'staff', session: randomId(), signing: new Uint8Array(32) };
	expect(await beginConsultation(house, staff, asked(more), begins)).toEqual({ ok: true });
	let networks = 0;
	const opened = async () => {
		const found = await publicConsultation(house, slug);
		if (!found) throw new Error('There is none.');
		return found;
	};
	return {
		house,
		db: database.db,
		staff,
		opened,
		vote: (token: string, proposition: number, choice: Choice, { now = during, address = '' } = {}) => answer(house, { slug, token, proposition, choice, address: address || `198.51.${Math.floor(++networks / 250)}.${networks % 250}` }, now),
		act: (act: Parameters<typeof actOnConsultation>[2]['act'], now = during) => actOnConsultation(house, staff, { slug, act }, now),
		propose: (written: string, { now = during, address = '192.0.2.1' } = {}) => proposeTo(house, { slug, written, language: 'en', address }, now),
		votes: async () => (await database.db.selectFrom('statement_consultation_vote').select(['proposition', 'choice']).orderBy('proposition').execute()).map(({ proposition, choice }) => [proposition, choice]),
		async [Symbol.asyncDispose]() {
			await api[Symbol.asyncDispose]();
			await database[Symbol.asyncDispose]();
		}
	};
}

test('a changed answer takes the place of the earlier one, sent twice or from a second tab, and touches nobody else’s', async () => {
	await using place = await stage();
	const [mine, other] = [newName(), newName()];

	for (const choice of [1, 1, -1] as const) expect(await place.vote(mine, 3, choice)).toEqual({ ok: true });
	await Promise.all([place.vote(mine, 4, 0), place.vote(mine, 4, 0), place.vote(other, 3, 1)]);

	expect(await place.votes()).toEqual(expect.arrayContaining([[3, -1], [3, 1], [4, 0]]));
	expect(await place.votes()).toHaveLength(3);
	const { answers } = await standingOf(place.house, await place.opened(), mine, during);
	expect([...answers]).toEqual([[3, -1], [4, 0]]);
});

test('before the beginning, after the end, and for what is not put nothing is taken', async () => {
	await using place = await stage();
	const token = newName();

	expect(await place.vote(token, 1, 1, { now: new Date(begins.getTime() - 1) })).toEqual({ ok: false, reason: 'closed' });
	expect(await place.vote(token, 1, 1, { now: ends })).toEqual({ ok: false, reason: 'closed' });
	expect(await place.vote(token, 10, 1)).toEqual({ ok: false, reason: 'gone' });
	expect(await place.votes()).toEqual([]);
	expect(await place.propose('Too late?', { now: ends })).toEqual({ ok: false, reason: 'closed' });
	expect(await place.vote(token, 1, 1)).toEqual({ ok: true });
	expect(await answer(place.house, { slug: 'no-such', token, proposition: 1, choice: 1, address: '192.0.2.9' }, during)).toEqual({ ok: false, reason: 'closed' });
});

test('what is published is what the same votes come to by themselves, and who answered what is deleted with the counting', async () => {
	await using place = await stage();
	const made = madeVotes({ people: 120, propositions: 9, seen: 0.9, agrees: twoCamps });
	const names = new Map(Array.from({ length: 120 }, (_, at) => [`p${at}`, newName()]));
	const numberOf = (proposition: string): number => Number(proposition.slice(1)) + 1;
	for (const { person, proposition, choice } of made) expect(await place.vote(names.get(person) ?? '', numberOf(proposition), choice)).toEqual({ ok: true });

	await countConsultations(place.house, slug, during);
	await countConsultations(place.house, undefined, during);
	expect((await place.opened()).result).toBeNull();
	// As the hourly look does it where the job was lost.
	await countConsultations(place.house, undefined, ends);
	await countConsultations(place.house, slug, ends);

	const expected = resultOf(wholeOf(commonGround(ballotsFrom(made.map((vote) => ({ ...vote, proposition: String(numberOf(vote.proposition)) })), { propositions: Array.from({ length: 9 }, (_, at) => String(at + 1)) }))));
	await expect.poll(async () => (await place.opened()).result).not.toBeNull();
	const { result } = await place.opened();
	expect(result).toEqual(expected);
	expect(result?.groups).toHaveLength(2);
	expect(await place.votes()).toEqual([]);
	// Nothing of one person is in what stays: neither a place on the map nor a name.
	expect(Object.keys(result ?? {}).toSorted()).toEqual(['groups', 'middles', 'people', 'propositions', 'stability', 'tooFewVotes']);
	// Too early it made itself a job for the end.
	expect((await sql<{ start: Date }>`select start_after as start from job_queue.job where name = 'consultation.count'`.execute(place.db)).rows.map(({ start }) => start)).toEqual([ends, ends]);
});

test('an answer that arrives while all are counted is counted, or is told that it is not', async () => {
	await using place = await stage();
	const all = Array.from({ length: 60 }, () => newName());
	const early = await Promise.all(all.slice(0, 20).map((token) => place.vote(token, 1, 1)));

	const [late] = await Promise.all([Promise.all(all.slice(20).map((token) => place.vote(token, 1, 1, { now: new Date(ends.getTime() - 1) }))), countConsultations(place.house, slug, ends)]);

	const taken = [...early, ...late].filter(({ ok }) => ok).length;
	expect(await place.votes()).toEqual([]);
	await expect.poll(async () => (await place.opened()).result).not.toBeNull();
	const { result } = await place.opened();
	expect((result?.people ?? 0) + (result?.tooFewVotes ?? 0)).toBe(taken);
});

test('what participants propose waits for staff; refused or taken out its words are nowhere, and the reason alone is told', async () => {
	await using place = await stage();
	expect(await place.propose('  Canary-One\n is  proposed. ')).toEqual({ ok: true });
	expect(await place.propose('Canary-one is proposed.')).toEqual({ ok: false, reason: 'same-again' });
	expect(await place.propose('Canary-Two names somebody.')).toEqual({ ok: true });
	expect(await place.propose('a'.repeat(241))).toEqual({ ok: false, reason: 'words' });
	expect((await place.opened()).propositions).toHaveLength(9);
	const desk = await consultationDesk(place.db, place.staff, slug);
	expect(desk?.propositions.filter(({ state }) => state === 'waiting').map(({ number, words: said }) => [number, said?.in.en])).toEqual([[10, 'Canary-One is proposed.'], [11, 'Canary-Two names somebody.']]);

	expect(await place.act({ do: 'show', number: 10 })).toEqual({ ok: true });
	expect(await place.act({ do: 'show', number: 10 })).toEqual({ ok: false, reason: 'moved-on' });
	expect(await place.act({ do: 'refuse', number: 11, reason: 'endangers' })).toEqual({ ok: true });
	expect(await place.act({ do: 'translate', number: 10, language: 'ar', words: 'مقترح' })).toEqual({ ok: true });
	expect(await place.act({ do: 'translate', number: 10, language: 'en', words: 'Something else' })).toEqual({ ok: false, reason: 'malformed' });
	await expect.poll(async () => (await place.opened()).propositions.at(-1)).toEqual({ number: 10, words: { original: 'en', in: { en: 'Canary-One is proposed.', ar: 'مقترح' } } });
	const token = newName();
	expect(await place.vote(token, 10, 1)).toEqual({ ok: true });
	expect(await place.vote(token, 11, 1)).toEqual({ ok: false, reason: 'gone' });

	expect(await place.propose('Canary-Three is read by nobody.')).toEqual({ ok: true });
	await countConsultations(place.house, slug, ends);
	expect(await place.act({ do: 'refuse', number: 10, reason: 'unclear' }, new Date(ends.getTime() + 1000))).toEqual({ ok: true });
	await expect.poll(async () => (await place.opened()).refused).toEqual([{ reason: 'unclear', count: 1 }, { reason: 'endangers', count: 1 }]);
	expect((await standingOf(place.house, await place.opened(), token, during)).answers.size).toBe(0);
	const { rows } = await sql<{ text: string }>`select p::text as text from statement_consultation_proposition p`.execute(place.db);
	expect(JSON.stringify(rows)).not.toContain('Canary');
});

test('what fewest have seen is asked most, and nobody is asked the same twice', async () => {
	await using place = await stage({ propositions: [words('Seen by all.'), words('Seen by nobody.')] });
	await Promise.all(Array.from({ length: 40 }, (_, at) => place.vote(newName(), 1, at % 2 === 0 ? 1 : -1)));
	const found = await place.opened();

	// The first look was made before these votes, and is believed for half a minute.
	const later = new Date(during.getTime() + 31_000);
	const next = await Promise.all(Array.from({ length: 200 }, async () => (await standingOf(place.house, found, newName(), later)).next));
	expect(next.filter((one) => one === 2).length).toBeGreaterThan(150);

	const token = newName();
	await place.vote(token, 2, 0);
	expect((await standingOf(place.house, found, token, later)).next).toBe(1);
	await place.vote(token, 1, 0);
	expect((await standingOf(place.house, found, token, later)).next).toBeNull();
});

test('one network begins sixty names in ten minutes and no more, while those that began go on and other networks are not held up', async () => {
	await using place = await stage();
	const address = '203.0.113.7';
	const names = Array.from({ length: 61 }, () => newName());

	const outcomes: boolean[] = [];
	for (const token of names) outcomes.push((await place.vote(token, 1, 1, { address })).ok);

	expect(outcomes.filter((ok) => ok)).toHaveLength(60);
	expect(await place.vote(names[60]!, 1, 1, { address })).toEqual({ ok: false, reason: 'too-often' });
	expect(await place.vote(names[0]!, 2, 1, { address })).toEqual({ ok: true });
	expect(await place.vote(newName(), 1, 1, { address: '203.0.113.8' })).toEqual({ ok: true });
	expect(await place.vote(names[60]!, 1, 1, { address, now: new Date(during.getTime() + 600_001) })).toEqual({ ok: true });
});

test('no table tells from where or when somebody answered, nor a name that an address would need', async () => {
	await using place = await stage();
	const token = newName();
	await place.vote(token, 1, 1, { address: '203.0.113.77' });
	await place.propose('Somebody proposes this.', { address: '203.0.113.78' });

	const { rows } = await sql<{ name: string }>`select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('public', 'job_queue')`.execute(place.db);
	let all = '';
	for (const { name } of rows) all += (await sql<{ text: string }>`select t::text as text from ${sql.raw(name)} t`.execute(place.db)).rows.map(({ text }) => text).join('\n');
	const columns = await sql<{ name: string }>`select column_name as name from information_schema.columns where table_name = 'statement_consultation_vote' order by 1`.execute(place.db);

	expect(all).toContain('Somebody proposes this.');
	for (const trace of ['203.0.113', token, Buffer.from(token, 'base64url').toString('hex')]) expect(all).not.toContain(trace);
	expect(columns.rows.map(({ name }) => name)).toEqual(['choice', 'consultation', 'proposition', 'voter']);
});

test('a member begins and ends nothing; staff end one early and withdraw one that has not opened, and not the other way round', async () => {
	await using place = await stage();
	const member: Actor = { ...place.staff, role: 'member' };

	expect(await beginConsultation(place.house, member, asked({ slug: 'another' }), begins)).toEqual({ ok: false, reason: 'not-found' });
	expect(await actOnConsultation(place.house, member, { slug, act: { do: 'close' } }, during)).toEqual({ ok: false, reason: 'not-found' });
	expect(await consultationDesk(place.db, member, slug)).toBeUndefined();
	expect(await beginConsultation(place.house, place.staff, asked(), begins)).toEqual({ ok: false, reason: 'moved-on' });
	expect(await beginConsultation(place.house, place.staff, asked({ slug: 'over', question: words('\u202e') }), begins)).toEqual({ ok: false, reason: 'malformed' });
	expect(await place.act({ do: 'withdraw' })).toEqual({ ok: false, reason: 'moved-on' });
	expect(await beginConsultation(place.house, place.staff, asked({ slug: 'later', opensAt: ends.getTime(), closesAt: ends.getTime() + 3_600_000 }), begins)).toEqual({ ok: true });
	expect(await actOnConsultation(place.house, place.staff, { slug: 'later', act: { do: 'close' } }, during)).toEqual({ ok: false, reason: 'moved-on' });
	expect(await actOnConsultation(place.house, place.staff, { slug: 'later', act: { do: 'withdraw' } }, during)).toEqual({ ok: true });
	expect(await publicConsultation(place.house, 'later')).toBeUndefined();

	expect(await place.act({ do: 'close' })).toEqual({ ok: true });
	await expect.poll(async () => (await place.opened()).closesAt).toEqual(during);
	expect(await place.vote(newName(), 1, 1)).toEqual({ ok: false, reason: 'closed' });
	const deeds = await place.db.selectFrom('audit_entry').select('action').where('action', 'like', 'consultation.%').orderBy('id').execute();
	expect(deeds.map(({ action }) => action)).toEqual(['consultation.begin', 'consultation.begin', 'consultation.withdraw', 'consultation.close']);
});
