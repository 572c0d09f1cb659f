import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { testDatabase } from '../db/testing.ts';
import { recordDeed, verifyChain } from './audit.ts';

const at = new Date('2026-11-20T12:00:00Z');
const deed = (subject: string) => ({ actor: 'operator', action: 'archive.import', subject });

async function withEntries(count: number) {
	const database = await testDatabase(inject('postgres'));
	for (let n = 1; n <= count; n++) await database.db.transaction().execute((tx) => recordDeed(tx, deed(`record-${n}`), at));
	return database;
}

test('an untouched chain is whole, and its head can be noted elsewhere', async () => {
	await using database = await withEntries(3);

	const report = await verifyChain(database.db);

	expect(report).toEqual({ ok: true, entries: 3, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('an entry that somebody changed in the database is named', async () => {
	await using database = await withEntries(3);

	await sql`set session_replication_role = replica; update audit_entry set actor = 'nobody' where id = 2`.execute(database.db).catch(async () => {
		await sql`alter table audit_entry disable trigger user`.execute(database.db);
		await sql`update audit_entry set actor = 'nobody' where id = 2`.execute(database.db);
	});

	expect(await verifyChain(database.db)).toEqual({ ok: false, entry: 2, problem: 'changed' });
});

test('an entry that somebody took out leaves a gap that is found', async () => {
	await using database = await withEntries(3);

	await sql`alter table audit_entry disable trigger user`.execute(database.db);
	await sql`delete from audit_entry where id = 2`.execute(database.db);

	expect(await verifyChain(database.db)).toEqual({ ok: false, entry: 3, problem: 'missing' });
});

test('the database itself refuses to change, delete or empty audit entries', async () => {
	await using database = await withEntries(1);

	for (const statement of [sql`update audit_entry set actor = 'x'`, sql`delete from audit_entry`, sql`truncate audit_entry`]) {
		await expect(statement.execute(database.db)).rejects.toThrow('audit entries are never changed or removed');
	}
});

test('a deed whose transaction fails leaves no entry', async () => {
	await using database = await withEntries(0);

	await database.db
		.transaction()
		.execute(async (tx) => {
			await recordDeed(tx, deed('lost'), at);
			throw new Error('taken back');
		})
		.catch(() => undefined);

	expect(await verifyChain(database.db)).toEqual({ ok: true, entries: 0, head: '0'.repeat(64) });
});

test('deeds of many people at once still make one chain', async () => {
	await using database = await withEntries(0);

	await Promise.all(Array.from({ length: 20 }, (_, n) => database.db.transaction().execute((tx) => recordDeed(tx, deed(`r${n}`), at))));

	expect(await verifyChain(database.db)).toMatchObject({ ok: true, entries: 20 });
});
