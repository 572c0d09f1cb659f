import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sirv from 'sirv';
import { importRecord, isRecordEmpty, readRecord, registerNewsletter } from '#lib/archive/server/index.ts';
import type { Config } from '#lib/platform/config.ts';
import { createFront, type FrontParts, type Kit } from '#lib/platform/http/front.ts';
import { serveMetrics } from '#lib/platform/http/metrics.ts';
import { openHouse, type House } from '#lib/platform/house.ts';
import { openMigrated, readConfig, run } from '#lib/platform/start/run.ts';

await run(async () => {
	const config = readConfig();
	const database = await openMigrated(config);
	const house = openHouse({ config, address: database.address, writeLog: (text) => process.stdout.write(text) });
	const closers = [() => house.close(), () => database.close()];
	try {
		const imported = await importFirstRecord(house);
		registerNewsletter(house);
		await house.jobs.start();
		const server = createServer(createFront({ house, migrationsDir: 'migrations', ...(await loadKit()) }));
		server.requestTimeout = 60_000;
		server.headersTimeout = 20_000;
		await listen(server, config);
		closers.unshift(() => closeServer(server));
		if (config.metricsPort !== undefined) {
			const metrics = await serveMetrics(house.metrics, config.metricsPort);
			closers.unshift(() => closeServer(metrics));
		}
		welcome({ config, place: database.place, imported });
		await askedToEnd();
		console.log('Stopping ...');
	} finally {
		for (const close of closers) await close();
	}
	console.log('Stopped. Everything is kept.');
});

/** The first start takes in the files of the record; later ones leave the record as it is. Undefined: nothing to do. */
async function importFirstRecord(house: House): Promise<number | undefined> {
	if (!existsSync(house.config.archiveDir) || !(await isRecordEmpty(house.db))) return undefined;
	const record = await readRecord(house.config.archiveDir);
	await importRecord({ db: house.db, record, now: new Date() });
	return record.forums.length;
}

/** The built pages, and the client's files beside them (none of which a public page asks for). */
async function loadKit(): Promise<Pick<FrontParts, 'kit' | 'assets'>> {
	// The built file has no types; this is what adapter-node documents and writes.
	const built = (await import(pathToFileURL(join(process.cwd(), 'build', 'adapter-node.js')).href)) as { server: BuiltServer };
	await built.server.init({ env: {} });
	const files = sirv(join('build', 'client'), {
		brotli: true,
		gzip: true,
		etag: true,
		setHeaders: (response, path) => {
			response.setHeader('x-content-type-options', 'nosniff');
			if (path.includes('/immutable/')) response.setHeader('cache-control', 'public, max-age=31536000, immutable');
		}
	});
	return { kit: built.server, assets: files };
}

interface BuiltServer extends Kit {
	init(options: { env: Record<string, string> }): Promise<void>;
}

function listen(server: Server, { host, port }: Config): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, resolve);
	});
}

function closeServer(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeIdleConnections();
		setTimeout(() => server.closeAllConnections(), 5000).unref();
	});
}

function welcome({ config, place, imported }: { config: Config; place: string; imported: number | undefined }): void {
	const lines = [
		`Steadfast is running: ${config.publicOrigin}`,
		imported === undefined ? 'The record is in place.' : `The record of ${imported} forums was imported from ${config.archiveDir}.`,
		`Next: open the address above; edit the files of ${config.archiveDir} and run "npm run archive -- import archive".`,
		`Data: ${place}. Mail: ${config.smtpUrl === undefined ? `written as .eml files to ${join(config.dataDir, 'mail')} (set SMTP_URL to send it)` : 'sent by the server of SMTP_URL'}.`,
		'Stop: press Ctrl-C.'
	];
	console.log(lines.join('\n'));
}

/** Ends with SIGINT, SIGTERM, or when the process that started this one and waits for it was killed. */
function askedToEnd(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
		const parent = Number(process.env['STEADFAST_PARENT'] ?? 0);
		if (parent > 0) {
			const watch = setInterval(() => {
				if (process.ppid === parent) return;
				clearInterval(watch);
				resolve();
			}, 1000);
			watch.unref();
		}
	});
}
