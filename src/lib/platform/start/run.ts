import pg from 'pg';
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
export function openMigrated(config: Config): Promise<Database> {
	return open(config, (address) => migrate(address, 'migrations'));
}

/** The same with its tables as they are: for a backup, which changes nothing, and for a restore, which makes them. */
export function openAsItIs(config: Config): Promise<Database> {
	return open(config, () => Promise.resolve());
}

async function open(config: Config, prepare: (address: DatabaseAddress) => Promise<unknown>): Promise<Database> {
	const release = lockFolder(config.dataDir);
	try {
		if (config.databaseUrl !== undefined) {
			await tryServer(config.databaseUrl);
			await prepare(config.databaseUrl);
			return { address: config.databaseUrl, place: 'the PostgreSQL server of DATABASE_URL', close: () => Promise.resolve(release()) };
		}
		const postgres = await startEmbedded({ dataDir: config.dataDir });
		try {
			await prepare(postgres.address);
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

/** Brings the database of DATABASE_URL up to date; a `Refusal` where it cannot be reached or entered. */
export async function migrateServer(url: string): Promise<void> {
	await tryServer(url);
	await migrate(url, 'migrations');
}

/** Without this a server that swallows packets would be waited for until the system gives up, minutes later. */
const patienceMs = 10_000;

/** Throws a `Refusal` that says why, where a server cannot be reached or entered. */
export async function tryServer(url: string): Promise<void> {
	const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patienceMs });
	client.on('error', () => undefined);
	try {
		await client.connect();
	} catch (error) {
		throw new Refusal(`The PostgreSQL server of DATABASE_URL (${placeOf(url)}) ${whyNot(error)} Nothing was changed.`);
	} finally {
		await client.end().catch(() => undefined);
	}
}

function whyNot(error: unknown): string {
	if (error instanceof pg.DatabaseError) {
		// Its own words are left out: they may repeat the name in the address.
		if (error.code?.startsWith('28')) return 'refuses the name or the password. Correct DATABASE_URL and start again.';
		if (error.code === '3D000') return 'has no database of that name. Create it (createdb), or correct DATABASE_URL, and start again.';
		return `takes no connections now (${error.code}). Its log says why; mend that and start again.`;
	}
	if (isDatabaseAway(error)) return 'does not answer. Is it running, and may this machine reach it?';
	return `could not be entered: ${error instanceof Error ? error.message : 'no reason was told'}. Correct DATABASE_URL and start again.`;
}

function placeOf(url: string): string {
	const { host, searchParams } = new URL(url);
	return host || (searchParams.get('host') ?? 'localhost');
}

/** What shells give a program that Ctrl-C ended (128 and the signal's number). */
export const statusOfInterrupted = 130;

/**
 * Runs a command to its end: a `Refusal` is told in its own words with exit status 1, anything else is a fault of ours
 * and told with its stack.
 */
export async function run(command: () => Promise<void>): Promise<void> {
	try {
		await command();
	} catch (error) {
		if (process.exitCode === statusOfInterrupted) return; // Its database was taken away from it, as was just said.
		process.exitCode = 1;
		if (error instanceof Refusal) console.error(error.message);
		else if (errorCode(error) === 'ENOSPC') console.error('The disk is full. Nothing is half done. Make room and start again.');
		else console.error(error);
	}
}
