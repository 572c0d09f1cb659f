import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { expect, inject, test } from 'vitest';
import { connectionOf, type DatabaseAddress, type Db } from '../db/database.ts';
import { testDatabase } from '../db/testing.ts';
import { openJobs, type JobKind } from './jobs.ts';

interface Note {
	readonly id: number;
}

const noteKind: JobKind<Note> = {
	name: 'test.note',
	parse: (found) => (typeof found === 'object' && found !== null && 'id' in found && typeof found.id === 'number' ? { id: found.id } : undefined)
};
const canary = 'canary@example.net';

test('a job whose transaction is taken back never runs; one whose transaction is kept does', async () => {
	await using house = await openHouse();
	const taken = house.db.transaction().execute(async (tx) => {
		await house.jobs.enqueue(tx, noteKind, { id: 1 });
		throw new Error('taken back');
	});
	await expect(taken).rejects.toThrow('taken back');
	await house.enqueue({ id: 2 });

	await house.start();
	await until(async () => (await house.rows()).every(({ state }) => state === 'completed'));

	expect(house.worked).toEqual([{ id: 2 }]);
	expect(await house.rows()).toMatchObject([{ data: { id: 2 }, state: 'completed' }]);
});

test('a job does not run while its transaction is still open', async () => {
	await using house = await openHouse();
	await house.start();

	await house.db.transaction().execute(async (tx) => {
		await house.jobs.enqueue(tx, noteKind, { id: 1 });
		await house.enqueue({ id: 2 });
		await until(() => house.worked.length > 0);
		expect(house.worked).toEqual([{ id: 2 }]);
	});

	await until(() => house.worked.length > 1);
	expect(house.worked).toEqual([{ id: 2 }, { id: 1 }]);
});

test('a job that fails waits longer each time and is tried again until it is done', async () => {
	let attempts = 0;
	await using house = await openHouse(() => {
		attempts += 1;
		if (attempts < 3) throw new Error('not yet');
	});
	await house.enqueue({ id: 1 });
	await house.start();

	const waits: number[] = [];
	for (let attempt = 1; attempt < 3; attempt++) {
		const waiting = await until(async () => (await house.rows()).find(({ state, retry_count }) => state === 'retry' && retry_count === attempt - 1));
		waits.push(waiting.start_after.getTime() - waiting.asked_at.getTime());
		await sql`update job_queue.job set start_after = now()`.execute(house.db);
	}
	await until(async () => (await house.rows())[0]?.state === 'completed');

	// 30 to 60 seconds, then 60 to 120, of which some have passed until we looked.
	expect(waits[0]).toBeGreaterThan(15_000);
	expect(waits[1]).toBeGreaterThan(45_000);
	expect(house.worked).toEqual([{ id: 1 }, { id: 1 }, { id: 1 }]);
});

test('what an error says is neither kept in the queue nor told to the log as words', async () => {
	class Letter extends Error {
		readonly detail = `Key (address)=(${canary}) already exists.`;
		readonly code = '23505';
	}
	await using house = await openHouse(() => {
		throw new Letter(`could not write to ${canary}`, { cause: new Error(canary) });
	});
	await house.enqueue({ id: 1 });

	await house.start();
	const [row] = await until(async () => {
		const rows = await house.rows();
		return rows[0]?.state === 'retry' && rows;
	});

	expect(JSON.stringify(row)).toContain('The job test.note failed (Letter 23505).');
	expect(JSON.stringify(row)).not.toContain(canary);
	expect(house.troubles).toEqual([['A job of the kind test.note failed; it is tried again later.', expect.any(Letter)]]);
});

test('a payload of another shape is not worked with, and does not keep the next job from being worked', async () => {
	await using house = await openHouse();
	await house.enqueue({ id: 1 });
	await sql`update job_queue.job set data = '{"id": "somebody else''s"}'`.execute(house.db);
	await house.enqueue({ id: 2 });

	await house.start();
	await until(async () => (await house.rows()).map(({ state }) => state).sort().join() === 'completed,retry');

	expect(house.worked).toEqual([{ id: 2 }]);
	expect(JSON.stringify((await house.rows()).find(({ state }) => state === 'retry')?.output)).toContain('A job of the kind test.note has a payload of another shape.');
});

test('a job for which nobody declared the work is refused with its transaction, instead of lying there for ever', async () => {
	await using house = await openHouse();

	const refused = house.db.transaction().execute((tx) => house.jobs.enqueue(tx, { ...noteKind, name: 'test.unknown' }, { id: 1 }));

	await expect(refused).rejects.toThrow('No work is registered for the job test.unknown.');
	expect(await house.rows()).toEqual([]);
});

test('stopping waits for the job in hand, so that it is not done a second time', async () => {
	const gate = Promise.withResolvers<undefined>();
	await using house = await openHouse(() => gate.promise);
	await house.enqueue({ id: 1 });
	await house.start();
	await until(() => house.worked.length > 0);

	const order: string[] = [];
	const stopped = house.jobs.stop().then(() => order.push('stopped'));
	for (let look = 0; look < 50; look++) await house.rows();
	order.push('finished');
	gate.resolve(undefined);
	await stopped;

	expect(order).toEqual(['finished', 'stopped']);
	expect(await house.rows()).toMatchObject([{ state: 'completed' }]);
});

