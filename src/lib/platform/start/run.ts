import { parseConfig, type Config } from '../config.ts';
import { isDatabaseAway, type DatabaseAddress } from '../db/database.ts';
import { startEmbedded } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { lockFolder } from './folder-lock.ts';
import { errorCode, Refusal } from './refusal.ts';

/** The configuration of this process's environment and `.env`; a `Refusal` that lists every wrong value. */
export function readConfig(): Config {
	try {
		process.loadEnvFile('.env');
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') throw new Refusal('The file .env could not be read. Check its permissions and its form: one NAME=value a line.');
	}
	const result = parseConfig(process.env);
	if (result.ok) return result.config;
	throw new Refusal(`Steadfast did not start, because of its configuration:\n  ${result.problems.join('\n  ')}\nNothing was changed. .env.example explains every name.`);
}

export interface Database {
	readonly address: DatabaseAddress;
	/** In words, for the operator. */
	readonly place: string;
	/** Ends the embedded PostgreSQL, if this process started it or took it over, and frees the data folder. */
	close(): Promise<void>;
}

/** The database of a configuration, running and migrated, with the data folder taken for this process. */
export async function openMigrated(config: Config): Promise<Database> {
	const release = lockFolder(config.dataDir);
	try {
		if (config.databaseUrl !== undefined) {
			await migrateServer(config.databaseUrl);
			return { address: config.databaseUrl, place: 'the PostgreSQL server of DATABASE_URL', close: () => Promise.resolve(release()) };
		}
		const postgres = await startEmbedded({ dataDir: config.dataDir });
		try {
			await migrate(postgres.address, 'migrations');
		} catch (error) {
			await postgres.stop();
			throw error;
		}
		return {
			address: postgres.address,
			place: `embedded PostgreSQL in ${postgres.folder}`,
			close: async () => {
				await postgres.stop();
				release();
			}
		};
	} catch (error) {
		release();
		throw error;
	}
}

async function migrateServer(url: string): Promise<void> {
	try {
		await migrate(url, 'migrations');
	} catch (error) {
		if (error instanceof Refusal || !isDatabaseAway(error)) throw error;
		throw new Refusal(`The PostgreSQL server of DATABASE_URL (${new URL(url).host}) does not answer. Nothing was changed. Is it running, and may this machine reach it?`);
	}
}

/**
 * Runs a command to its end: a `Refusal` is told in its own words with exit status 1, anything else is a fault of ours
 * and told with its stack.
 */
export async function run(command: () => Promise<void>): Promise<void> {
	try {
		await command();
	} catch (error) {
		process.exitCode = 1;
		if (error instanceof Refusal) console.error(error.message);
		else if (errorCode(error) === 'ENOSPC') console.error('The disk is full. Nothing is half done. Make room and start again.');
		else if (errorCode(error) === 'EADDRINUSE') console.error('The port is in use by another program. Set PORT to a free one and start again.');
		else console.error(error);
	}
}
