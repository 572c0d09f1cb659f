import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importRecord, isRecordEmpty, readRecord, registerNewsletter, registerReports, registerStatements } from '#lib/archive/server/index.ts';
import { recordQueryNames } from '#lib/archive/search-request.ts';
import { registerCircles } from '#lib/circles/server/index.ts';
import { mailWords } from '#lib/notices/mail-words.ts';
import { beginNotices } from '#lib/notices/server/index.ts';
import { registerForums } from '#lib/forum/server/index.ts';
import { registerGrants } from '#lib/grants/server/index.ts';
import { clientFiles, readBuilt } from '#lib/platform/client/built.ts';
import { forgetSessions, inviteFirstKeeper } from '#lib/people/server/index.ts';
import type { Config } from '#lib/platform/config.ts';
import { createFront, type FrontParts, type Kit } from '#lib/platform/http/front.ts';
import { serveMetrics } from '#lib/platform/http/metrics.ts';
import { openHouse, type House } from '#lib/platform/house.ts';
import { errorCode, Refusal } from '#lib/platform/start/refusal.ts';
import { openMigrated, readConfig, run, type Database } from '#lib/platform/start/run.ts';
import { registerRounds } from '#lib/statement/server/index.ts';

type Closer = () => Promise<void>;

await run(async () => {
	const ending = askedToEnd();
	const config = readConfig();
	const database = await openMigrated(config);
	const closers: Closer[] = [() => database.close()];
	try {
		await serve({ config, database, ending, closers });
	} finally {
		await closeAll(closers);
	}
	console.log('Stopped. Everything is kept.');
});

/** Opens one thing after the other, each with its closer put first, and returns when it was asked to end. */
async function serve({ config, database, ending, closers }: { config: Config; database: Database; ending: AbortSignal; closers: Closer[] }): Promise<void> {
	const house = openHouse({ config, address: database.address, writeLog: (text) => process.stdout.write(text) });
	closers.unshift(() => house.close());
	if (ending.aborted) return;
	const imported = await importFirstRecord(house);
	if (ending.aborted) return;
	registerNewsletter(house);
	registerCircles(house);
	await beginNotices(house, mailWords);
	registerGrants(house);
	registerForums(house);
	registerReports(house);
	registerStatements(house);
	registerRounds(house);
	house.everyHour(() => forgetSessions(house.db, new Date()));
	const firstLink = await inviteFirstKeeper(house.db, config, new Date());
	await house.jobs.start();
	const server = createServer(createFront({ house, migrationsDir: 'migrations', queryNames: recordQueryNames, ...(await loadKit()) }));
	server.headersTimeout = 60_000;
	// A part of a file of 5 MB takes minutes where the network is at its worst.
	server.requestTimeout = 600_000;
	await listen(server, config);
	closers.unshift(() => {
		house.live.close();
		return closeServer(server);
	});
	if (config.metricsPort !== undefined) {
		const metrics = await serveMetrics(house.metrics, config.metricsPort).catch(refusePort('METRICS_PORT', config.metricsPort));
		closers.unshift(() => closeServer(metrics));
	}
	if (ending.aborted) return;
	welcome({ config, place: database.place, imported, firstLink });
	await once(ending, 'abort');
}

/** The first start takes in the files of the record; later ones leave the record as it is. Undefined: nothing to do. */
async function importFirstRecord(house: House): Promise<number | undefined> {
	if (!existsSync(house.config.archiveDir) || !(await isRecordEmpty(house.db))) return undefined;
	const record = await readRecord(house.config.archiveDir);
	await importRecord({ db: house.db, record, now: new Date() });
	return record.forums.length;
}

