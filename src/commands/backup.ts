import { existsSync, rmSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backupOf, noteBackup } from '#lib/platform/backup/backup.ts';
import { openBlobs } from '#lib/platform/blobs/blobs.ts';
import { openDatabase } from '#lib/platform/db/database.ts';
import { reachDatabaseAsItIs } from '#lib/platform/start/reach.ts';
import { Refusal } from '#lib/platform/start/refusal.ts';
import { readConfig, run } from '#lib/platform/start/run.ts';
import { isBackupRecipient, sealBackup } from '#lib/vault/backup.ts';

const usage = `Use:
  npm run backup -- <file> --to <recipient>   writes a backup, sealed to an age recipient (age1..., made by age-keygen)
  npm run backup -- <file>                    writes one that anybody can open who finds it`;

await run(async () => {
	const { file, recipient } = asked();
	if (existsSync(file)) throw new Refusal(`${file} exists already. Nothing was written. Choose another name; a backup never overwrites one.`);
	const config = readConfig();
	const database = await reachDatabaseAsItIs();
	const db = openDatabase(database.address, { connections: 1 });
	try {
		const madeAt = new Date();
		await noteBackup(db, { sealed: recipient !== undefined }, madeAt);
		const bytes = backupOf({ address: database.address, blobs: openBlobs(config), madeAt });
		await writeWhole(file, recipient === undefined ? bytes : await sealBackup(bytes, recipient));
		const { size } = await stat(file);
		console.log(`Wrote the backup ${file} (${(size / 1e6).toFixed(1)} MB${recipient === undefined ? '' : ', sealed'}). Not in it: secrets/, .env, mail files, logs; keep the first two elsewhere.`);
		if (recipient === undefined) {
			console.log('It is not sealed: whoever finds it reads newsletter addresses, and of the vault ids, sizes and times; nothing confidential opens. Seal it with --to.');
		}
	} finally {
		await db.destroy();
		await database.close();
	}
});

function asked(): { file: string; recipient: string | undefined } {
	try {
		const { positionals, values } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
		const [name, ...more] = positionals;
		if (name !== undefined && more.length === 0) {
			if (values.to !== undefined && !isBackupRecipient(values.to)) throw new Refusal('What follows --to is no age recipient (age1... or age1pq1..., as age-keygen prints it). Nothing was written.');
			// A relative path means the folder that the person stands in; bin/steadfast.mjs left it for the project's.
			return { file: resolve(process.env['STEADFAST_CALLED_FROM'] ?? process.cwd(), name), recipient: values.to };
		}
	} catch (error) {
		if (error instanceof Refusal) throw error;
	}
	throw new Refusal(usage);
}

/** The whole backup under its name, on the disk, for our account only; or nothing. */
async function writeWhole(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
	const unfinished = `${file}.unfinished`;
	const clear = () => rmSync(unfinished, { force: true });
	clear(); // What a kill left.
	process.once('exit', clear); // Also when Ctrl-C ends it.
	try {
		const written = await open(unfinished, 'wx', 0o600);
		try {
			await written.writeFile(bytes);
			await written.sync();
		} finally {
			await written.close();
		}
		await rename(unfinished, file);
		const folder = await open(dirname(file), 'r');
		await folder.sync().finally(() => folder.close());
	} finally {
		await rm(unfinished, { force: true });
	}
}
