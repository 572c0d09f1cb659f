import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecord, wholeRecord } from '#lib/archive/server/index.ts';
import type { ArchiveRecord } from '#lib/archive/record.ts';
import { verifyChain } from '#lib/platform/audit/audit.ts';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { freePort, startServer, until } from '../server.ts';
import { ask, sendForm } from './http.ts';
import { openMailbox } from './mailbox.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that PostgreSQL's own account may pass through, so that all of the data lies in it, also for root. */
function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'steadfast-kill-'));
	chmodSync(folder, 0o711);
	folders.push(folder);
	return folder;
}

/** The real record and copies of its richest forums: an import of it takes long enough to be killed in its middle. */
let large: { readonly folder: string; readonly record: ArchiveRecord };
let small: ArchiveRecord;

beforeAll(async () => {
	const folder = join(newFolder(), 'archive');
	cpSync('archive', folder, { recursive: true });
	const forums = join(folder, 'forums');
	for (const name of readdirSync(forums).filter((forum) => /^201[6-9]/.test(forum))) {
		for (const copy of [1, 2, 3, 4, 5, 6]) cpSync(join(forums, name), join(forums, `${name}-copy-${copy}`), { recursive: true });
	}
	large = { folder, record: sorted(await readRecord(folder)) };
	small = sorted(await readRecord('archive'));
});

function sorted(record: ArchiveRecord): ArchiveRecord {
	const bySlug = <Named extends { slug: string; forum?: string }>(all: readonly Named[]) => all.toSorted((a, b) => `${a.forum}/${a.slug}`.localeCompare(`${b.forum}/${b.slug}`));
	// Through JSON, as the database keeps it: without absent keys.
	return { ...(JSON.parse(JSON.stringify({ programme: record.programme, forums: bySlug(record.forums), documents: bySlug(record.documents), questions: record.questions, addressees: record.addressees, followups: record.followups.toSorted((a, b) => `${a.forum}/${a.document}`.localeCompare(`${b.forum}/${b.document}`)) })) as ArchiveRecord), photos: record.photos };
}

/** The database of a data folder whose PostgreSQL runs. */
function databaseIn(dataDir: string): Db {
	return openDatabase({ host: join(dataDir, 'socket'), user: 'steadfast', database: 'steadfast' }, { connections: 1 });
}

function program(env: Readonly<Record<string, string>>, ...words: string[]): ChildProcess {
	return spawn(process.execPath, words, {
		env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_NO_WARNINGS: '1', ...env },
		stdio: ['ignore', 'ignore', 'pipe']
	});
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
	return exitCode !== null || signalCode !== null;
}

/** Whether somebody is writing in a transaction that is not yet over; false where no PostgreSQL answers. */
async function isWriting(db: Db): Promise<boolean> {
	try {
		const { rows } = await sql`select 1 from pg_stat_activity where application_name = 'steadfast' and backend_xid is not null and pid <> pg_backend_pid()`.execute(db);
		return rows.length > 0;
	} catch {
		return false;
	}
}

/** Kills a program that imports after it was seen writing so many times, or lets it end if it is faster than that. */
async function killWhileWriting(child: ChildProcess, { db, sightings }: { db: Db; sightings: number }): Promise<'killed' | 'ended'> {
	let seen = 0;
	await until(async () => hasEnded(child) || ((await isWriting(db)) && (seen += 1) >= sightings));
	if (hasEnded(child)) return 'ended';
	child.kill('SIGKILL');
	await once(child, 'exit');
	return 'killed';
}

/** All that an import changes, to be compared as a whole. */
async function state(db: Db): Promise<unknown> {
	const record = await wholeRecord(db);
	const { rows } = await sql<{ table: string; rows: number }>`
		select 'search' as table, count(*) as rows from search_entry union all select 'texts', count(*) from search_text
		union all select 'shelves', count(*) from search_shelf union all select 'words', count(*) from search_word
		union all select 'revisions', count(*) from archive_revision union all select 'deeds', count(*) from audit_entry where action = 'archive.import'`.execute(db);
	return { record: record && sorted(record), rows: Object.fromEntries(rows.map((row) => [row.table, row.rows])), chain: (await verifyChain(db)).ok };
}

