import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import pg from 'pg';
import { errorCode, Refusal } from '../start/refusal.ts';
import { connectionOf, type DatabaseAddress, type Db } from './database.ts';

interface Migration {
	readonly name: string;
	readonly sql: string;
	readonly checksum: string;
}

/** Any fixed number: it keeps two starting processes from migrating at once (pg_advisory_lock). */
const migrationLock = 4_702_119;

/**
 * Applies the migrations of `folder` that the database lacks, in the order of their names, each in a transaction of
 * its own together with the line that records it: a kill leaves whole migrations and never half of one. Gives back
 * the names of those applied now.
 *
 * Throws a `Refusal`, with nothing changed, for an applied migration whose file was edited or is gone, for a
 * PostgreSQL older than 15 and for a full disk.
 */
export async function migrate(address: DatabaseAddress, folder: string): Promise<readonly string[]> {
	const client = new pg.Client(connectionOf(address));
	client.on('error', () => undefined);
	await client.connect();
	try {
		await refuseOldServer(client);
		await client.query('select pg_advisory_lock($1)', [migrationLock]);
		await client.query(tableOfMigrations);
		const { rows } = await client.query<Applied>(appliedQuery);
		const missing = missingMigrations(rows, readMigrations(folder));
		for (const migration of missing) await apply(client, migration);
		return missing.map(({ name }) => name);
	} finally {
		await client.end();
	}
}

const tableOfMigrations =
	'create table if not exists migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())';

/** What a database, or a backup of one, says of a migration that was applied to it. */
interface Applied {
	readonly name: string;
	readonly checksum: string;
}

const appliedQuery = 'select name, checksum from migration order by name';

/** Whether every migration of `folder` is applied: what readiness asks. */
export async function isMigrated(db: Db, folder: string): Promise<boolean> {
	const { rows } = await db.executeQuery<Applied>(CompiledQuery.raw(appliedQuery));
	return missingMigrations(rows, readMigrations(folder)).length === 0;
}

/** Throws a `Refusal` where a backup comes of a migration that `folder` lacks or that was edited since. */
export function refuseUnknown(applied: readonly Applied[], folder: string): void {
	missingMigrations(applied, readMigrations(folder), {
		unknown: (name) => `The backup holds the migration ${name}, which this Steadfast does not know: a newer one made it. Nothing was changed. Restore it with the newer version.`,
		edited: (name) => `The migration ${name} is not the one that the backup was made with. Nothing was changed. Put the file back as it was.`
	});
}

/** Waits until nobody else migrates this database, and keeps others from it until the transaction ends. */
export async function takeMigrationLock(client: pg.Client): Promise<void> {
	await refuseOldServer(client);
	await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
}

/**
 * Makes the tables of an empty database as those migrations of `folder` made them, all in the transaction that `client`
 * is in: unlike `migrate` it leaves nothing of one whose later ones fail. Expects what `refuseUnknown` lets pass.
 */
export async function rebuild(client: pg.Client, applied: readonly Applied[], folder: string): Promise<void> {
	await client.query(tableOfMigrations);
	for (const { name, sql, checksum } of readMigrations(folder)) {
		if (!applied.some((each) => each.name === name)) continue;
		await client.query(sql);
		await client.query('insert into migration (name, checksum) values ($1, $2)', [name, checksum]);
	}
}

async function refuseOldServer(client: pg.Client): Promise<void> {
	const { rows } = await client.query<{ number: number; words: string }>(
		"select current_setting('server_version_num')::int as number, current_setting('server_version') as words"
	);
	const version = rows[0];
	if (version && version.number >= 150_000) return;
	throw new Refusal(`The server of DATABASE_URL is PostgreSQL ${version?.words ?? '(unknown)'}; Steadfast needs 15 or newer. Nothing was changed.`);
}

function readMigrations(folder: string): Migration[] {
	return readdirSync(folder)
		.filter((name) => name.endsWith('.sql'))
		.sort()
		.map((name) => {
			const sql = readFileSync(join(folder, name), 'utf8');
			return { name, sql, checksum: createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex') };
		});
}

interface WordsOfRefusal {
	readonly unknown: (name: string) => string;
	readonly edited: (name: string) => string;
}

const wordsOfDatabase: WordsOfRefusal = {
	unknown: (name) => `The database holds the migration ${name}, which this Steadfast does not know: it is older than its database. Nothing was changed. Start the newer version.`,
	edited: (name) => `The migration ${name} was edited after it had been applied. Nothing was changed. Put the file back as it was and write a new migration.`
};

function missingMigrations(rows: readonly Applied[], known: readonly Migration[], words = wordsOfDatabase): Migration[] {
	for (const applied of rows) {
		const file = known.find(({ name }) => name === applied.name);
		if (!file) throw new Refusal(words.unknown(applied.name));
		if (file.checksum !== applied.checksum) throw new Refusal(words.edited(applied.name));
	}
	return known.filter(({ name }) => !rows.some((applied) => applied.name === name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
	try {
		await client.query('begin');
		await client.query(sql);
		await client.query('insert into migration (name, checksum) values ($1, $2)', [name, checksum]);
		await client.query('commit');
	} catch (error) {
		await client.query('rollback').catch(() => undefined);
		if (errorCode(error) === '53100') {
			throw new Refusal(`The disk of the database is full: the migration ${name} was not applied, nothing is half done. Make room and start again.`);
		}
		throw new Error(`The migration ${name} failed and was taken back: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
	}
}
