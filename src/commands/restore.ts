import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { enqueueOwedMails, registerNewsletter } from '#lib/archive/server/index.ts';
import { recordDeed } from '#lib/platform/audit/audit.ts';
import { restore, verifyBackup } from '#lib/platform/backup/restore.ts';
import { DamagedBackup } from '#lib/platform/backup/tar.ts';
import { openHouse } from '#lib/platform/house.ts';
import { reachDatabaseAsItIs } from '#lib/platform/start/reach.ts';
import { errorCode, Refusal } from '#lib/platform/start/refusal.ts';
import { readConfig, run } from '#lib/platform/start/run.ts';
import { identitiesOf, openBackup } from '#lib/vault/backup.ts';

const usage = `Use:
  npm run restore -- <file>                        puts a backup into a new, empty installation
  npm run restore -- <file> --key <identity file>  the same with a sealed one; the file is what age-keygen wrote`;

const migrationsDir = 'migrations';

await run(async () => {
	const open = await opener(asked());
	await verifyBackup({ open, migrationsDir });
	const database = await reachDatabaseAsItIs({ newToo: true });
	const house = openHouse({ config: readConfig(), address: database.address, writeLog: (text) => process.stderr.write(text) });
	try {
		registerNewsletter(house);
		const { madeAt, rows, parts, leftOut, migrated } = await restore({
			address: database.address,
			blobs: house.blobs,
			open,
			migrationsDir,
			resume: async (tx) => {
				await house.jobs.start({ working: false });
				await enqueueOwedMails(tx, house.jobs);
				await recordDeed(tx, { actor: 'operator', action: 'backup.restore', subject: 'installation' }, new Date());
			}
		});
		console.log(`Restored the backup of ${madeAt}: ${rows} rows and ${parts} parts of blobs, into ${database.place}.`);
		if (migrated.length > 0) console.log(`It was made by an older version; its tables were brought up to date (${migrated.join(', ')}).`);
		if (leftOut.length > 0) console.log(`It also holds tables that are none of Steadfast's; they were left out: ${leftOut.join(', ')}.`);
		console.log('Next: put back secrets/ and .env from where you keep them, then npm start. Without secrets/: docs/operations.md says what is lost.');
	} finally {
		await house.close();
		await database.close();
	}
});

interface Asked {
	readonly file: string;
	readonly keyFile: string | undefined;
}

function asked(): Asked {
	// A relative path means the folder that the person stands in; bin/steadfast.mjs left it for the project's.
	const pathOf = (name: string) => resolve(process.env['STEADFAST_CALLED_FROM'] ?? process.cwd(), name);
	try {
		const { positionals, values } = parseArgs({ allowPositionals: true, options: { key: { type: 'string' } } });
		const [name, ...more] = positionals;
		if (name !== undefined && more.length === 0) return { file: pathOf(name), keyFile: values.key === undefined ? undefined : pathOf(values.key) };
	} catch {
		// An option that there is not.
	}
	throw new Refusal(usage);
}

/** How to read the backup from its beginning, opened if it is sealed. Refuses before any database is touched. */
async function opener({ file, keyFile }: Asked): Promise<() => AsyncIterable<Uint8Array>> {
	const beginning = await firstBytes(file);
	if (beginning.startsWith('-----BEGIN AGE')) throw new Refusal(`${file} is sealed as text (armored). Open it with age (age --decrypt) and restore what comes out.`);
	if (!beginning.startsWith('age-encryption.org/')) return () => createReadStream(file) as AsyncIterable<Uint8Array>;
	if (keyFile === undefined) throw new Refusal(`${file} is sealed. Nothing was changed. Name the file of its key: --key <identity file>.`);
	const identities = identitiesOf(await readKey(keyFile));
	if (!identities) throw new Refusal(`${keyFile} is no identity file as age-keygen writes it (AGE-SECRET-KEY-..., one a line). One that is itself sealed has to be opened with age first.`);
	if (!(await opens(file, identities))) throw new Refusal('None of the keys in the identity file opens this backup. Nothing was changed.');
	return () => opened(file, identities);
}

/** False where none of the keys fits. A header that is damaged is left to whoever reads the whole. */
async function opens(file: string, identities: readonly string[]): Promise<boolean> {
	const bytes = createReadStream(file);
	try {
		return (await openBackup(bytes as AsyncIterable<Uint8Array>, identities)) !== undefined;
	} catch {
		return true;
	} finally {
		bytes.destroy();
	}
}

async function* opened(file: string, identities: readonly string[]): AsyncGenerator<Uint8Array, void> {
	try {
		const bytes = await openBackup(createReadStream(file) as AsyncIterable<Uint8Array>, identities);
		if (bytes) yield* bytes;
	} catch (error) {
		if (errorCode(error) !== '') throw error;
		throw new DamagedBackup('It was cut short or altered: its seal does not hold.');
	}
}

async function readKey(keyFile: string): Promise<string> {
	return readFile(keyFile, 'utf8').catch((error: unknown) => {
		throw new Refusal(`The identity file ${keyFile} could not be read (${errorCode(error)}).`);
	});
}

async function firstBytes(path: string): Promise<string> {
	try {
		const file = await open(path, 'r');
		try {
			const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
			return buffer.toString('latin1', 0, bytesRead);
		} finally {
			await file.close();
		}
	} catch (error) {
		throw new Refusal(`The backup ${path} could not be read (${errorCode(error)}). Nothing was changed.`);
	}
}
