import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { expect, inject, test } from 'vitest';
import { connectionOf, type Db } from '#lib/platform/db/database.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import type { Language } from '#lib/platform/i18n/language.ts';
import { openJobs } from '#lib/platform/jobs/jobs.ts';
import { Log } from '#lib/platform/log/log.ts';
import { parseAddress, type MailAddress } from '#lib/platform/mail/address.ts';
import { openMail } from '#lib/platform/mail/mail.ts';
import { openPush } from '#lib/platform/push/push.ts';
import { openMailbox, type Letter } from '../../../../tests/journeys/mailbox.ts';
import { openPushService } from '../../../../tests/push-service.ts';
import { until } from '../../../../tests/server.ts';
import { temporaryFolder } from '../../../../tests/temporary.ts';
import type { House } from '#lib/platform/house.ts';
import { chosenBy, oweNotice, stopNotices, switchOff, switchOn, wasHere } from './notices.ts';
import { beginBatch, beginNotices, registerNoticeJobs, sendNotice, type NoticePost } from './sending.ts';

const day = (n: number) => new Date(Date.UTC(2026, 10, n, 15));
const ana = addressOf('ana.canary@example.net');
const toAna = { kind: 'mail', address: ana, language: 'es' } as const;

test('a notice is one constant sentence with two links to the vault, and names nobody', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, toAna);
	await house.news(account);

	await house.tell(day(1));

	const [letter] = house.mailbox.letters;
	const stop = stopLinkIn(letter);
	expect(letter).toMatchObject({ to: [ana], headers: { from: 'Steadfast <news@forum.example.org>', subject: 'News es', 'list-unsubscribe': `<${stop}>`, 'list-unsubscribe-post': 'List-Unsubscribe=One-Click' } });
	expect(stop).toMatch(/^https:\/\/vault\.example\.org\/es\/notices\/stop\/[\w-]{22}$/);
	expect(letter?.words.trimEnd()).toBe(`Sentence\r\n\r\nSign in\r\nhttps://vault.example.org/es/sign-in\r\n\r\nStop\r\n${stop}`);
	expect(JSON.stringify(letter)).not.toContain(account);
});

test('two people who are told in one language get the same letter, but for the token that stops it', async () => {
	await using house = await openHouse();
	const accounts = [await anAccount(house.db), await anAccount(house.db)];
	for (const account of accounts) await switchOn(house, account, toAna);
	await house.news(...accounts);
	await house.news(accounts[0]!);

	await house.tell(day(1));

	const told = house.mailbox.letters.map((letter) => letter.words.replaceAll(stopLinkIn(letter), 'STOP'));
	expect(told).toHaveLength(2);
	expect(told[0]).toBe(told[1]);
	expect(new Set(house.mailbox.letters.map(stopLinkIn)).size).toBe(2);
});

test('nobody is told who did not ask, whose news it was not, or who has switched off', async () => {
	await using house = await openHouse();
	const [asked, silent, gone, unconcerned] = await Promise.all([1, 2, 3, 4].map(() => anAccount(house.db)));
	await switchOn(house, asked!, toAna);
	await switchOn(house, gone!, { ...toAna, address: addressOf('gone@example.net') });
	await switchOn(house, unconcerned!, { ...toAna, address: addressOf('other@example.net') });
	await house.news(asked!, silent!, gone!);

	await switchOff(house.db, gone!);
	await house.tell(day(1));

	expect(house.mailbox.letters.map(({ to }) => to)).toEqual([[ana]]);
});

test('however much news there is, there is one notice a day, and none before the person was here again', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, toAna);
	const letters = async (at: Date): Promise<number> => {
		await house.tell(at);
		return house.mailbox.letters.length;
	};

	const counts = [];
	for (const _ of [1, 2, 3]) await house.news(account);
	counts.push(await letters(day(1)), await letters(day(1)));
	await house.news(account);
	counts.push(await letters(day(2)), await letters(day(9)));
	await wasHere(house.db, account);
	counts.push(await letters(day(10)));
	await house.news(account);
	counts.push(await letters(day(11)));
	await wasHere(house.db, account);
	await house.news(account);
	counts.push(await letters(day(11)), await letters(day(12)));

	expect(counts).toEqual([1, 1, 1, 1, 1, 2, 2, 3]);
});

