import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { SocketAddress } from './embedded.ts';

/**
 * The tables of the house. The platform knows none: each domain declares its own beside the code that reads them, with
 * `declare module '#lib/platform/db/database.ts' { interface Tables { ... } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- domains add to it by declaration merging
export interface Tables {}

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** Where PostgreSQL is: a server's URL, or the socket of the embedded one. */
export type DatabaseAddress = string | SocketAddress;

// Dates without a time stay the text that they are: a day is not an instant, and must not shift with a zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export function connectionOf(address: DatabaseAddress): pg.ClientConfig {
	return typeof address === 'string' ? { connectionString: address } : { ...address };
}

/** Opens a pool. Nothing is connected until the first query; `destroy()` closes it. */
export function openDatabase(address: DatabaseAddress, { connections = 10 }: { connections?: number } = {}): Db {
	const pool = new pg.Pool({
		...connectionOf(address),
		max: connections,
		connectionTimeoutMillis: 3000,
		idleTimeoutMillis: 60_000,
		statement_timeout: 20_000,
		idle_in_transaction_session_timeout: 30_000,
		application_name: 'steadfast'
	});
	// Without a listener a connection that breaks while idle would end the whole process.
	pool.on('error', () => undefined);
	// The pool listens for the idle only: one that breaks between two statements of a transaction would do the same.
	pool.on('connect', (client) => client.on('error', () => undefined));
	return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

const connectionErrors = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EACCES', 'EAI_AGAIN']);

/** Whether an error says that the database cannot be reached or is not ready, rather than that a query was wrong. */
export function isDatabaseAway(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	// Classes 08 (connection), 53 (resources, e.g. disk full), 57P (shutdown, starting) and 58 (system) of PostgreSQL.
	// 55000 and 3D000 come of a connection too: to a database that takes none, or that is gone.
	if (/^(08|53|57P|58|55000|3D000)/.test(code) || connectionErrors.has(code)) return true;
	return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(error.message);
}
