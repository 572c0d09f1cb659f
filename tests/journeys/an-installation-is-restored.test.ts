import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, inject, onTestFinished, test } from 'vitest';
import { importRecord, readRecord } from '#lib/archive/server/index.ts';
import { recordDeed, verifyChain } from '#lib/platform/audit/audit.ts';
import { backupOf, noteBackup } from '#lib/platform/backup/backup.ts';
import { restore as fill, verifyBackup, type Restored, type Restoring } from '#lib/platform/backup/restore.ts';
import type { BlobStore } from '#lib/platform/blobs/blob.ts';
import { openBlobs } from '#lib/platform/blobs/blobs.ts';
import { openDatabase, type DatabaseAddress, type Db } from '#lib/platform/db/database.ts';
import { migrate } from '#lib/platform/db/migrate.ts';
import { administer, testDatabase, withDatabase } from '#lib/platform/db/testing.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { startBucket } from '../bucket.ts';
import { oddRows, oddTables } from '../odd-tables.ts';
import { temporaryFolder } from '../temporary.ts';

const now = new Date('2024-05-01T10:00:00Z');

test('an installation comes back row for row and byte for byte: the real record, subscribers, blobs, and the oddest of tables', async () => {
	await using house = await filledHouse();
	const folder = migrationsWith({ '9999_odd.sql': oddTables });
	await migrate(house.address, folder);
	await sql.raw(oddRows).execute(house.db);
	const kept = await everything(house.db);
	const backup = await bytesOf(house);
	await using other = await emptyHouse();

	const restored = await restore({ ...other, open: () => pieces(backup), migrationsDir: folder, resume: nothing });

	expect(restored).toEqual({ madeAt: now.toISOString(), rows: kept.rowCount, parts: 4, leftOut: [], migrated: [] });
	expect(kept.rowCount).toBeGreaterThan(5000);
	expect(await everything(other.db)).toEqual(kept);
	expect(await blobsOf(other.blobs)).toEqual(await blobsOf(house.blobs));
	expect(await verifyChain(other.db)).toEqual(await verifyChain(house.db));
});

test('after a restore the tables guard themselves as before: references, triggers, sequences', async () => {
	await using house = await filledHouse();
	const folder = migrationsWith({ '9999_odd.sql': oddTables });
	await migrate(house.address, folder);
	await sql.raw(oddRows).execute(house.db);
	const backup = await bytesOf(house);
	await using other = await emptyHouse();
	await restore({ ...other, open: () => pieces(backup), migrationsDir: folder, resume: nothing });

	await expect(sql`delete from audit_entry`.execute(other.db)).rejects.toThrow('never changed or removed');
	await expect(sql`truncate audit_entry`.execute(other.db)).rejects.toThrow('never changed or removed');
	await expect(sql`insert into odd_child (parent) values (99)`.execute(other.db)).rejects.toThrow('foreign key');
	await sql`insert into odd_parent values (4, null)`.execute(other.db);
	const { rows } = await sql`insert into odd_value default values returning id, twice`.execute(other.db);

	expect(rows).toEqual([{ id: 19, twice: 38 }]);
	expect((await sql`select what from odd_trace order by what`.execute(other.db)).rows).toEqual(['1', '2', '3', '4', 'put in by the migration'].map((what) => ({ what })));
});

