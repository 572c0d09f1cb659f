import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { BlobStore } from '../blobs/blob.ts';
import { copyIn } from '../db/copy.ts';
import { connectionOf, type DatabaseAddress, type Tables, type Tx } from '../db/database.ts';
import { migrate, rebuild, refuseUnknown, takeMigrationLock } from '../db/migrate.ts';
import { errorCode, Refusal } from '../start/refusal.ts';
import { readBackup, type Manifest } from './contents.ts';
import { loosenTables, namesOf, quoted, steadySettings } from './tables.ts';
import { DamagedBackup } from './tar.ts';

export interface Restoring {
	readonly address: DatabaseAddress;
	readonly blobs: BlobStore;
	/** The bytes of the backup, from their beginning each time. */
	readonly open: () => AsyncIterable<Uint8Array>;
	readonly migrationsDir: string;
	/** Takes up the work that rows still wait for, in the transaction that brings them back. */
	readonly resume: (tx: Tx) => Promise<void>;
}

export interface Restored {
	readonly madeAt: string;
	readonly rows: number;
	readonly parts: number;
	/** Tables of the backup that are none of Steadfast's. */
	readonly leftOut: readonly string[];
	/** Migrations that the backup was older than. */
	readonly migrated: readonly string[];
}

/**
 * Reads a backup to its end and compares every sum, before any database is touched. Throws a `Refusal` for one that is
 * damaged, and for one that a newer Steadfast made.
 */
export async function verifyBackup({ open, migrationsDir }: Pick<Restoring, 'open' | 'migrationsDir'>): Promise<void> {
	await inWords(async () => {
		for await (const entry of readBackup(open())) {
			if (entry.kind === 'manifest') refuseUnknown(entry.manifest.migrations, migrationsDir);
		}
	});
}

/**
 * Puts a backup that `verifyBackup` let pass into an empty installation.
 *
 * Note: Whole or not at all.
 * One transaction makes the tables that the backup comes from, fills them, and keeps blobs on the way; it is committed
 * when all of it has been read, and found whole, a second time. A kill before that leaves an empty database, and blobs
 * that nobody refers to and that the next try keeps again. After it the installation is whole; tables of an older
 * version are then migrated as at any start, which a start also does if this is killed first.
 *
 * Throws a `Refusal` for an installation that is not empty, a backup that is damaged after all, and a store that is full.
 */
export async function restore({ address, migrationsDir, ...loading }: Restoring): Promise<Restored> {
	const loaded = await inWords(() => withClient(address, (client) => load({ client, migrationsDir, ...loading })));
	const migrated = await migrate(address, migrationsDir);
	await withClient(address, (client) => client.query('analyze'));
	return { ...loaded, migrated };
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (errorCode(error) === '53100') throw new Refusal('The disk of the database is full. Nothing was restored. Make room and try again.');
		if (!(error instanceof DamagedBackup)) throw error;
		throw new Refusal(`The backup is damaged, or is none. ${error.message} Nothing was restored, and nothing was changed.`);
	}
}

async function withClient<T>(address: DatabaseAddress, use: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ ...connectionOf(address), application_name: 'steadfast-restore' });
	client.on('error', () => undefined);
	await client.connect();
	try {
		return await use(client);
	} finally {
		await client.end();
	}
}

async function refuseFilled(client: pg.Client): Promise<void> {
	const { rowCount } = await client.query(`
		select from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S', 'f')
			and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`);
	if (rowCount === 0) return;
	throw new Refusal(
		'This installation is not empty: its database holds tables already. Nothing was changed. ' +
			'Restore into a new one: set DATA_DIR to a new folder (or DATABASE_URL to an empty database), and do not start Steadfast on it before.'
	);
}

type Loading = Omit<Restoring, 'address'> & { readonly client: pg.Client };

async function load({ client, blobs, open, migrationsDir, resume }: Loading): Promise<Omit<Restored, 'migrated'>> {
	let loaded: Omit<Restored, 'migrated'> | undefined;
	await over(client)
		.transaction()
		.execute(async (tx) => {
			await client.query(steadySettings);
			await takeMigrationLock(client);
			await refuseFilled(client);
			loaded = await fill({ client, blobs, open, migrationsDir });
			await resume(tx);
		});
	if (!loaded) throw new Error('A backup was restored without an end.');
	return loaded;
}

async function fill({ client, blobs, open, migrationsDir }: Omit<Loading, 'resume'>): Promise<Omit<Restored, 'migrated'>> {
	let [madeAt, rows, parts] = ['', 0, 0];
	let shapes = new Map<string, Manifest['tables'][number]>();
	const leftOut = new Set<string>();
	let tighten: (() => Promise<void>) | undefined;
	for await (const entry of readBackup(open())) {
		if (entry.kind === 'manifest') {
			const { manifest } = entry;
			madeAt = manifest.madeAt;
			await rebuild(client, manifest.migrations, migrationsDir);
			const own = await tableNames(client);
			shapes = new Map(manifest.tables.filter(({ name }) => own.includes(name)).map((shape) => [shape.name, shape]));
			for (const { name } of manifest.tables) if (!own.includes(name)) leftOut.add(name);
			tighten = await loosenTables(client);
			// A migration may have put rows in, which the backup holds as they became.
			await client.query(`truncate ${own.map((name) => `public.${quoted(name)}`).join(', ')}`);
			for (const { name, last, called } of manifest.sequences) {
				await client.query('select setval(to_regclass($1), $2::bigint, $3) where to_regclass($1) is not null', [`public.${quoted(name)}`, last, called]);
			}
		} else if (entry.kind === 'rows') {
			const shape = shapes.get(entry.table);
			if (shape) rows += await copyIn(client, `copy ${namesOf(shape)} from stdin`, entry.rows);
			else if (!leftOut.has(entry.table)) throw new DamagedBackup('It holds rows of a table that it does not describe.');
		} else {
			const outcome = await blobs.putPart(entry.blobId, entry.index, entry.bytes);
			if (!outcome.ok) throw new Refusal('There is no room for the blobs of this backup. Nothing was restored; those that were written are kept when you try again. Make room and do that.');
			parts += 1;
		}
	}
	await tighten?.();
	return { madeAt, rows, parts, leftOut: [...leftOut] };
}

async function tableNames(client: pg.Client): Promise<string[]> {
	const { rows } = await client.query<{ name: string }>("select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'");
	return rows.map(({ name }) => name);
}

/** Kysely on a connection that we go on using besides: COPY is not among what it knows. */
function over(client: pg.Client): Kysely<Tables> {
	const pool = {
		options: {},
		connect: () => Promise.resolve(Object.assign(client, { release: () => undefined })),
		end: () => Promise.resolve()
	};
	return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