test('what came while somebody was here needs no notice', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, toAna);

	await house.news(account);
	await wasHere(house.db, account);
	await house.tell(day(1));

	expect(house.mailbox.letters).toEqual([]);
});

test('who chooses another address is told there alone, and on the same day not twice', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, toAna);
	await house.news(account);
	await house.tell(day(1));

	await switchOn(house, account, { ...toAna, address: addressOf('new@example.net'), language: 'ar' });
	await house.news(account);
	await house.tell(day(1));
	await house.tell(day(2));

	expect(house.mailbox.letters.map(({ to }) => to)).toEqual([[ana], ['new@example.net']]);
});

test('the link in a notice deletes the address, and one that is invented deletes nobody’s', async () => {
	await using house = await openHouse();
	const [account, other] = [await anAccount(house.db), await anAccount(house.db)];
	await switchOn(house, account, toAna);
	await switchOn(house, other, { ...toAna, address: addressOf('other@example.net') });
	await house.news(account);
	await house.tell(day(1));

	const answers = [];
	for (const token of ['A'.repeat(22), '', "' or 1=1 --", '\0', stopLinkIn(house.mailbox.letters[0]).split('/').at(-1) ?? '']) answers.push(await stopNotices(house.db, token));

	expect(new Set(answers.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"ok":true}']));
	expect((await rows(house.db)).map(({ account_id }) => account_id)).toEqual([other]);
});

test('a row tells neither the address, nor by which way, nor in which language, and leaves no address when it is deleted', async () => {
	await using house = await openHouse();
	const [byMail, byPush] = [await anAccount(house.db), await anAccount(house.db)];
	await switchOn(house, byMail, toAna);
	await switchOn(house, byPush, { kind: 'push', endpoint: `${house.pushService.origin}/canary-endpoint` });
	await house.news(byMail, byPush);
	await house.batch(day(1));

	const held = await everything(house.db);
	const [one, another] = await rows(house.db);
	await switchOff(house.db, byMail);

	for (const word of [ana, 'ana.canary', 'canary-endpoint', Buffer.from(ana).toString('hex'), Buffer.from(ana).toString('base64').slice(2, -4)]) expect(held).not.toContain(word);
	expect(held).toContain(byMail);
	expect(one?.sealed_destination.length).toBe(another?.sealed_destination.length);
	expect(Object.keys(one ?? {}).sort()).toEqual(['account_id', 'owed', 'sealed_destination', 'stop_hash', 'told', 'told_on']);
	expect((await rows(house.db)).map(({ account_id }) => account_id)).toEqual([byPush]);
});

test('a destination that somebody with the database moved to another account is not written to', async () => {
	await using house = await openHouse();
	const [account, other] = [await anAccount(house.db), await anAccount(house.db)];
	await switchOn(house, account, toAna);
	const [row] = await rows(house.db);
	await switchOff(house.db, account);
	await house.db.insertInto('notice').values({ ...row!, account_id: other, owed: true }).execute();

	await house.tell(day(1));

	expect(house.mailbox.letters).toEqual([]);
	expect(await chosenBy(house, other)).toEqual({ chosen: 'unreadable', mark: null });
});

test('without the key of before nothing is sent, the operator is told, and the person can choose anew', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, toAna);
	await house.news(account);
	await using restored = await openHouse({ database: house });

	const told = await restored.begin();
	await restored.tell(day(1));
	const asked = await chosenBy(restored, account);
	await switchOn(restored, account, toAna);
	await restored.news(account);
	await restored.tell(day(2));

	expect(told).toMatch(/Notices: 1 people cannot be told of news any more/);
	expect(asked).toEqual({ chosen: 'unreadable', mark: null });
	expect(restored.mailbox.letters).toHaveLength(1);
	expect(await house.begin()).toMatch(/Notices: 1 people/);
	expect(await restored.begin()).toBe('');
});