test('a backup that is made while others write holds one moment: what belongs together is together', async () => {
	await using house = await filledHouse();
	const writing = { goes: true, rounds: 0 };
	const writer = (async () => {
		for (; writing.goes; writing.rounds += 1) {
			await house.db.transaction().execute(async (tx) => {
				await sql`insert into newsletter_subscription (address, language, confirm_token, unsubscribe_token, mail_asked_at, mails_asked, mail_owed)
					values (${`round-${writing.rounds}@example.net`}, 'en', ${`c${writing.rounds}`}, ${`u${writing.rounds}`}, now(), 1, false)`.execute(tx);
				await recordDeed(tx, { actor: 'visitor', action: 'test.round', subject: String(writing.rounds) }, new Date());
			});
			await house.blobs.putPart(newId(), 0, randomBytes(1000));
		}
	})();
	await until(() => writing.rounds > 5);

	const backups = [];
	for (let n = 0; n < 3; n += 1) backups.push(await bytesOf(house));
	writing.goes = false;
	await writer;

	const found = [];
	for (const backup of backups) {
		await using other = await emptyHouse();
		await restore({ ...other, open: () => pieces(backup), migrationsDir: 'migrations', resume: nothing });
		const count = async (text: string) => Number((await sql<{ n: number }>`${sql.raw(`select count(*)::int as n from ${text}`)}`.execute(other.db)).rows[0]?.n);
		const rounds = await count("newsletter_subscription where address like 'round-%'");
		expect(await count("audit_entry where action = 'test.round'")).toBe(rounds);
		expect(await verifyChain(other.db)).toMatchObject({ ok: true });
		found.push(rounds);
	}
	expect(found[0]).toBeGreaterThan(5);
	expect(found.toSorted((a, b) => a - b)).toEqual(found);
	expect(writing.rounds).toBeGreaterThan(found[2] ?? 0);
});

test('a backup that was cut short anywhere is refused, and nothing of it is restored', async () => {
	await using house = await filledHouse();
	const backup = await bytesOf(house);
	await using other = await emptyHouse();
	const length = backup.length;
	const cuts = [0, 1, 511, 512, 513, length - 1, length - 512, length - 1024, length - 1025, ...Array.from({ length: 11 }, (_, n) => Math.floor((length * (n + 1)) / 12))];

	const told = [];
	for (const cut of cuts) told.push(await restore({ ...other, open: () => pieces(backup.subarray(0, cut)), migrationsDir: 'migrations', resume: nothing }).catch((error: unknown) => error));

	expect(cuts.length).toBe(20);
	expect(told.map((error) => error instanceof Refusal && /^The backup is damaged, or is none\..* Nothing was restored/.test(error.message))).toEqual(cuts.map(() => true));
	expect(await isEmpty(other)).toBe(true);
});

test('a backup in which anything was altered is refused, and nothing of it is restored', async () => {
	await using house = await filledHouse();
	const backup = await bytesOf(house);
	await using other = await emptyHouse();
	const places = [...Array(60)].map(() => Math.floor(Math.random() * backup.length));
	const spoilt = [0, 100, 124, 156, 257, 300, 400, 511, 600, backup.length - 1, backup.length - 1500, ...places].map((place) => {
		const bytes = Buffer.from(backup);
		bytes[place] = (bytes[place] ?? 0) ^ (1 << (place % 8));
		return bytes;
	});
	spoilt.push(Buffer.concat([backup, Buffer.alloc(512)]), Buffer.concat([backup, backup]), Buffer.concat([backup.subarray(0, -1024), backup]));

	const told = [];
	for (const bytes of spoilt) told.push(await restore({ ...other, open: () => pieces(bytes), migrationsDir: 'migrations', resume: nothing }).catch((error: unknown) => error));

	expect(told.map((error) => error instanceof Refusal)).toEqual(spoilt.map(() => true));
	expect(await isEmpty(other)).toBe(true);
});

test('a backup that is exchanged for another between the first reading and the second is not half restored', async () => {
	await using house = await filledHouse();
	const backup = await bytesOf(house);
	await using other = await emptyHouse();
	let readings = 0;

	const told = await restore({ ...other, open: () => pieces((readings += 1) === 1 ? backup : backup.subarray(0, -4000)), migrationsDir: 'migrations', resume: nothing }).catch((error: unknown) => error);

	expect(String(told)).toMatch(/Refusal: The backup is damaged/);
	expect(await tablesIn(other.db)).toEqual([]);
});

test('only an empty installation is restored into', async () => {
	await using house = await filledHouse();
	const backup = await bytesOf(house);
	const before = await everything(house.db);

	const told = restore({ ...house, open: () => pieces(backup), migrationsDir: 'migrations', resume: nothing });

	await expect(told).rejects.toThrow(/^This installation is not empty/);
	expect(await everything(house.db)).toEqual(before);
});

