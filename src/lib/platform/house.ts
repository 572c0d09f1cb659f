import type { BlobStore } from './blobs/blob.ts';
import { openBlobs } from './blobs/blobs.ts';
import { Clock } from './clock/clock.ts';
import type { Config } from './config.ts';
import { openDatabase, type DatabaseAddress, type Db } from './db/database.ts';
import { listenForPublications } from './db/publications.ts';
import { Metrics } from './http/metrics.ts';
import { PageCache } from './http/page-cache.ts';
import { Recall } from './http/recall.ts';
import { openJobs, type Jobs } from './jobs/jobs.ts';
import { Limiter } from './limits/limits.ts';
import { Live } from './live/live.ts';
import { Log } from './log/log.ts';
import { openMail, type Mail } from './mail/mail.ts';
import { openPush, type Push } from './push/push.ts';

/** What every part of the program may ask for: opened once at the start, handed on with each request. */
export interface House {
	readonly config: Config;
	readonly address: DatabaseAddress;
	readonly db: Db;
	readonly jobs: Jobs;
	readonly mail: Mail;
	readonly push: Push;
	readonly blobs: BlobStore;
	readonly limiter: Limiter;
	/** Whether this machine's clock may judge. */
	readonly clock: Clock;
	readonly pages: PageCache;
	readonly recall: Recall;
	/** Who follows something live. */
	readonly live: Live;
	readonly metrics: Metrics;
	readonly log: Log;
	/** Does something small once an hour until the house closes; what fails is tried again an hour later. */
	everyHour(work: () => Promise<void>): void;
	/** Ends everything in an order in which nothing is lost. */
	close(): Promise<void>;
}

/** Opens the house on a database that is running and migrated. Jobs are not yet started: domains register theirs first. */
export function openHouse({ config, address, writeLog }: { config: Config; address: DatabaseAddress; writeLog: (text: string) => void }): House {
	const log = new Log(writeLog);
	const db = openDatabase(address);
	const pages = new PageCache();
	const recall = new Recall();
	for (const memory of [pages, recall]) memory.trust(false);
	// What was read goes before what was made of it: a page made in between must not be made of the old.
	const forget = (tags: readonly string[]) => [recall, pages].forEach((memory) => memory.drop(tags));
	const live = new Live(forget);
	const listener = listenForPublications({
		address,
		onPublication: (tags) => {
			const others = live.hear(tags);
			if (others.length > 0) forget(others);
		},
		onTrust: (trusted) => {
			[recall, pages].forEach((memory) => memory.trust(trusted));
			live.lookAgain();
		}
	});
	const jobs = openJobs(address, (message, error) => log.trouble(message, error));
	const mail = openMail(config);
	const hourly: NodeJS.Timeout[] = [];
	return {
		config,
		address,
		db,
		jobs,
		mail,
		push: openPush(config),
		blobs: openBlobs(config),
		limiter: new Limiter(),
		clock: new Clock(config),
		pages,
		recall,
		live,
		metrics: new Metrics(),
		log,
		everyHour(work) {
			const go = () => void work().catch((error: unknown) => log.trouble('hourly work failed', error));
			hourly.push(setInterval(go, 60 * 60 * 1000).unref());
		},
		async close() {
			hourly.forEach(clearInterval);
			live.close();
			await jobs.stop();
			await mail.close();
			await listener.close();
			await db.destroy();
			log.flush();
		}
	};
}
