import { sql } from 'kysely';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { verifyChain } from '#lib/platform/audit/audit.ts';
import { connectionOf } from '#lib/platform/db/database.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import type { ArchiveRecord } from '../record.ts';
import { readRecord } from './record-files.ts';
import { importRecord, isRecordEmpty, wholeRecord } from './records.ts';
import { search } from './search.ts';

const first = new Date('2026-11-20T10:00:00Z');
const second = new Date('2026-11-21T10:00:00Z');
const record = await readRecord('archive');
const slug = '2018-restoring-faith-in-freedom';

/** The record with one forum changed. */
function changed(change: (forum: ArchiveRecord['forums'][number]) => ArchiveRecord['forums'][number]): ArchiveRecord {
	return { ...record, forums: record.forums.map((forum) => (forum.slug === slug ? change(forum) : forum)) };
}

async function imported() {
	const database = await testDatabase(inject('postgres'));
	await importRecord({ db: database.db, record, now: first });
	return database;
}

/** Everything that an import may touch, as one text; the order of rows does not count. */
async function everything(db: Awaited<ReturnType<typeof imported>>['db']): Promise<string> {
	const tables = ['archive_programme', 'archive_forum', 'archive_document', 'archive_question', 'archive_photo', 'archive_revision', 'followup_addressee', 'followup_recommendation', 'followup_entry', 'audit_entry', 'search_entry'];
	const texts = [];
	for (const table of tables) {
		const { rows } = await sql<{ all: string }>`select coalesce(string_agg(t::text, '\n' order by t::text), '') as all from ${sql.table(table)} t`.execute(db);
		texts.push(rows[0]?.all ?? '');
	}
	return texts.join('\n\n');
}

test('what comes out of the database is what the files said', async () => {
	await using database = await imported();

	const kept = await wholeRecord(database.db);

	expect({ ...kept, photos: [...(kept?.photos ?? [])] }).toEqual({ ...record, photos: [...record.photos] });
});

test('importing the same folder twice changes nothing, not even an audit entry or a date', async () => {
	await using database = await imported();
	const before = await everything(database.db);

	const report = await importRecord({ db: database.db, record, now: second });

	expect(report).toEqual({ added: 0, changed: 0, removed: 0, unchanged: record.forums.length + record.documents.length + 1, keptForums: [] });
	expect(await everything(database.db)).toBe(before);
});

test('an import that fails at its last row leaves the record, the search and the audit as they were', async () => {
	await using database = await imported();
	const before = await everything(database.db);
	const documents = record.documents.map((document, n) => (n === record.documents.length - 1 ? { ...document, forum: 'no-such-forum' } : document));

	const attempt = importRecord({ db: database.db, record: { ...changed((forum) => ({ ...forum, countries: 99 })), documents }, now: second });

	await expect(attempt).rejects.toThrow();
	expect(await everything(database.db)).toBe(before);
});

test('calendars are told of a new time by a higher number, and of nothing else', async () => {
	await using database = await imported();
	const sequences = () => database.db.selectFrom('archive_revision').select(['item_id', 'sequence']).where('forum_slug', '=', slug).where('sequence', '>', 0).execute();

	await importRecord({ db: database.db, record: changed((forum) => ({ ...forum, countries: 40 })), now: second });
	const afterCount = await sequences();
	await importRecord({ db: database.db, record: changed((forum) => ({ ...forum, agenda: forum.agenda.map((item, n) => (n === 0 ? { ...item, starts: '10:15' } : item)) })), now: second });
	const afterTime = await sequences();

	expect(afterCount).toEqual([]);
	expect(afterTime.toSorted((a, b) => a.item_id.localeCompare(b.item_id))).toEqual([
		{ item_id: '', sequence: 1 },
		{ item_id: record.forums.find((forum) => forum.slug === slug)?.agenda[0]?.id, sequence: 1 }
	]);
});

