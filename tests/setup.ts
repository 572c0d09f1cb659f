import { createHash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import type { DatabaseAddress } from '../src/lib/platform/db/database.ts';
import { startEmbedded } from '../src/lib/platform/db/embedded.ts';
import { migrate } from '../src/lib/platform/db/migrate.ts';
import { administer, withDatabase, type TestServer } from '../src/lib/platform/db/testing.ts';
import { openJobs } from '../src/lib/platform/jobs/jobs.ts';
import { temporaryFolder } from './temporary.ts';

declare module 'vitest' {
	interface ProvidedContext {
		postgres: TestServer;
	}
}

/**
 * One PostgreSQL for the whole suite: the embedded one in a temporary folder, or the server of TEST_DATABASE_URL, whose
 * account must be allowed to create databases. Its template database is migrated once; each test copies it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const { address, stop } = await findPostgres();
	const template = `steadfast_template_${createHash('sha256').update(`${process.pid}`).digest('hex').slice(0, 4)}${randomBytes(4).toString('hex')}`;
	await administer(address, `create database ${template}`);
	const own = withDatabase(address, template);
	await migrate(own, 'migrations');
	const jobs = openJobs(own, () => undefined);
	await jobs.start({ working: false });
	await jobs.stop();
	project.provide('postgres', { address, template });
	// What tests/server.ts prepares once; workers have their environment from here.
	const prepared = temporaryFolder('prepared');
	process.env['PREPARED_INSTALLATION'] = prepared;
	return async () => {
		rmSync(prepared, { recursive: true, force: true });
		await administer(address, `drop database if exists ${template} with (force)`);
		await stop();
	};
}

async function findPostgres(): Promise<{ address: DatabaseAddress; stop: () => Promise<void> }> {
	const given = process.env['TEST_DATABASE_URL'];
	if (given !== undefined && given !== '') return { address: given, stop: () => Promise.resolve() };
	const dataDir = temporaryFolder('test');
	// What a crash would lose does not matter here; what waiting for the disk would cost does.
	const postgres = await startEmbedded({ dataDir, options: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=100'] });
	return {
		address: postgres.address,
		stop: async () => {
			await postgres.stop();
			rmSync(dataDir, { recursive: true, force: true });
		}
	};
}
