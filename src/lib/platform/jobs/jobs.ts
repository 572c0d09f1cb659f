import { PgBoss, fromKysely } from 'pg-boss';
import type { DatabaseAddress, Tx } from '../db/database.ts';
import type { SocketAddress } from '../db/embedded.ts';
import { errorCode } from '../start/refusal.ts';

/**
 * A kind of work to do later. `Payload` holds ids only: what a job is about is read when it runs, so that nothing
 * personal lies in the queue and what was deleted in the meantime stays deleted.
 */
export interface JobKind<Payload extends object> {
	/** Domain and verb, `newsletter.confirm`. */
	readonly name: string;
	/** Gives back the payload of a job from what the queue kept; undefined where it is not one. */
	readonly parse: (found: unknown) => Payload | undefined;
	/** What a job is about: of those about the same only one waits or runs at a time, and more of them are not kept. */
	readonly onlyOne?: (payload: Payload) => string;
}

/** When a job of an empty payload is made by itself. */
export interface Daily {
	/** 0 to 23, in UTC, or at each full hour. A time that passed while nothing ran is made up for once. */
	readonly hour: number | 'each';
}

/** A job that finds nothing left to do simply returns; one that throws is tried again later. */
export type JobWork<Payload extends object> = (payload: Payload) => Promise<void>;

/**
 * Note: A job is kept or lost together with the row that it is about.
 * It is enqueued in the same transaction. A job that fails (a dead mail server) waits and is tried again, first after
 * half a minute, then ever less often, up to once an hour, for about three days.
 */
export interface Jobs {
	/** Not before `at`, where that is told. */
	enqueue<Payload extends object>(tx: Tx, kind: JobKind<Payload>, payload: Payload, at?: Date): Promise<void>;
	/** Declares a kind and who does it. Call before `start`. */
	register<Payload extends object>(kind: JobKind<Payload>, work: JobWork<Payload>, daily?: Daily): void;
	/** Makes the queue's tables where they are missing and begins to work. `working: false` only enqueues. */
	start(options?: { readonly working: boolean }): Promise<void>;
	/** Finishes the jobs in hand, at most ten seconds. */
	stop(): Promise<void>;
}

const retries = { retryLimit: 80, retryDelay: 30, retryBackoff: true, retryDelayMax: 3600, expireInSeconds: 120, deleteAfterSeconds: 3600 };

export function openJobs(address: DatabaseAddress, onTrouble: (message: string, error?: unknown) => void): Jobs {
	const boss = new PgBoss({ ...queueConnection(address), max: 3, application_name: 'steadfast-jobs', schema: 'job_queue' });
	boss.on('error', (error) => tellOfQueue(error));
	const registered: { name: string; isOnlyOne: boolean; daily: Daily | undefined; run: (data: unknown) => Promise<void> }[] = [];
	let started = false;
	let stopping = false;
	let toldAt = 0;

	/** While the database is away the queue meets an error several times a second: once a minute is news. */
	function tellOfQueue(error: unknown): void {
		if (stopping || Date.now() - toldAt < 60_000) return;
		toldAt = Date.now();
		onTrouble('The job queue met an error; it goes on trying.', error);
	}

	return {
		async enqueue(tx, kind, payload, at) {
			if (!registered.some(({ name }) => name === kind.name)) throw new Error(`No work is registered for the job ${kind.name}.`);
			await boss.send(kind.name, payload, { db: fromKysely(tx), ...(at && { startAfter: at }), ...(kind.onlyOne && { singletonKey: kind.onlyOne(payload) }) });
		},
		register(kind, work, daily) {
			registered.push({
				name: kind.name,
				isOnlyOne: kind.onlyOne !== undefined,
				daily,
				run: async (data) => {
					const payload = kind.parse(data);
					if (payload === undefined) throw new Error(`A job of the kind ${kind.name} has a payload of another shape.`);
					try {
						await work(payload);
					} catch (error) {
						onTrouble(`A job of the kind ${kind.name} failed; it is tried again later.`, error);
						throw withoutWords(kind.name, error);
					}
				}
			});
		},
		async start({ working } = { working: true }) {
			await boss.start();
			started = true;
			for (const { name, isOnlyOne, daily, run } of registered) {
				await boss.createQueue(name, { ...retries, policy: isOnlyOne ? 'exclusive' : 'standard' });
				if (!working) continue;
				if (daily) await boss.schedule(name, `0 ${daily.hour === 'each' ? '*' : daily.hour} * * *`, {}, { tz: 'UTC', missed: 'once' });
				await boss.work(name, { pollingIntervalSeconds: 1 }, async (jobs) => {
					for (const job of jobs) await run(job.data);
				});
			}
		},
		async stop() {
			stopping = true; // Its last connections may outlive it by a moment, and then meet a database that has ended.
			if (started) await boss.stop({ graceful: true, timeout: 10_000 });
			started = false;
		}
	};
}

/** What the queue's table keeps of a failure for days: its kind only, because a message may repeat what somebody typed. */
function withoutWords(name: string, error: unknown): Error {
	return new Error(`The job ${name} failed (${[error instanceof Error ? error.constructor.name : typeof error, errorCode(error)].filter(Boolean).join(' ')}).`);
}

function queueConnection(address: DatabaseAddress): { connectionString: string } | SocketAddress {
	return typeof address === 'string' ? { connectionString: address } : { ...address };
}