test('a key file that is none is refused and not replaced', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, toAna);
	await using other = await openHouse({ database: house });
	const path = join(other.config.dataDir, 'secrets', 'notice-key');
	await openPush({ ...other.config, pushServices: [], contact: undefined }).publicKey();
	writeFileSync(path, randomBytes(16), { mode: 0o600 });

	await expect(other.begin()).rejects.toThrow('secrets/notice-key is not a key of 32 bytes');

	expect(statSync(path).size).toBe(16);
	expect(statSync(join(house.config.dataDir, 'secrets', 'notice-key')).mode & 0o777).toBe(0o600);
});

test('web push knocks without a word, and a subscription that has ended is deleted', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, { kind: 'push', endpoint: `${house.pushService.origin}/phone` });
	const before = await chosenBy(house, account);
	await house.news(account);
	await house.tell(day(1));
	await wasHere(house.db, account);
	await house.news(account);
	house.pushService.answer = { status: 410 };

	await house.tell(day(2));

	expect(before).toMatchObject({ chosen: 'push', mark: expect.stringMatching(/^[\w-]{43}$/) });
	expect(house.pushService.knocks.map(({ path, body }) => [path, body])).toEqual([['/phone', ''], ['/phone', '']]);
	expect(house.pushService.knocks.every(({ claims }) => claims?.aud === house.pushService.origin)).toBe(true);
	expect(await rows(house.db)).toEqual([]);
	expect(house.mailbox.letters).toEqual([]);
});

test('who comes by in the moment in which they are told may be told again', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, { kind: 'push', endpoint: `${house.pushService.origin}/phone` });
	await house.news(account);
	house.pushService.meanwhile = () => wasHere(house.db, account);
	await house.tell(day(1));
	house.pushService.meanwhile = () => Promise.resolve();
	await house.news(account);

	await house.tell(day(2));

	expect(house.pushService.knocks).toHaveLength(2);
});

test('a push service that is taken off the list is not written to any more', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, { kind: 'push', endpoint: 'http://127.0.0.1:1/inside' });
	await house.news(account);

	await expect(house.tell(day(1))).rejects.toThrow('EHOST');

	expect(await rows(house.db)).toMatchObject([{ owed: true, told: false }]);
});

test('while the mail server is dead a notice waits in the queue, and is sent once however many batches came meanwhile', async () => {
	await using house = await openHouse({ smtp: 'dead' });
	const account = await anAccount(house.db);
	await switchOn(house, account, toAna);
	await house.news(account);
	await house.jobs.start();

	for (const at of [1, 2, 3]) await beginBatch({ ...house.post, nowIs: () => day(at) });
	await until(async () => (await jobs(house.db)).some(({ state }) => state === 'retry'));
	await beginBatch({ ...house.post, nowIs: () => day(4) });
	const waiting = await jobs(house.db);
	await house.revive();
	await sql`update job_queue.job set start_after = now() where state = 'retry'`.execute(house.db);
	await until(async () => (await jobs(house.db)).every(({ state }) => state === 'completed'));

	expect(waiting).toEqual([{ state: 'retry', data: { account } }]);
	expect(house.mailbox.letters.map(({ to }) => to)).toEqual([[ana]]);
	expect(await rows(house.db)).toMatchObject([{ owed: false, told: true }]);
	expect(await everything(house.db)).not.toContain(ana);
});