describe('an import that is killed', () => {
	test('leaves the record exactly as it was, whenever it was killed; a later one takes it in whole', async () => {
		const dataDir = newFolder();
		await (await startServer({ dataDir })).stop();
		const importing = () => program({ DATA_DIR: dataDir }, 'src/commands/archive.ts', 'import', large.folder);
		const outcomes: { how: string; state: unknown }[] = [];
		let old: unknown;

		for (const sightings of [1, 2, 1 + Math.ceil(Math.random() * 10), 1 + Math.ceil(Math.random() * 40)]) {
			const db = databaseIn(dataDir);
			const child = importing();
			const how = await killWhileWriting(child, { db, sightings });
			await db.destroy();
			// PostgreSQL has lost the program that started it; the last time it is killed as well, as if the power failed.
			// One that was faster, and has ended, has ended its PostgreSQL too.
			if (outcomes.length === 3 && how === 'killed') process.kill(Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');
			await using server = await startServer({ dataDir });
			const afterwards = databaseIn(dataDir);
			outcomes.push({ how, state: await state(afterwards) });
			await afterwards.destroy();
			old ??= outcomes[0]?.state;
			expect((await ask(`${server.origin}/en/forums`)).status).toBe(200);
		}
		await using server = await startServer({ dataDir });
		await once(importing(), 'exit');
		const db = databaseIn(dataDir);
		const taken = await state(db);
		await db.destroy();

		expect(old).toMatchObject({ record: small, rows: { deeds: 1 }, chain: true });
		expect(taken).toMatchObject({ record: large.record, rows: { deeds: 2 }, chain: true });
		expect(outcomes[0]?.how).toBe('killed');
		for (const { how, state: found } of outcomes) expect(found).toEqual(how === 'killed' && !isSame(found, taken) ? old : taken);
		expect((await ask(`${server.origin}/en/forums/2016-a-time-for-peace-copy-6`)).status).toBe(200);
	});

	test('on the first start it is made up for by the next: the record is never half there', async () => {
		const dataDir = newFolder();
		const env = { DATA_DIR: dataDir, ARCHIVE_DIR: large.folder };
		const starting = async () => program({ ...env, PORT: String(await freePort()) }, 'src/main.ts');
		const found: unknown[] = [];

		// While the cluster itself is being made, and then twice in the import.
		const first = await starting();
		await until(() => readdirSync(dataDir).some((name) => name.startsWith('postgres.new-')));
		first.kill('SIGKILL');
		await once(first, 'exit');
		for (const sightings of [1, 1 + Math.ceil(Math.random() * 10)]) {
			const db = databaseIn(dataDir);
			await killWhileWriting(await starting(), { db, sightings });
			found.push(await wholeRecord(db));
			await db.destroy();
		}
		await using server = await startServer({ dataDir, env: { ARCHIVE_DIR: large.folder } });
		const db = databaseIn(dataDir);
		const taken = await state(db);
		await db.destroy();

		expect(found[0]).toBeUndefined();
		expect(found[1] === undefined || isSame(sorted(found[1] as ArchiveRecord), large.record)).toBe(true);
		expect(taken).toMatchObject({ record: large.record, rows: { deeds: 1 }, chain: true });
		expect(readdirSync(dataDir).filter((name) => name.includes('.new-'))).toEqual([]);
		expect((await ask(`${server.origin}/en/search?q=peace`)).status).toBe(200);
	});
});

test('an import that Ctrl-C interrupts takes back what it did, and takes along the PostgreSQL that it had started', async () => {
	const dataDir = newFolder();
	const db = databaseIn(dataDir);
	const child = program({ DATA_DIR: dataDir }, 'src/commands/archive.ts', 'import', large.folder);
	let said = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
	await until(() => isWriting(db));
	await db.destroy();

	child.kill('SIGINT');
	child.kill('SIGINT');
	await once(child, 'close');

	const left = ['steadfast.lock', join('postgres', 'postmaster.pid')].filter((name) => existsSync(join(dataDir, name)));
	expect({ status: child.exitCode, said, left }).toEqual({ status: 130, said: 'Interrupted. What was not finished was taken back.\n', left: [] });
	await using server = await startServer({ dataDir, env: { ARCHIVE_DIR: '/nowhere' } });
	const afterwards = databaseIn(dataDir);
	expect(await wholeRecord(afterwards)).toBeUndefined();
	await afterwards.destroy();
	expect((await ask(`${server.origin}/readyz`)).status).toBe(200);
});

test('an export that is killed leaves no folder under its name, and the next one writes all of it', async () => {
	const dataDir = newFolder();
	const parent = newFolder();
	await using server = await startServer({ dataDir, env: { ARCHIVE_DIR: large.folder } });
	const target = join(parent, 'copy');
	const exporting = () => program({ DATA_DIR: dataDir }, 'src/commands/archive.ts', 'export', target);
	const files = () => readdirSync(parent, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).length;
	const outcomes: { how: string; there: boolean }[] = [];

	// Until one was killed in its middle: where this test is given no time meanwhile, an export may be done with it all.
	const isInTheMiddle = ({ how, there }: (typeof outcomes)[number]): boolean => how === 'killed' && !there;
	for (let tries = 0; tries < 20 && outcomes.filter(isInTheMiddle).length < 2; tries++) {
		const enough = tries === 0 ? 1 : 1 + Math.ceil(Math.random() * 100);
		const before = files();
		const child = exporting();
		await until(() => hasEnded(child) || files() - before >= enough);
		const how = hasEnded(child) ? 'ended' : 'killed';
		child.kill('SIGKILL');
		if (how === 'killed') await once(child, 'exit');
		const there = existsSync(target);
		if (there) expect(sorted(await readRecord(target))).toEqual(large.record);
		outcomes.push({ how, there });
		rmSync(target, { recursive: true, force: true });
	}
	const last = exporting();
	await once(last, 'exit');

	expect(outcomes.some(isInTheMiddle)).toBe(true);
	expect(last.exitCode).toBe(0);
	expect(sorted(await readRecord(target))).toEqual(large.record);
	expect((await ask(`${server.origin}/readyz`)).status).toBe(200);
});

test('a sign-up that was answered just before a kill is not forgotten: the next start sends its mail, and its link works', async () => {
	await using mailbox = await openMailbox();
	const dataDir = newFolder();
	const port = await freePort();
	const env = { SMTP_URL: mailbox.url, ARCHIVE_DIR: '/nowhere' };
	const address = 'reader@example.org';
	const killed = await startServer({ dataDir, port, env });

	const { status } = await sendForm(`${killed.origin}/en/newsletter`, { fields: { address }, origin: killed.origin });
	await killed.kill();
	await using server = await startServer({ dataDir, port, env });
	// At once as a rule; a job that was just in hand when the program was killed is given up for lost after two minutes.
	await until(() => mailbox.letters.length > 0, 240_000);
	const link = /https?:\/\/\S+\/confirm\/\S+/.exec(mailbox.letters[0]?.words ?? '')?.[0] ?? '';
	const confirmed = await sendForm(link, { fields: {}, origin: server.origin });

	expect([status, confirmed.status]).toEqual([303, 200]);
	expect(await server.stop()).toBe(0);
	// Sent first and noted after: a kill in between sends it twice, rather than never.
	expect(mailbox.letters.map(({ to }) => to)).toSatisfy((all: string[][]) => all.length <= 2 && all.every((to) => to.length === 1 && to[0] === address));
});

function isSame(a: unknown, b: unknown): boolean {
	try {
		expect(a).toEqual(b);
		return true;
	} catch {
		return false;
	}
}