test('a backup of an older version is brought up to date', async () => {
	await using house = await filledHouse();
	const backup = await bytesOf(house);
	await using other = await emptyHouse();
	const folder = migrationsWith({ '9998_later.sql': 'alter table newsletter_subscription add column note text not null default \'new\'' });

	const { migrated } = await restore({ ...other, open: () => pieces(backup), migrationsDir: folder, resume: nothing });

	expect(migrated).toEqual(['9998_later.sql']);
	expect((await sql`select distinct note from newsletter_subscription`.execute(other.db)).rows).toEqual([{ note: 'new' }]);
});

test('a backup of a newer version, or one made with a migration that was edited since, is refused', async () => {
	await using house = await filledHouse();
	await migrate(house.address, migrationsWith({ '9999_odd.sql': oddTables }));
	const backup = await bytesOf(house);
	await using other = await emptyHouse();

	const newer = restore({ ...other, open: () => pieces(backup), migrationsDir: 'migrations', resume: nothing });
	await expect(newer).rejects.toThrow(/holds the migration 9999_odd\.sql, which this Steadfast does not know: a newer one made it/);
	const edited = restore({ ...other, open: () => pieces(backup), migrationsDir: migrationsWith({ '9999_odd.sql': `${oddTables} select 1;` }), resume: nothing });
	await expect(edited).rejects.toThrow(/9999_odd\.sql is not the one that the backup was made with/);

	expect(await isEmpty(other)).toBe(true);
});

test('a table that is none of ours comes along and is left out, and is named', async () => {
	await using house = await filledHouse();
	await sql`create table somebody_elses (id int)`.execute(house.db);
	await sql`insert into somebody_elses values (1)`.execute(house.db);
	const backup = await bytesOf(house);
	await using other = await emptyHouse();

	const { leftOut } = await restore({ ...other, open: () => pieces(backup), migrationsDir: 'migrations', resume: nothing });

	expect(leftOut).toEqual(['somebody_elses']);
	expect(await tablesIn(other.db)).not.toContain('somebody_elses');
});

test('a bucket that is full ends a restore with nothing done, and the next try brings everything back', async () => {
	await using house = await filledHouse();
	const backup = await bytesOf(house);
	await using other = await emptyHouse();
	await using bucket = await startBucket();
	const blobs = openBlobs({ blobStore: bucket.config, dataDir: '/nowhere' });
	bucket.failures.push({ status: 507, code: 'XMinioStorageFull' });

	await expect(restore({ ...other, blobs, open: () => pieces(backup), migrationsDir: 'migrations', resume: nothing })).rejects.toThrow(/no room for the blobs/);
	expect(await tablesIn(other.db)).toEqual([]);
	await restore({ ...other, blobs, open: () => pieces(backup), migrationsDir: 'migrations', resume: nothing });

	expect(await everything(other.db)).toEqual(await everything(house.db));
	expect(await blobsOf(blobs)).toEqual(await blobsOf(house.blobs));
});

test('work that cannot be taken up again takes the whole restore back', async () => {
	await using house = await filledHouse();
	const backup = await bytesOf(house);
	await using other = await emptyHouse();

	await expect(restore({ ...other, open: () => pieces(backup), migrationsDir: 'migrations', resume: () => Promise.reject(new Error('no queue')) })).rejects.toThrow('no queue');

	expect(await tablesIn(other.db)).toEqual([]);
});

test('a database without tables of ours has nothing to back up', async () => {
	await using other = await emptyHouse();

	await expect(bytesOf(other)).rejects.toThrow(/^There is nothing to back up/);
	await expect(noteBackup(other.db, { sealed: true }, now)).rejects.toThrow(/^There is nothing to back up/);
});

test('that a backup is made stands in the audit', async () => {
	await using house = await filledHouse();

	await noteBackup(house.db, { sealed: false }, now);

	expect((await sql`select actor, action, subject from audit_entry order by id desc limit 1`.execute(house.db)).rows).toEqual([{ actor: 'operator', action: 'backup.write', subject: 'unsealed' }]);
});

interface House extends AsyncDisposable {
	readonly address: DatabaseAddress;
	readonly db: Db;
	readonly blobs: BlobStore;
}

const nothing = () => Promise.resolve();

/** As the command does it. */
async function restore(restoring: Restoring): Promise<Restored> {
	await verifyBackup(restoring);
	return fill(restoring);
}

