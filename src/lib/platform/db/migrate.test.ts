import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { Refusal } from '../start/refusal.ts';
import { openDatabase } from './database.ts';
import { isMigrated, migrate } from './migrate.ts';
import { administer, withDatabase } from './testing.ts';

const people = 'create table people (id int);\n';
const notes = 'create table notes (id int);\n';

test('each migration is applied once, in the order of the names', async () => {
	await using place = await makePlace({ '0002_notes.sql': 'alter table people add column note text', '0001_people.sql': people, 'README.md': 'not SQL' });

	const first = await place.migrate();
	const second = await place.migrate();

	expect([first, second]).toEqual([['0001_people.sql', '0002_notes.sql'], []]);
	expect(await place.applied()).toEqual(['0001_people.sql', '0002_notes.sql']);
});

test('a migration whose second statement fails leaves nothing of its first, and those before it stay', async () => {
	await using place = await makePlace({ '1.sql': people, '2.sql': `${notes} insert into nowhere values (1);`, '3.sql': 'create table later (id int)' });

	const failed = place.migrate();

	await expect(failed).rejects.toThrow('The migration 2.sql failed and was taken back: relation "nowhere" does not exist');
	expect(await place.tables()).toEqual(['migration', 'people']);
	expect(await place.applied()).toEqual(['1.sql']);
});

test('a migration that cannot be recorded is not applied either', async () => {
	await using place = await makePlace({ '1.sql': `${people} insert into migration values ('1.sql', 'by itself')` });

	await expect(place.migrate()).rejects.toThrow('duplicate key');

	expect(await place.tables()).toEqual(['migration']);
	expect(await place.applied()).toEqual([]);
});

test('after a migration that failed the mended one is applied', async () => {
	await using place = await makePlace({ '1.sql': 'nonsense' });
	await expect(place.migrate()).rejects.toThrow('syntax error');

	place.write({ '1.sql': people });

	expect(await place.migrate()).toEqual(['1.sql']);
});

test('an applied migration that was edited is refused, and newer ones are not applied either', async () => {
	await using place = await makePlace({ '1.sql': people });
	await place.migrate();
	place.write({ '1.sql': `${people}-- a remark\n`, '2.sql': notes });

	const refused = await place.migrate().catch((error: unknown) => error);

	expect(refused).toBeInstanceOf(Refusal);
	expect(String(refused)).toContain('The migration 1.sql was edited after it had been applied. Nothing was changed.');
	expect(await place.tables()).toEqual(['migration', 'people']);
});

test('a database that is newer than the program is refused, and nothing is applied to it', async () => {
	await using place = await makePlace({ '1.sql': people, '2.sql': notes });
	await place.migrate();
	rmSync(join(place.folder, '2.sql'));
	place.write({ '3.sql': 'create table later (id int)' });

	const refused = await place.migrate().catch((error: unknown) => error);

	expect(refused).toBeInstanceOf(Refusal);
	expect(String(refused)).toContain('The database holds the migration 2.sql, which this Steadfast does not know');
	expect(await place.tables()).toEqual(['migration', 'notes', 'people']);
});

test('line ends of another system do not count as an edit', async () => {
	await using place = await makePlace({ '1.sql': people });
	await place.migrate();

	place.write({ '1.sql': people.replaceAll('\n', '\r\n') });

	expect(await place.migrate()).toEqual([]);
});

test('of many that start at once each migration is applied by one, and none of them fails', async () => {
	await using place = await makePlace({ '1.sql': `${people} select pg_sleep(0.05)`, '2.sql': notes });

	const done = await Promise.all(Array.from({ length: 6 }, () => place.migrate()));

	expect(done.flat().sort()).toEqual(['1.sql', '2.sql']);
	expect(await place.applied()).toEqual(['1.sql', '2.sql']);
});

test('a start that is killed in the middle of a migration leaves it unapplied, and the next start applies it whole', async () => {
	await using place = await makePlace({
		'1.sql': 'create table pause (seconds int); insert into pause values (600)',
		'2.sql': `${notes} select pg_sleep((select seconds from pause)); insert into notes values (1)`
	});
	const child = place.migrateInChild();
	const orphan = await place.backend("query like '%pg_sleep%'");
	const ended = once(child, 'exit');
	child.kill('SIGKILL');
	await ended;

	const between = [await place.applied(), await place.tables()];
	await sql`update pause set seconds = 0`.execute(place.db);
	const next = place.migrate();
	await place.backend("wait_event = 'advisory'");
	// PostgreSQL would find out by itself that nobody waits any longer, but only at the end of the 600 seconds.
	await sql`select pg_terminate_backend(${orphan})`.execute(place.db);

	expect(await next).toEqual(['2.sql']);
	expect(between).toEqual([['1.sql'], ['migration', 'pause']]);
	expect((await sql`select id from notes`.execute(place.db)).rows).toEqual([{ id: 1 }]);
});

test('a disk that fills up during a migration is told in words, and nothing is half done', async () => {
	await using place = await makePlace({ '1.sql': `${people} do $$ begin raise exception using errcode = '53100'; end $$` });

	const refused = await place.migrate().catch((error: unknown) => error);

	expect(refused).toBeInstanceOf(Refusal);
	expect(String(refused)).toContain('The disk of the database is full: the migration 1.sql was not applied');
	expect(await place.tables()).toEqual(['migration']);
});

test('a server counts as ready only when every migration is applied', async () => {
	await using place = await makePlace({ '1.sql': people });
	await place.migrate();
	const before = await isMigrated(place.db, place.folder);

	place.write({ '2.sql': notes });

	expect([before, await isMigrated(place.db, place.folder)]).toEqual([true, false]);
});

/** An empty database and a folder with these migrations. */
async function makePlace(files: Readonly<Record<string, string>>) {
	const server = inject('postgres').address;
	const name = `test_${randomBytes(6).toString('hex')}`;
	await administer(server, `create database ${name} template template0`);
	const address = withDatabase(server, name);
	const db = openDatabase(address, { connections: 2 });
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-migrate-'));
	const write = (more: Readonly<Record<string, string>>) => Object.entries(more).forEach(([file, text]) => writeFileSync(join(folder, file), text));
	write(files);
	return {
		db,
		folder,
		write,
		migrate: () => migrate(address, folder),
		migrateInChild() {
			const script = `const { migrate } = await import('./src/lib/platform/db/migrate.ts'); await migrate(JSON.parse(process.env.DATABASE), process.env.FOLDER);`;
			const env = { ...process.env, DATABASE: JSON.stringify(address), FOLDER: folder };
			return spawn(process.execPath, ['--input-type=module', '-e', script], { env, stdio: ['ignore', 'ignore', 'inherit'] });
		},
		/** The pid of a connection to this database that does what the condition says, as soon as there is one. */
		async backend(condition: string): Promise<number> {
			for (;;) {
				const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid() and ${sql.raw(condition)}`.execute(db);
				if (rows[0]) return rows[0].pid;
				await wait(10);
			}
		},
		applied: async () => (await sql<{ name: string }>`select name from migration order by name`.execute(db)).rows.map((row) => row.name),
		tables: async () => (await sql<{ name: string }>`select table_name::text as name from information_schema.tables where table_schema = 'public' order by 1`.execute(db)).rows.map((row) => row.name),
		async [Symbol.asyncDispose]() {
			await db.destroy();
			await administer(server, `drop database ${name} with (force)`);
			rmSync(folder, { recursive: true });
		}
	};
}
