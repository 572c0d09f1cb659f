import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { madeUpStates, someEntry, someRecommendation } from '#lib/followup/fixtures.ts';
import type { Entry, FollowupRequest, Happening } from '#lib/followup/recommendation.ts';
import { latestEntries, pressOf, toldRecommendation, trackerFor, wholeTracker } from '#lib/followup/server/index.ts';
import { trackerCsv } from '#lib/followup/tracker-table.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { Recall } from '#lib/platform/http/recall.ts';
import { filesFrom } from '../export.ts';
import { recordFrom } from '../files.ts';
import { recordsOf } from '../../../../tests/csv.ts';
import { recordFollowup } from './following.ts';
import { readRecord } from './record-files.ts';
import { importRecord, wholeRecord } from './records.ts';
import { search } from './search.ts';

const now = new Date('2026-11-30T10:00:00Z');
const later = new Date('2026-12-10T10:20:00Z');
const record = await readRecord('archive');
const at = { forum: '2016-a-time-for-peace', document: 'statement' } as const;
const staff = { account: 'staff-account', role: 'staff' } as const;

/** The real record, and in it what nobody did: see *Follow-up to test with*. */
async function ground() {
	const database = await testDatabase(inject('postgres'));
	const { db } = database;
	await importRecord({ db, record, now });
	const house = { db, recall: new Recall() };
	const ask = (request: FollowupRequest, when = later) => recordFollowup(house, staff, request, when);
	const happen = (id: string, happening: Happening, clauses = [1]) => ask({ what: 'entry', ...at, id, clauses, happening } as FollowupRequest);
	for (const addressee of madeUpStates) expect(await ask({ what: 'addressee', addressee })).toEqual({ ok: true });
	expect(await ask({ what: 'recommendation', ...at, recommendation: someRecommendation({ clause: 1, suggested: [{ of: '16.10', words: ['rights'] }] }) } as FollowupRequest)).toEqual({ ok: true });
	return { house, db, ask, happen, told: (clause = 1) => toldRecommendation(house, { ...at, clause }), [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

const sent: Happening = { kind: 'sent', to: 'made-up-north', on: '2026-12-09', channel: 'session', by: 'The secretariat' };
const back = (of: string, blank: boolean): Happening => ({ kind: 'taken-back', of, on: '2026-12-10', why: { original: 'en', in: { en: 'It was another day.' } }, blank });

test('the record as it comes says nothing of any government: no answer, no action, no assessment', async () => {
	await using database = await testDatabase(inject('postgres'));
	await importRecord({ db: database.db, record, now });

	const tracker = await trackerFor({ db: database.db, recall: new Recall() }, { page: 1 }, 2026);

	expect(tracker.recommendations.map(({ line: { forum, clause, standing } }) => [forum.slice(0, 4), clause, standing])).toEqual(
		[['2019', 1], ['2016', 1], ['2016', 2], ['2016', 3]].map((one) => [...one, { answers: {}, assessments: {}, coverage: 0 }])
	);
	expect(tracker.recommendations.map(({ words }) => words.in.en?.slice(0, 24))).toEqual(['The forum called for sol', 'The forum called on all ', 'It called for women to h', 'It called on states to t']);
	expect(Object.keys(tracker.recommendations[1]?.words.in ?? {}).toSorted()).toEqual(['ar', 'en', 'es', 'fr']);
});

test('what staff record stands on the page, in the counts, in the search, in the table and in the files, and comes back from them', async () => {
	await using all = await ground();
	expect(await all.happen('made-up-delivery', sent)).toEqual({ ok: true });
	expect(await all.happen('made-up-answer', { kind: 'response', from: 'made-up-north', on: '2026-12-10', answer: 'supported-in-part', words: { original: 'en', in: { en: 'We take note of the zebra.' } } })).toEqual({ ok: true });

	expect((await all.told())?.line.standing).toEqual({ deliveredOn: '2026-12-09', answeredOn: '2026-12-10', answers: { 'made-up-north': 'supported-in-part' }, assessments: {}, coverage: 0 });
	expect((await trackerFor(all.house, { state: 'AQ', step: 'answered', page: 1 }, 2026)).total).toBe(1);
	expect((await search(all.db, { query: 'zebra', language: 'en', page: 1 }, 'en')).results.map(({ path, kind }) => [path, kind])).toEqual([[`/followup/${at.forum}/statement/1`, 'recommendation']]);
	expect((await latestEntries(all.house, { most: 5 })).map(({ entry }) => entry.id)).toEqual(['made-up-answer', 'made-up-delivery']);
	const [row] = recordsOf(trackerCsv(await wholeTracker(all.house), { addressees: new Map(madeUpStates.map((one) => [one.id, one])), origin: 'https://record.example' })).filter(({ address }) => address?.endsWith('/2016-a-time-for-peace/statement/1'));
	expect(row).toMatchObject({ clause: '1', made_on: '2016', states: 'AQ', rights: 'ICCPR-19;ICESCR-12', step: 'answered', delivered_on: '2026-12-09', answers: 'made-up-north=supported-in-part', assessed_by_government: '' });

	const kept = await wholeRecord(all.db);
	const again = recordFrom(filesFrom(kept!));
	expect(again.ok && again.record.followups).toEqual(kept?.followups);
	expect(await importRecord({ db: all.db, record: again.ok ? again.record : record, now: later })).toMatchObject({ added: 0, changed: 0 });
	await using fresh = await testDatabase(inject('postgres'));
	await importRecord({ db: fresh.db, record: again.ok ? again.record : record, now: later });
	expect((await wholeRecord(fresh.db))?.followups).toEqual(kept?.followups);
});

test('that there is evidence which is kept back stands in the record and in the files, comes back from them, and is never said to be missing', async () => {
	await using all = await ground();
	const act: Happening = { kind: 'action', by: 'made-up-north', on: '2026-12-10', what: { original: 'en', in: { en: 'A made-up law.' } }, evidence: [], keptBack: true };
	expect(await all.happen('made-up-action', act)).toEqual({ ok: true });
	expect(await all.ask({ what: 'entry', ...at, id: 'made-up-lie', clauses: [1], happening: { ...act, keptBack: false } } as unknown as FollowupRequest)).toEqual({ ok: false, reason: 'malformed' });

	const kept = await wholeRecord(all.db);
	const files = filesFrom(kept!);
	const again = recordFrom(files);

	expect(kept?.followups.flatMap(({ history }) => history)).toEqual([{ ...act, id: 'made-up-action', clauses: [1], recordedOn: '2026-12-10' }]);
	expect(again.ok && again.record.followups).toEqual(kept?.followups);
	const [path = '', bytes] = [...files].find(([one]) => one.endsWith(`${at.forum}/followup/statement.md`)) ?? [];
	const said = new TextDecoder().decode(bytes);
	expect(said).toContain('kept_back: true');
	const wrong = recordFrom(new Map([...files, [path, new TextEncoder().encode(said.replace('kept_back: true', 'kept_back: false'))]]));
	expect(!wrong.ok && wrong.problems.map(({ message }) => message)).toEqual(['"kept_back" must be true, or not be there.']);
});

test('what the press took up is counted once for all its clauses, by year, country and language, not where it was taken back, and comes back from files', async () => {
	await using all = await ground();
	const item = (on: string, of: Partial<Extract<Happening, { kind: 'coverage' }>> = {}): Happening => ({ kind: 'coverage', on, medium: 'A made-up paper', title: 'A made-up headline', language: 'fr', url: 'https://paper.example/', ...of });
	const request = someRecommendation({ clause: 2 });
	expect(await all.ask({ what: 'recommendation', ...at, recommendation: request } as FollowupRequest)).toEqual({ ok: true });
	expect(await all.happen('made-up-1', item('2024-05', { country: 'AQ', archived: 'https://archive.example/1' }), [1, 2])).toEqual({ ok: true });
	for (const [id, one] of [['made-up-2', item('2026', { language: 'und' })], ['made-up-3', item('2026-01-02', { country: 'AQ' })], ['made-up-4', item('2026-01-03', { country: 'AQ' })]] as const) expect(await all.happen(id, one)).toEqual({ ok: true });
	expect(await all.happen('back', back('made-up-4', false))).toEqual({ ok: true });
	expect(await all.happen('made-up-5', item('2026', { country: 'ZZ' }))).toEqual({ ok: false, reason: 'malformed' });
	expect(await all.happen('made-up-5', item('2026', { archived: 'javascript:alert(1)' }))).toEqual({ ok: false, reason: 'malformed' });

	const { latest, ...counts } = await pressOf(all.house);

	expect(counts).toEqual({ years: [{ year: 2024, count: 1 }, { year: 2025, count: 0 }, { year: 2026, count: 2 }], countries: [{ of: 'AQ', count: 2 }], languages: [{ of: 'fr', count: 2 }] });
	expect(latest.map(({ entry }) => entry.id)).toEqual(['made-up-3', 'made-up-2', 'made-up-1']);
	expect((await all.told(2))?.line.standing.coverage).toBe(1);
	const kept = await wholeRecord(all.db);
	const again = recordFrom(filesFrom(kept!));
	expect(again.ok && again.record.followups).toEqual(kept?.followups);
});

test('somebody who is only a member records nothing, and is not told why', async () => {
	await using all = await ground();

	expect(await recordFollowup(all.house, { account: 'somebody', role: 'member' }, { what: 'entry', ...at, id: 'x', clauses: [1], happening: sent }, later)).toEqual({ ok: false, reason: 'not-found' });
	expect((await all.told())?.story).toEqual([]);
});

test('what was recorded is never changed: not by the same id, not by another file, not by taking the clause out', async () => {
	await using all = await ground();
	await all.happen('made-up-delivery', sent);
	const before = await all.told();

	expect(await all.happen('made-up-delivery', sent)).toEqual({ ok: true });
	expect(await all.happen('made-up-delivery', { ...sent, on: '2026-12-01' })).toEqual({ ok: false, reason: 'otherwise' });
	const other: Entry = someEntry({ ...sent, on: '2026-12-02' }, { id: 'made-up-delivery' });
	const files = { ...record, addressees: [...record.addressees, ...madeUpStates], followups: [{ ...at, recommendations: [someRecommendation({ clause: 1 })], history: [other] }] };
	await expect(importRecord({ db: all.db, record: files, now: later })).rejects.toThrow(/entry "made-up-delivery".*History only grows/s);
	await expect(importRecord({ db: all.db, record: { ...files, followups: [{ ...at, recommendations: [], history: [] }] }, now: later })).rejects.toThrow(/made-up-delivery/);

	expect(await all.told()).toEqual(before);
	expect(await importRecord({ db: all.db, record, now: later })).toMatchObject({ added: 0, changed: 0 });
	expect((await all.told())?.story).toEqual(before?.story);
});

test('what was wrong is taken back in the open, and what endangers somebody is gone from every table', async () => {
	await using all = await ground();
	const act = (what: string): Happening => ({ kind: 'action', on: '2026-12-10', what: { original: 'en', in: { en: what } }, evidence: [] });
	await all.happen('made-up-wrong', act('A made-up law.'));
	await all.happen('made-up-danger', act('Okapi Xyzzyname hid at the made-up farm.'));
	const whole = async (): Promise<string> => JSON.stringify(await Promise.all(['followup_entry', 'followup_recommendation', 'search_text', 'search_word'].map(async (table) => (await sql`select * from ${sql.table(table)}`.execute(all.db)).rows)));
	expect((await whole()).toLowerCase()).toContain('xyzzyname');

	expect(await all.happen('back-1', back('made-up-wrong', false))).toEqual({ ok: true });
	expect(await all.happen('back-2', back('made-up-danger', true))).toEqual({ ok: true });

	expect((await all.told())?.story.map(({ entry, takenBack }) => [entry.id, entry.kind, takenBack?.id])).toEqual([['made-up-wrong', 'action', 'back-1'], ['made-up-danger', 'blanked', 'back-2']]);
	expect((await all.told())?.line.standing.actedOn).toBeUndefined();
	expect(await latestEntries(all.house, { most: 5 })).toEqual([]);
	expect((await whole()).toLowerCase()).not.toContain('xyzzyname');
	// Whoever still has the words in an older file does not bring them back.
	expect(await all.happen('made-up-danger', act('Okapi Xyzzyname hid at the made-up farm.'))).toEqual({ ok: true });
	expect((await whole()).toLowerCase()).not.toContain('xyzzyname');
});

test('a clause whose words change takes its follow-up along, and a statement that goes takes its page away and no history', async () => {
	await using all = await ground();
	await all.happen('made-up-delivery', sent);
	const reworded = record.documents.map((one) => (one.forum === at.forum && one.slug === 'statement' ? { ...one, body: { ...one.body, in: { en: { ...one.body.in.en!, prose: one.body.in.en!.prose.map((block) => (block.kind === 'clause' && block.clause === 1 ? { ...block, blocks: [{ kind: 'paragraph' as const, inlines: [{ kind: 'text' as const, text: 'The quagga was called for.' }] }] } : block)) } } } } : one));

	await importRecord({ db: all.db, record: { ...record, documents: reworded, followups: [] }, now: later });
	expect((await all.told())?.words).toEqual({ original: 'en', in: { en: 'The quagga was called for.' } });
	expect((await search(all.db, { query: 'quagga', page: 1, kind: 'recommendation' }, 'en')).total).toBe(1);

	await importRecord({ db: all.db, record: { ...record, documents: record.documents.filter(({ slug, forum }) => slug !== 'statement' || forum !== at.forum), followups: [] }, now: later });
	expect(await all.told()).toBeUndefined();
	expect((await search(all.db, { query: 'quagga', page: 1 }, 'en')).total).toBe(0);
	expect(await all.db.selectFrom('followup_entry').select('id').execute()).toEqual([{ id: 'made-up-delivery' }]);

	await importRecord({ db: all.db, record, now: later });
	expect((await all.told())?.story.map(({ entry }) => entry.id)).toEqual(['made-up-delivery']);
});