test('who comes by while the mail server is dead, or switches off, gets no notice when it is back', async () => {
	await using house = await openHouse({ smtp: 'dead' });
	const [back, off] = [await anAccount(house.db), await anAccount(house.db)];
	for (const account of [back, off]) await switchOn(house, account, toAna);
	await house.news(back, off);
	for (const account of [back, off]) await expect(sendNotice(house.post, account)).rejects.toThrow('The mail server did not take a message');

	await wasHere(house.db, back);
	await switchOff(house.db, off);
	await house.revive();
	for (const account of [back, off]) await sendNotice(house.post, account);

	expect(house.mailbox.letters).toEqual([]);
});

test('a place that cannot be reached holds nobody else up', async () => {
	await using house = await openHouse();
	const [refused, fine] = [await anAccount(house.db), await anAccount(house.db)];
	await switchOn(house, refused, { kind: 'push', endpoint: 'http://127.0.0.1:1/inside' });
	await switchOn(house, fine, toAna);
	await house.news(refused, fine);
	await house.jobs.start();

	await beginBatch(house.post);

	await until(() => house.mailbox.letters.length === 1);
	await until(async () => (await jobs(house.db)).some(({ state }) => state === 'retry'));
});

test('the batch is made by itself, once a day in the hour that is configured', async () => {
	await using house = await openHouse();

	await house.jobs.start();

	const { rows: schedules } = await sql<{ name: string; cron: string; timezone: string }>`select name, cron, timezone from job_queue.schedule`.execute(house.db);
	expect(schedules).toEqual([{ name: 'notices.batch', cron: '0 7 * * *', timezone: 'UTC' }]);
});

test('a batch that the queue makes tells who is to be told', async () => {
	await using house = await openHouse();
	const account = await anAccount(house.db);
	await switchOn(house, account, toAna);
	await house.news(account);
	await house.jobs.start();
	const boss = new PgBoss({ ...(connectionOf(house.address) as { connectionString: string }), schema: 'job_queue', supervise: false, schedule: false });
	await boss.start();

	await boss.send('notices.batch', {});
	await until(() => house.mailbox.letters.length === 1);
	await boss.stop();

	expect(house.mailbox.letters.map(({ to }) => to)).toEqual([[ana]]);
});

test('a batch goes out in an order by chance', async () => {
	await using house = await openHouse();
	const accounts: string[] = [];
	for (let n = 0; n < 12; n++) accounts.push(await anAccount(house.db));
	for (const account of accounts) await switchOn(house, account, toAna);
	await house.news(...accounts);

	const orders = new Set<string>();
	for (let n = 0; n < 3; n++) {
		await house.batch(day(1));
		// In the order in which they were put: a row's place in the table.
		const { rows: put } = await sql<{ account: string }>`select data->>'account' as account from job_queue.job where name = 'notices.send' order by ctid`.execute(house.db);
		orders.add(put.map(({ account }) => account).join());
		await sql`truncate job_queue.job_common`.execute(house.db);
	}

	expect(orders.size).toBe(3);
	expect([...orders][0]?.split(',').sort()).toEqual([...accounts].sort());
});

test('news for the same people from two sides at once does not come to a halt', async () => {
	await using house = await openHouse();
	const accounts = await Promise.all(Array.from({ length: 20 }, () => anAccount(house.db)));
	for (const account of accounts) await switchOn(house, account, toAna);

	const round = (order: readonly string[]) => house.news(...order);
	await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 3 === 0 ? wasHere(house.db, accounts[n]!) : round(n % 2 === 0 ? accounts : accounts.toReversed()))));

	await house.news(...accounts);
	expect((await rows(house.db)).every(({ owed }) => owed)).toBe(true);
});

function addressOf(written: string): MailAddress {
	const result = parseAddress(written);
	if (!result.ok) throw new Error(result.reason);
	return result.address;
}

function stopLinkIn(letter: Letter | undefined): string {
	return /https:\S+\/notices\/stop\/[\w-]+/.exec(letter?.words ?? '')?.[0] ?? '';
}

const rows = (db: Db) => db.selectFrom('notice').selectAll().orderBy('account_id').execute();