/** The built pages, and the client's files beside them (none of which a public page asks for). */
async function loadKit(): Promise<Pick<FrontParts, 'kit' | 'assets' | 'built'>> {
	const made = (file: string): Promise<unknown> => import(pathToFileURL(join(process.cwd(), 'build', 'server', file)).href);
	// The built files have no types; these are what SvelteKit's own preview takes from them.
	const { configure } = (await made('index.js')) as { configure: (options: { manifest: Manifest; env: Record<string, string> }) => Promise<BuiltServer> };
	const { manifest } = (await made('manifest.js')) as { manifest: Manifest };
	// As built, this imports a module for every request, which takes a twentieth of the time of a page.
	const matchers = manifest.matchers();
	const server = await configure({ manifest: { ...manifest, matchers: () => matchers }, env: {} });
	await server.init();
	return { kit: server, assets: clientFiles('build'), built: readBuilt('build') };
}

/** The routes of the built pages and what finds them. */
interface Manifest {
	readonly matchers: () => Promise<unknown>;
}

interface BuiltServer extends Kit {
	init(): Promise<void>;
}

function listen(server: Server, { host, port }: Config): Promise<void> {
	return new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, resolve);
	}).catch(refusePort('PORT', port));
}

function refusePort(setting: 'PORT' | 'METRICS_PORT', port: number): (error: unknown) => never {
	return (error) => {
		const code = errorCode(error);
		if (code === 'EADDRINUSE') throw new Refusal(`Port ${port} is in use by another program. Set ${setting} to a free one, or stop the other, and start again.`);
		if (code === 'EACCES') throw new Refusal(`Port ${port} is kept for root on this machine. Set ${setting} to a number from 1024 up and start again.`);
		if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'].includes(code)) throw new Refusal('HOST is not an address of this machine. Set it to one, such as 127.0.0.1, or to nothing, and start again.');
		throw error;
	};
}

/** Closes one after the other, also where one of them fails: PostgreSQL and the lock, which come last, never stay behind. */
async function closeAll(closers: readonly Closer[]): Promise<void> {
	const failures: unknown[] = [];
	for (const close of closers) await close().catch((error: unknown) => failures.push(error));
	if (failures.length > 0) throw new AggregateError(failures, 'Something did not stop as it should.');
}

function closeServer(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeIdleConnections();
		setTimeout(() => server.closeAllConnections(), 5000).unref();
	});
}

function welcome({ config, place, imported, firstLink }: { config: Config; place: string; imported: number | undefined; firstLink: string | undefined }): void {
	const lines = [
		`Steadfast is running: ${config.publicOrigin}`,
		imported === undefined ? 'The record is in place.' : `The record of ${imported} forums was imported from ${config.archiveDir}.`,
		`Next: open the address above; edit the files of ${config.archiveDir} and run "npm run archive -- import archive".`,
		`Data: ${place}. Mail: ${config.smtpUrl === undefined ? `written as .eml files to ${join(config.dataDir, 'mail')} (set SMTP_URL to send it)` : 'sent by the server of SMTP_URL'}.`,
		...(firstLink === undefined ? [] : ['Nobody has an account yet. This link, good once and for seven days, makes the first keeper, who invites the others:', firstLink]),
		'Stop: press Ctrl-C.'
	];
	console.log(lines.join('\n'));
}

/**
 * Note: Asked to end from the first moment on.
 * Aborted by SIGINT, SIGTERM or SIGHUP, or when the process that started this one and waits for it is gone. A start
 * that is interrupted so finishes the step in hand and ends in good order too. Further signals change nothing: with
 * Ctrl-C one comes from the terminal and the same again from npm.
 */
function askedToEnd(): AbortSignal {
	const asked = new AbortController();
	const end = (): void => {
		if (!asked.signal.aborted) console.log('Stopping ...');
		asked.abort();
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
	const parent = Number(process.env['STEADFAST_PARENT'] ?? 0);
	delete process.env['STEADFAST_PARENT']; // It is about this process, not about one that it may start.
	if (parent > 0) {
		const watch = setInterval(() => {
			if (process.ppid === parent) return;
			clearInterval(watch);
			end();
		}, 500);
		watch.unref();
	}
	return asked.signal;
}
