import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addressOfRunning } from '../db/embedded.ts';
import { openMigrated, readConfig, type Database } from './run.ts';

/**
 * The database for a command on the server: that of the Steadfast that is running on the same data folder, or else one
 * that is started for the command and ended after it.
 */
export async function reachDatabase(): Promise<Database> {
	const config = readConfig();
	if (config.databaseUrl === undefined && existsSync(join(config.dataDir, 'steadfast.lock'))) {
		const address = await addressOfRunning(config.dataDir);
		if (address) return { address, place: 'the running Steadfast', close: () => Promise.resolve() };
	}
	return openMigrated(config);
}