/** The real record, some subscribers, and 3 MB of blobs. */
async function filledHouse(): Promise<House> {
	const { db, address, [Symbol.asyncDispose]: dispose } = await testDatabase(inject('postgres'));
	const blobs = openBlobs({ blobStore: undefined, dataDir: place() });
	await importRecord({ db, record: await readRecord('archive'), now });
	for (const n of [1, 2, 3, 4]) {
		await sql`insert into newsletter_subscription (address, language, confirm_token, unsubscribe_token, confirmed_at, mail_asked_at, mails_asked, mail_owed)
			values (${`person${n}@example.net`}, 'es', ${`confirm${n}`}, ${`leave${n}`}, ${n % 2 === 0 ? now : null}, ${now}, ${n}, ${n === 3})`.execute(db);
	}
	const large = newId();
	for (const [id, index, size] of [[large, 0, 1_500_000], [large, 1, 1_000_000], [newId(), 0, 500_000], [newId(), 3, 0]] as const) await blobs.putPart(id, index, randomBytes(size));
	return { db, address, blobs, [Symbol.asyncDispose]: dispose };
}

async function emptyHouse(): Promise<House> {
	const { address } = inject('postgres');
	const name = `restore_${randomBytes(6).toString('hex')}`;
	await administer(address, `create database ${name}`);
	const own = withDatabase(address, name);
	const db = openDatabase(own, { connections: 2 });
	return {
		db,
		address: own,
		blobs: openBlobs({ blobStore: undefined, dataDir: place() }),
		[Symbol.asyncDispose]: async () => {
			await db.destroy();
			await administer(address, `drop database if exists ${name} with (force)`);
		}
	};
}

function place(): string {
	const folder = temporaryFolder('backup');
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

function migrationsWith(files: Readonly<Record<string, string>>): string {
	const folder = join(place(), 'migrations');
	mkdirSync(folder);
	for (const name of readdirSync('migrations')) cpSync(join('migrations', name), join(folder, name));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	return folder;
}

async function bytesOf({ address, blobs }: Pick<House, 'address' | 'blobs'>): Promise<Buffer> {
	const found: Buffer[] = [];
	for await (const piece of backupOf({ address, blobs, madeAt: now })) found.push(piece);
	return Buffer.concat(found);
}

/** As a file arrives: in pieces whose borders mean nothing. */
async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
	for (let from = 0; from < bytes.length; from += 65_521) yield await Promise.resolve(bytes.subarray(from, from + 65_521));
}

/** Every row of every table as PostgreSQL writes it, and what guards the tables; asked without any code of the backup. */
async function everything(db: Db) {
	const rows: Record<string, string[]> = {};
	let rowCount = 0;
	for (const table of await tablesIn(db)) {
		const { rows: found } = await sql<{ row: string }>`select t::text as row from ${sql.table(table)} t order by t::text collate "C"`.execute(db);
		rows[table] = found.map(({ row }) => row);
		rowCount += found.length;
	}
	const ask = async (text: string) => (await sql.raw(text).execute(db)).rows;
	return {
		rows,
		rowCount,
		constraints: await ask("select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2"),
		triggers: await ask('select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2'),
		indexes: await ask("select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1"),
		sequences: await ask("select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1")
	};
}

async function tablesIn(db: Db): Promise<string[]> {
	const { rows } = await sql<{ name: string }>`select tablename::text as name from pg_tables where schemaname = 'public' order by 1`.execute(db);
	return rows.map(({ name }) => name);
}

async function blobsOf(store: BlobStore): Promise<Record<string, string>> {
	const found: Record<string, string> = {};
	for await (const { blobId, parts } of store.list()) {
		for (const { index } of parts) found[`${blobId}/${index}`] = Buffer.from((await store.readPart(blobId, index)) ?? 'absent').toString('base64');
	}
	return found;
}

async function isEmpty({ db, blobs }: House): Promise<boolean> {
	return (await tablesIn(db)).length === 0 && Object.keys(await blobsOf(blobs)).length === 0;
}

function newId(): string {
	return randomBytes(16).toString('base64url');
}

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