test('a number told to calendars never falls, even when the forum was taken out and put back', async () => {
	await using database = await imported();
	const moved = changed((forum) => ({ ...forum, agenda: forum.agenda.map((item) => ({ ...item, day: forum.startsOn })) }));
	await importRecord({ db: database.db, record: moved, now: second });
	const without = { ...record, forums: record.forums.filter((forum) => forum.slug !== slug), documents: record.documents.filter(({ forum }) => forum !== slug) };

	await importRecord({ db: database.db, record: without, now: second, replace: true });
	await importRecord({ db: database.db, record: moved, now: second });

	const rows = await database.db.selectFrom('archive_revision').select('sequence').where('forum_slug', '=', slug).execute();
	expect(rows.every(({ sequence }) => sequence >= 1)).toBe(true);
});

test('a folder with one forum does not wipe the other forums out, unless that is asked for', async () => {
	await using database = await imported();
	const one = { ...record, forums: record.forums.filter((forum) => forum.slug === slug), documents: record.documents.filter(({ forum }) => forum === slug) };

	const kept = await importRecord({ db: database.db, record: one, now: second });
	const replaced = await importRecord({ db: database.db, record: one, now: second, replace: true });

	expect(kept.keptForums).toHaveLength(record.forums.length - 1);
	expect(replaced.removed).toBe(record.forums.length - 1);
	expect((await wholeRecord(database.db))?.forums.map((forum) => forum.slug)).toEqual([slug]);
});

test('a document that its folder no longer holds is neither shown nor found', async () => {
	await using database = await imported();
	const documents = record.documents.filter((document) => !(document.forum === slug && document.slug === 'statement'));

	const report = await importRecord({ db: database.db, record: { ...record, documents }, now: second });

	expect(report.removed).toBe(1);
	const answer = await search(database.db, { query: 'Final Statement', page: 1 }, 'en');
	expect(answer.results.map(({ path }) => path)).not.toContain(`/forums/${slug}/statement`);
});

test('every process hears of what an import changed, after it is committed and not before', async () => {
	await using database = await imported();
	const listener = new pg.Client(connectionOf(database.address));
	await listener.connect();
	const heard: string[] = [];
	listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
	await listener.query('listen steadfast_publication');

	await importRecord({ db: database.db, record: changed((forum) => ({ ...forum, countries: 40 })), now: second });
	await listener.query('select 1');
	await listener.end();

	expect(heard).toEqual([`record followup forum:${slug}`]);
});

test('a new name of the programme, which stands on every page, drops every page', async () => {
	await using database = await imported();
	const listener = new pg.Client(connectionOf(database.address));
	await listener.connect();
	const heard: string[] = [];
	listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
	await listener.query('listen steadfast_publication');

	await importRecord({ db: database.db, record: { ...record, programme: { ...record.programme, host: 'Another host' } }, now: second });
	await listener.query('select 1');
	await listener.end();

	expect(heard).toEqual([['record', 'followup', ...record.forums.map((forum) => `forum:${forum.slug}`)].join(' ')]);
});

test('an import is in the audit chain, and the chain holds', async () => {
	await using database = await imported();

	const entries = await database.db.selectFrom('audit_entry').select(['actor', 'action']).execute();

	expect(entries).toEqual([{ actor: 'operator', action: 'archive.import' }]);
	expect(await verifyChain(database.db)).toMatchObject({ ok: true, entries: 1 });
});

test('two imports at the same moment follow one another and leave one whole record', async () => {
	await using database = await testDatabase(inject('postgres'));

	const reports = await Promise.all([importRecord({ db: database.db, record, now: first }), importRecord({ db: database.db, record, now: first })]);

	expect(reports.map(({ added }) => added).toSorted((a, b) => a - b)).toEqual([0, record.forums.length + record.documents.length + 1]);
});

test('only a record that never held anything counts as empty', async () => {
	await using database = await testDatabase(inject('postgres'));
	const before = await isRecordEmpty(database.db);

	await importRecord({ db: database.db, record: { ...record, forums: [], documents: [], questions: [] }, now: first });

	expect([before, await isRecordEmpty(database.db)]).toEqual([true, false]);
});