async function jobs(db: Db): Promise<{ state: string; data: unknown }[]> {
	return (await sql<{ state: string; data: unknown }>`select state, data from job_queue.job where name = 'notices.send'`.execute(db)).rows;
}

/** Every row of every table as text. */
async function everything(db: Db): Promise<string> {
	const { rows: tables } = await sql<{ schema: string; name: string }>`select table_schema as schema, table_name as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
	const lines = [];
	for (const { schema, name } of tables) lines.push(...(await sql<{ line: string }>`select t::text as line from ${sql.table(`${schema}.${name}`)} as t`.execute(db)).rows.map(({ line }) => line));
	return lines.join('\n');
}

async function anAccount(db: Db): Promise<string> {
	const id = randomBytes(16).toString('base64url');
	await db
		.insertInto('account')
		.values({ id, role: 'member', signing: randomBytes(32), name_key: null, opaque_record: null, kit_hash: randomBytes(32), kit_signing: randomBytes(32), sealed_unlock: randomBytes(300), unlock_version: 1, sealed_profile: null, created_on: '2026-11-01', ended_on: null })
		.execute();
	return id;
}

const words = (language: Language) => ({ subject: `News ${language}`, sentence: 'Sentence', signIn: 'Sign in', stop: 'Stop' });

interface Opening {
	/** Another house's database, with secrets of its own: an installation that was restored without them. */
	readonly database?: Pick<Awaited<ReturnType<typeof testDatabase>>, 'db' | 'address'>;
	readonly smtp?: 'dead';
}

/** A database, a queue that is open for jobs, mail over a real SMTP conversation, and a push service. */
async function openHouse({ database, smtp }: Opening = {}) {
	const own = database ? undefined : await testDatabase(inject('postgres'));
	const { db, address } = database ?? own!;
	const dataDir = temporaryFolder('notices');
	let mailbox = await openMailbox();
	const { port } = new URL(mailbox.url);
	if (smtp === 'dead') await mailbox[Symbol.asyncDispose]();
	const pushService = await openPushService();
	const config = { dataDir, vaultOrigin: 'https://vault.example.org', noticeHour: 7 };
	const mail = openMail({ smtpUrl: mailbox.url, mailFrom: 'Forum of Defenders <news@forum.example.org>', dataDir: '/nowhere' });
	const push = openPush({ ...config, pushServices: [pushService.origin], contact: undefined });
	const queue = openJobs(address, () => undefined);
	let told = '';
	const log = new Log((text) => (told += text));
	const post: NoticePost = { db, jobs: queue, mail, push, config, words };
	registerNoticeJobs(post);
	await queue.start({ working: false });
	return {
		db,
		address,
		config,
		jobs: queue,
		post,
		pushService,
		get mailbox() {
			return mailbox;
		},
		/** Something new for these accounts. */
		news: (...accounts: string[]) => db.transaction().execute((tx) => oweNotice(tx, accounts)),
		batch: (at: Date) => beginBatch({ ...post, nowIs: () => at }),
		/** A batch at this time and, at once, what the queue would then do. */
		async tell(at: Date) {
			await sql`truncate job_queue.job_common`.execute(db);
			await beginBatch({ ...post, nowIs: () => at });
			for (const { data } of await jobs(db)) await sendNotice({ ...post, nowIs: () => at }, (data as { account: string }).account);
		},
		/** What the operator is told at a start. */
		async begin() {
			told = '';
			const other = openJobs(address, () => undefined);
			await beginNotices({ db, jobs: other, mail, push, config, log } as unknown as House, words);
			log.flush();
			return told;
		},
		/** The mail server comes back at its old place. */
		async revive() {
			mailbox = await openMailbox(Number(port));
		},
		async [Symbol.asyncDispose]() {
			await queue.stop();
			await mail.close();
			await mailbox[Symbol.asyncDispose]();
			await pushService[Symbol.asyncDispose]();
			await own?.[Symbol.asyncDispose]();
			if (existsSync(dataDir)) rmSync(dataDir, { recursive: true });
		}
	};
}
