import pg from 'pg';
import { recordDeed } from '../audit/audit.ts';
import type { BlobStore } from '../blobs/blob.ts';
import { copyOut } from '../db/copy.ts';
import { connectionOf, type DatabaseAddress, type Db } from '../db/database.ts';
import { errorCode, Refusal } from '../start/refusal.ts';
import { BackupWriter, type Manifest, type TableShape } from './contents.ts';
import { namesOf, steadySettings } from './tables.ts';

/** Rows are gathered into files of about this size: the size of a file in a tar stands before its content. */
const rowsFileBytes = 4 * 1024 * 1024;

/**
 * The bytes of a backup: every table of the house as it was at one moment, while others go on writing, and every blob.
 * Held in memory at any time is one part of a blob or one file of rows, and a line for each file.
 *
 * Tables come first and blobs after them. So what is put meanwhile may come along without its row, which harms nothing;
 * a blob that is removed meanwhile may be missing while its row is there, as if it had been removed a moment later.
 *
 * Throws a `Refusal` for a database that Steadfast has not made its tables in.
 */
export async function* backupOf({ address, blobs, madeAt }: { address: DatabaseAddress; blobs: BlobStore; madeAt: Date }): AsyncGenerator<Buffer, void> {
	const writer = new BackupWriter(madeAt);
	yield* tablesOf({ address, writer, madeAt });
	for await (const { blobId, parts } of blobs.list()) {
		for (const { index } of parts) {
			const bytes = await blobs.readPart(blobId, index);
			if (bytes) yield* writer.part(blobId, index, bytes);
		}
	}
	yield* writer.end();
}

/** Puts into the audit that a backup is made, before its first byte: it takes every newsletter address along. */
export async function noteBackup(db: Db, { sealed }: { sealed: boolean }, now: Date): Promise<void> {
	try {
		await db.transaction().execute((tx) => recordDeed(tx, { actor: 'operator', action: 'backup.write', subject: sealed ? 'sealed' : 'unsealed' }, now));
	} catch (error) {
		throw errorCode(error) === '42P01' ? new Refusal(nothingYet) : error; // There is no table of the audit.
	}
}

const nothingYet = 'There is nothing to back up: Steadfast has not made its tables in this database yet. Nothing was written.';

async function* tablesOf({ address, writer, madeAt }: { address: DatabaseAddress; writer: BackupWriter; madeAt: Date }): AsyncGenerator<Buffer, void> {
	const client = new pg.Client({ ...connectionOf(address), application_name: 'steadfast-backup' });
	client.on('error', () => undefined);
	await client.connect();
	try {
		await client.query(`begin isolation level repeatable read, read only; ${steadySettings}`);
		const manifest = await describe(client, madeAt);
		yield* writer.manifest(manifest);
		for (const table of manifest.tables) yield* rowsOf(client, writer, table);
		await client.query('commit');
	} finally {
		await client.end();
	}
}

async function* rowsOf(client: pg.Client, writer: BackupWriter, { name, columns }: TableShape): AsyncGenerator<Buffer, void> {
	let pieces: Buffer[] = [];
	let size = 0;
	let number = 0;
	const file = (): Buffer[] => {
		const written = writer.rows(name, (number += 1), Buffer.concat(pieces));
		[pieces, size] = [[], 0];
		return written;
	};
	for await (const piece of copyOut(client, `copy ${namesOf({ name, columns })} to stdout`)) {
		pieces.push(piece);
		size += piece.length;
		if (size >= rowsFileBytes) yield* file();
	}
	if (size > 0) yield* file();
}

async function describe(client: pg.Client, madeAt: Date): Promise<Manifest> {
	const query = async <Row extends object>(text: string) => (await client.query<Row>(text)).rows;
	const [made] = await query<{ made: boolean }>("select to_regclass('public.migration') is not null as made");
	if (made?.made !== true) throw new Refusal(nothingYet);
	const tables = await query<{ name: string; columns: string[] }>(tablesQuery);
	const sequences = await query<{ name: string; last: string; called: boolean }>(sequencesQuery);
	const [server] = await query<{ version: string }>("select current_setting('server_version') as version");
	return {
		form: 1,
		madeAt: madeAt.toISOString(),
		postgres: server?.version ?? '',
		migrations: await query('select name, checksum from public.migration order by name'),
		tables,
		sequences
	};
}

/** Tables of ours: not those that an extension brought along. */
const tablesQuery = `
	select c.relname as name, array(
		select a.attname::text from pg_attribute a
		where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum
	) as columns
	from pg_class c
	where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
		and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
	order by c.relname`;

/** A sequence that was never asked stands at its start. Their state is not of the moment but newer, and so never too low. */
const sequencesQuery = `
	select sequencename::text as name, coalesce(last_value, start_value)::text as last, last_value is not null as called
	from pg_sequences where schemaname = 'public' order by sequencename`;