// pg-boss cannot know that a worker is dead: its job stays `active` until 120 seconds after its begin (expireInSeconds),
// then the round that each process makes once a minute gives it back, and it waits like one that failed: in all two to
// four minutes after a kill. Here the time is passed over.
test('a job whose process was killed in the middle is done after the next start, and not while it may still be at it', async () => {
	await using house = await openHouse();
	const child = workAndHang(house.address);
	await house.enqueue({ id: 1 });
	await until(async () => (await house.rows())[0]?.state === 'active');
	const ended = once(child, 'exit');
	child.kill('SIGKILL');
	await ended;

	await house.start();
	await sql`update job_queue.job set started_on = now() - interval '110 seconds'`.execute(house.db);
	await rounds(house.address);
	const early = await house.rows();
	await sql`update job_queue.job set started_on = now() - interval '121 seconds'`.execute(house.db);
	await until(async () => {
		await rounds(house.address);
		return (await house.rows())[0]?.state === 'retry';
	});
	await sql`update job_queue.job set start_after = now()`.execute(house.db);
	await until(() => house.worked.length > 0);

	expect(early).toMatchObject([{ state: 'active' }]);
	expect(house.worked).toEqual([{ id: 1 }]);
	await until(async () => (await house.rows())[0]?.state === 'completed');
});

test('of jobs about the same one alone waits, also while it is tried again, and others are not kept from it', async () => {
	const kind: JobKind<Note> = { ...noteKind, name: 'test.one', onlyOne: ({ id }) => String(id) };
	await using house = await openHouse();
	let isDead = true;
	house.jobs.register(kind, ({ id }) => {
		if (id === 1 && isDead) throw new Error('dead');
		house.worked.push({ id });
		return Promise.resolve();
	});
	await house.jobs.start();
	const enqueue = (id: number) => house.db.transaction().execute((tx) => house.jobs.enqueue(tx, kind, { id }));
	const states = async () => (await house.rows()).map(({ data, state }) => [data, state]);

	for (const id of [1, 1, 2, 1]) await enqueue(id);
	await until(async () => (await house.rows()).some(({ state }) => state === 'retry') && house.worked.length === 1);
	await enqueue(1);
	const waiting = await states();
	isDead = false;
	await sql`update job_queue.job set start_after = now() where state = 'retry'`.execute(house.db);
	await until(() => house.worked.length === 2);
	await until(async () => (await house.rows()).every(({ state }) => state === 'completed'));
	await enqueue(1);
	await until(() => house.worked.length === 3);

	expect(waiting.filter(([, state]) => state !== 'completed')).toEqual([[{ id: 1 }, 'retry']]);
	expect(house.worked).toEqual([{ id: 2 }, { id: 1 }, { id: 1 }]);
});

test('a daily job is made at its hour by whichever process works, and not by one that only enqueues', async () => {
	const daily: JobKind<object> = { name: 'test.daily', parse: () => ({}) };
	await using house = await openHouse();
	house.jobs.register(daily, () => Promise.resolve(), { hour: 4 });
	const schedules = async () => (await sql`select name, cron, timezone, options->>'missed' as missed from job_queue.schedule`.execute(house.db)).rows;

	await house.jobs.start({ working: false });
	const without = await schedules();
	await house.jobs.start();

	expect(without).toEqual([]);
	expect(await schedules()).toEqual([{ name: 'test.daily', cron: '0 4 * * *', timezone: 'UTC', missed: 'once' }]);
});

interface Row {
	readonly data: unknown;
	readonly state: string;
	readonly output: unknown;
	readonly retry_count: number;
	readonly start_after: Date;
	readonly asked_at: Date;
}

/** A database and a queue that notes what it was given to work on; jobs are worked on from `start()` on. */
async function openHouse(work: (note: Note) => unknown = () => undefined) {
	const { db, address, ...database } = await testDatabase(inject('postgres'));
	const troubles: [string, unknown][] = [];
	const worked: Note[] = [];
	const jobs = openJobs(address, (...trouble) => void troubles.push(trouble as [string, unknown]));
	jobs.register(noteKind, async (note) => {
		worked.push(note);
		await work(note);
	});
	await jobs.start({ working: false });
	return {
		db,
		address,
		jobs,
		worked,
		troubles,
		start: () => jobs.start({ working: true }),
		enqueue: (note: Note) => db.transaction().execute((tx) => jobs.enqueue(tx, noteKind, note)),
		rows: () => rowsOf(db),
		async [Symbol.asyncDispose]() {
			await jobs.stop();
			await database[Symbol.asyncDispose]();
		}
	};
}

async function rowsOf(db: Db): Promise<Row[]> {
	return (await sql<Row>`select data, state, output, retry_count, start_after, now() as asked_at from job_queue.job where name like 'test.%' order by created_on`.execute(db)).rows;
}

/** Another Node that begins each job and never ends it. */
function workAndHang(address: DatabaseAddress) {
	const script = `
		const { openJobs } = await import('./src/lib/platform/jobs/jobs.ts');
		const jobs = openJobs(JSON.parse(process.env.DATABASE), () => undefined);
		jobs.register({ name: 'test.note', parse: (found) => found }, () => new Promise(() => undefined));
		await jobs.start();
	`;
	return spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, DATABASE: JSON.stringify(address) }, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What every process does once a minute, done now. */
async function rounds(address: DatabaseAddress): Promise<void> {
	const boss = new PgBoss({ ...(connectionOf(address) as { connectionString: string }), schema: 'job_queue', supervise: false, schedule: false, monitorIntervalSeconds: 1 });
	await boss.start();
	await boss.supervise('test.note');
	await boss.stop();
}

async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		await wait(10);
	}
}
