import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addressOfRunning } from '../db/embedded.ts';
import { migrateServer, openMigrated, readConfig, statusOfInterrupted, type Database } from './run.ts';

/**
 * The database for a command on the server: that of DATABASE_URL, that of the Steadfast that is running on the same data
 * folder, or else one that is started for the command and ended after it. A command on a server of its own leaves the
 * data folder's lock alone: the Steadfast that holds it goes on serving.
 */
export async function reachDatabase(): Promise<Database> {
	const config = readConfig();
	if (config.databaseUrl !== undefined) {
		await migrateServer(config.databaseUrl);
		return { address: config.databaseUrl, place: 'the PostgreSQL server of DATABASE_URL', close: () => Promise.resolve() };
	}
	if (existsSync(join(config.dataDir, 'steadfast.lock'))) {
		const address = await addressOfRunning(config.dataDir);
		if (address) return { address, place: 'the running Steadfast', close: () => Promise.resolve() };
	}
	return endedBySignals(() => openMigrated(config));
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
