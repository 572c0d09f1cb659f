import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { addressOfRunning, hasDatabase } from '../db/embedded.ts';
import { Refusal } from './refusal.ts';
import { migrateServer, openAsItIs, openMigrated, readConfig, statusOfInterrupted, tryServer, type Database } from './run.ts';

/**
 * The database for a command on the server: that of DATABASE_URL, that of the Steadfast that is running on the same data
 * folder, or else one that is started for the command and ended after it. A command on a server of its own leaves the
 * data folder's lock alone: the Steadfast that holds it goes on serving. `newToo`: where there is no database, one is
 * made; otherwise that is a `Refusal`, because what is read from an empty one, in the wrong folder, would be believed.
 */
export async function reachDatabase({ newToo = false }: { readonly newToo?: boolean } = {}): Promise<Database> {
	const config = readConfig();
	refuseNothing(config, newToo);
	return (await runningDatabase(config, migrateServer)) ?? endedBySignals(() => openMigrated(config));
}

/** The same without bringing its tables up to date; Ctrl-C ends the command in good order wherever the database is. */
export async function reachDatabaseAsItIs({ newToo = false }: { readonly newToo?: boolean } = {}): Promise<Database> {
	const config = readConfig();
	refuseNothing(config, newToo);
	return endedBySignals(async () => (await runningDatabase(config, tryServer)) ?? openAsItIs(config));
}

function refuseNothing({ databaseUrl, dataDir }: Config, newToo: boolean): void {
	if (newToo || databaseUrl !== undefined || hasDatabase(dataDir)) return;
	throw new Refusal(`There is no database in ${dataDir}. Nothing was made and nothing was read. Set DATA_DIR, in .env or before the command, to the data folder of your Steadfast.`);
}

async function runningDatabase(config: Config, prepare: (url: string) => Promise<void>): Promise<Database | undefined> {
	if (config.databaseUrl !== undefined) {
		await prepare(config.databaseUrl);
		return { address: config.databaseUrl, place: 'the PostgreSQL server of DATABASE_URL', close: () => Promise.resolve() };
	}
	if (!existsSync(join(config.dataDir, 'steadfast.lock'))) return undefined;
	const address = await addressOfRunning(config.dataDir);
	return address && { address, place: 'the running Steadfast', close: () => Promise.resolve() };
}

/** A database of this command's own, which Ctrl-C ends together with the command: what was not finished is taken back. */
async function endedBySignals(open: () => Promise<Database>): Promise<Database> {
	let interrupt = (): void => undefined;
	const interrupted = new Promise<void>((resolve) => (interrupt = resolve));
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
	const database = await open();
	let closed: Promise<void> | undefined;
	const close = () => (closed ??= database.close());
	void interrupted.then(async () => {
		console.error('Interrupted. What was not finished was taken back.');
		process.exitCode = statusOfInterrupted;
		await close();
		process.exit();
	});
	return { ...database, close };
}
