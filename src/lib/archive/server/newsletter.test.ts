import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, inject, test } from 'vitest';
import { verifyChain } from '#lib/platform/audit/audit.ts';
import type { Db } from '#lib/platform/db/database.ts';
import { testDatabase } from '#lib/platform/db/testing.ts';
import { openJobs } from '#lib/platform/jobs/jobs.ts';
import { parseAddress, type MailAddress } from '#lib/platform/mail/address.ts';
import { openMail } from '#lib/platform/mail/mail.ts';
import { freePort } from '../../../../tests/server.ts';
import { confirmSubscription, exportSubscribers, forgetUnconfirmed, registerNewsletterJobs, requestSubscription, sendOwedMail, unsubscribe } from './newsletter.ts';
import type { NewsletterPost, NewsletterWords } from './newsletter.ts';

const origin = 'https://record.forum.example.org';
const now = new Date('2026-11-20T12:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const days = (count: number) => minutes(count * 24 * 60);
const ana = addressOf('ana.defender@example.net');

test('nobody is subscribed by signing up; the link in the mail does it, and the other link ends it', async () => {
	await using house = await openHouse();

	const requested = await requestSubscription(house, { address: ana, language: 'es' }, now);
	await house.sendOwed(now);
	const [letter] = house.server.letters;
	const beforeConfirming = await exported(house.db);
	const confirmed = await confirmSubscription(house.db, tokenIn(letter!.text, 'confirm'), minutes(5));
	const afterConfirming = await exported(house.db);
	const left = await unsubscribe(house.db, tokenIn(letter!.unsubscribe, 'unsubscribe'));

	expect({ requested, confirmed, left }).toEqual({ requested: { ok: true }, confirmed: { ok: true }, left: { ok: true } });
	expect(house.server.letters).toEqual([letter]);
	expect(letter).toMatchObject({
		to: [ana],
		subject: 'Confirm es',
		text: expect.stringMatching(/^Confirm for record\.forum\.example\.org\r\n\r\nGo\r\nhttps:\/\/record\.forum\.example\.org\/es\/newsletter\/confirm\/[\w-]{43}\r\n\r\nIgnore$/),
		unsubscribe: expect.stringMatching(/^<https:\/\/record\.forum\.example\.org\/es\/newsletter\/unsubscribe\/[\w-]{43}>$/),
		oneClick: 'List-Unsubscribe=One-Click'
	});
	expect(letter!.html).toContain(`href="${origin}/es/newsletter/confirm/${tokenIn(letter!.text, 'confirm')}"`);
	expect(tokenIn(letter!.text, 'confirm')).not.toBe(tokenIn(letter!.unsubscribe, 'unsubscribe'));
	expect(beforeConfirming).toBe('address,language,confirmed_at,unsubscribe_url\r\n');
	expect(afterConfirming).toBe(`${beforeConfirming}${ana},es,2026-11-20,${letter!.unsubscribe.slice(1, -1)}\r\n`);
	expect(await rows(house.db)).toEqual([]);
});

test('nothing of an address is left in any table, the queue included, after it unsubscribed', async () => {
	await using house = await openHouse({ onRcptTo: ({ address }, _session, callback) => callback(new Error(`<${address}>: no such mailbox`)) });
	await house.jobs.start();
	const row = await signedUp(house, new Date());
	await until(async () => (await jobStates(house.db)).includes('retry'));
	await confirmSubscription(house.db, row.confirm_token, new Date());
	await exported(house.db);
	expect(await tablesHolding(house.db, ana)).toEqual(['public.newsletter_subscription']);
	expect(await tablesHolding(house.db, 'EENVELOPE_550')).toEqual(['job_queue.job', 'job_queue.job_common']);

	await unsubscribe(house.db, row.unsubscribe_token);

	expect(await tablesHolding(house.db, ana)).toEqual([]);
	expect(await tablesHolding(house.db, 'ana.defender')).toEqual([]);
	expect(await tablesHolding(house.db, row.id)).toEqual(['job_queue.job', 'job_queue.job_common']);
});

test('a subscriber who leaves while the mail server is away gets no mail when it is back', async () => {
	await using house = await openHouse();
	await house.server.stop();
	const row = await signedUp(house);
	await expect(sendOwedMail(house.post(now), row.id)).rejects.toThrow(/^The mail server did not take a message/);

	await unsubscribe(house.db, row.unsubscribe_token);
	await house.server.start();
	await sendOwedMail(house.post(now), row.id);

	expect(house.server.letters).toEqual([]);
});

test('unsubscribing again, with an invented token or with nonsense, looks the same and touches nobody else', async () => {
	await using house = await openHouse();
	const row = await signedUp(house);

	const outcomes = [];
	for (const token of ['A'.repeat(43), '', "' or 1=1 --", '\0', 'x'.repeat(100_000), row.confirm_token]) outcomes.push(await unsubscribe(house.db, token));

	expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(new Set(['{"ok":true}']));
	expect(await rows(house.db)).toHaveLength(1);
});

test('a link to confirm is refused after seven days, and says why as long as the row is there', async () => {
	await using house = await openHouse();
	const row = await signedUp(house);

	const late = await confirmSubscription(house.db, row.confirm_token, days(7));
	await forgetUnconfirmed(house.db, days(7));
	const later = await confirmSubscription(house.db, row.confirm_token, days(7));

	expect([late, later].map((outcome) => !outcome.ok && outcome.reason)).toEqual(['link-expired', 'link-unknown']);
	expect(await rows(house.db)).toEqual([]);
});

test('a link to confirm works until the last moment and twice, but the token to leave confirms nothing', async () => {
	await using house = await openHouse();
	const row = await signedUp(house);

	const outcomes = [
		await confirmSubscription(house.db, row.unsubscribe_token, now),
		await confirmSubscription(house.db, '\0', now),
		await confirmSubscription(house.db, row.confirm_token, new Date(days(7).getTime() - 1)),
		await confirmSubscription(house.db, row.confirm_token, days(400))
	];

	expect(outcomes).toEqual([{ ok: false, reason: 'link-unknown' }, { ok: false, reason: 'link-unknown' }, { ok: true }, { ok: true }]);
	expect((await rows(house.db))[0]!.confirmed_at).toEqual(new Date(days(7).getTime() - 1));
});

test('the next sign-up of anybody deletes the addresses that did not confirm, and no confirmed one', async () => {
	await using house = await openHouse();
	await requestSubscription(house, { address: addressOf('silent@example.net'), language: 'en' }, now);
	await confirmSubscription(house.db, (await signedUp(house)).confirm_token, now);

	await requestSubscription(house, { address: addressOf('new@example.net'), language: 'en' }, days(8));

	expect((await rows(house.db)).map(({ address }) => address).sort()).toEqual([ana, 'new@example.net']);
});

test('a form that is sent again does not show whether the address is new, waiting or subscribed', async () => {
	await using house = await openHouse();
	await confirmSubscription(house.db, (await signedUp(house)).confirm_token, now);
	const other = addressOf('other@example.net');

	const outcomes = [];
	for (const [address, at] of [[ana, minutes(1)], [ana, days(2)], [other, now], [other, now]] as const) {
		const outcome = await requestSubscription(house, { address, language: 'en' }, at);
		outcomes.push({ outcome, jobs: (await jobStates(house.db)).length });
	}

	expect(outcomes).toEqual([2, 3, 4, 5].map((jobs) => ({ outcome: { ok: true }, jobs })));
});

test('a subscriber whom somebody signs up again is told so in their own language, once a day, and stays subscribed', async () => {
	await using house = await openHouse();
	await requestSubscription(house, { address: ana, language: 'fr' }, now);
	await house.sendOwed(now);
	await confirmSubscription(house.db, (await rows(house.db))[0]!.confirm_token, minutes(1));

	for (const at of [minutes(2), days(1), minutes(24 * 60 + 5), days(2)]) {
		await requestSubscription(house, { address: ana, language: 'ar' }, at);
		await house.sendOwed(at);
	}

	expect(house.server.letters.map(({ subject }) => subject)).toEqual(['Confirm fr', 'Already fr', 'Already fr']);
	expect(house.server.letters[1]!.text).toContain(`Leave\r\n${origin}/fr/newsletter/unsubscribe/`);
	expect(tokenIn(house.server.letters[1]!.text, 'unsubscribe')).toBe(tokenIn(house.server.letters[0]!.unsubscribe, 'unsubscribe'));
	expect(await rows(house.db)).toMatchObject([{ address: ana, confirmed_at: minutes(1) }]);
});

test('an address that never asked gets at most one mail an hour and three in all, all with the same links', async () => {
	await using house = await openHouse();

	for (const minute of [0, 10, 59, 60, 61, 125, 300, 1000, 2000]) {
		await requestSubscription(house, { address: ana, language: 'en' }, minutes(minute));
		await house.sendOwed(minutes(minute));
	}

	expect(house.server.letters.map(({ subject }) => subject)).toEqual(['Confirm en', 'Confirm en', 'Confirm en']);
	expect(new Set(house.server.letters.map((letter) => letter.text)).size).toBe(1);
});

test('twenty sign-ups of one address at the same moment make one row and one mail', async () => {
	await using house = await openHouse();

	await Promise.all(Array.from({ length: 20 }, () => requestSubscription(house, { address: ana, language: 'en' }, now)));
	await house.sendOwed(now);
	await house.sendOwed(now);

	expect(await rows(house.db)).toHaveLength(1);
	expect(house.server.letters).toHaveLength(1);
});

test('a sign-up that the queue does not take leaves no address behind', async () => {
	await using house = await openHouse();
	const withoutWork = { db: house.db, jobs: openJobs(house.address, () => undefined) };

	await expect(requestSubscription(withoutWork, { address: ana, language: 'en' }, now)).rejects.toThrow('No work is registered');

	expect(await tablesHolding(house.db, ana)).toEqual([]);
});

test('somebody who confirmed in the meantime is not asked again by a mail that had waited', async () => {
	await using house = await openHouse();
	await requestSubscription(house, { address: ana, language: 'en' }, now);
	await house.sendOwed(now);
	await requestSubscription(house, { address: ana, language: 'en' }, minutes(90));

	await confirmSubscription(house.db, tokenIn(house.server.letters[0]!.text, 'confirm'), minutes(91));
	await house.sendOwed(minutes(92));

	expect(house.server.letters).toHaveLength(1);
});

test('a question that waited for the mail server until its link expired is not sent, and the address is deleted', async () => {
	await using house = await openHouse();
	await requestSubscription(house, { address: ana, language: 'en' }, now);

	await house.sendOwed(days(7));

	expect(house.server.letters).toEqual([]);
	expect(await rows(house.db)).toEqual([]);
});

test('a sign-up while the mail server is dead is sent by the queue once it lives, and only once', async () => {
	await using house = await openHouse();
	await house.server.stop();
	await house.jobs.start();

	await requestSubscription(house, { address: ana, language: 'en' }, new Date());
	await until(async () => (await jobStates(house.db)).includes('retry'));
	await house.server.start();
	// The half minute until the second attempt, passed over.
	await sql`update job_queue.job set start_after = now() where state = 'retry'`.execute(house.db);
	await until(async () => (await jobStates(house.db)).includes('completed'));

	expect(house.server.letters.map(({ to }) => to)).toEqual([[ana]]);
	expect(await rows(house.db)).toMatchObject([{ mail_owed: false }]);
});

test('a sign-up whose process is killed right after the commit is sent after the next start', async () => {
	await using house = await openHouse();
	const script = `
		const { openDatabase } = await import('./src/lib/platform/db/database.ts');
		const { openJobs } = await import('./src/lib/platform/jobs/jobs.ts');
		const { registerNewsletterJobs, requestSubscription } = await import('./src/lib/archive/server/newsletter.ts');
		const address = JSON.parse(process.env.DATABASE);
		const db = openDatabase(address);
		const jobs = openJobs(address, () => undefined);
		registerNewsletterJobs({ db, jobs });
		await jobs.start({ working: false });
		await requestSubscription({ db, jobs }, { address: '${ana}', language: 'en' }, new Date());
		process.kill(process.pid, 'SIGKILL');
	`;

	const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, DATABASE: JSON.stringify(house.address) }, stdio: 'inherit' });
	const [, signal] = await once(child, 'exit');
	await house.jobs.start();
	await until(() => Promise.resolve(house.server.letters.length > 0));

	expect(signal).toBe('SIGKILL');
	expect(house.server.letters.map(({ to }) => to)).toEqual([[ana]]);
});

test('no address becomes a formula in a spreadsheet, and every address can be had back', async () => {
	await using house = await openHouse();
	const written = ['=cmd|1!a1@example.net', '+tag@example.net', '-a@example.net', "'quoted@example.net", 'plain@example.net', 'علي@example.net'];
	for (const address of written) await requestSubscription(house, { address: addressOf(address), language: 'en' }, now);
	for (const row of await rows(house.db)) await confirmSubscription(house.db, row.confirm_token, now);

	const [, ...lines] = (await exported(house.db)).split('\r\n').slice(0, -1);

	const cells = lines.map((line) => line.split(',')[0]!);
	expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
	expect(cells.map((cell) => cell.replace(/^'/, '')).sort()).toEqual([...written].sort());
});

test('an export of more than one page has everybody once', async () => {
	await using house = await openHouse();
	await sql`insert into newsletter_subscription (address, language, confirm_token, unsubscribe_token, confirmed_at, mail_asked_at, mails_asked, mail_owed)
		select n || '@example.net', 'en', 'c' || n, 'u' || n, ${now}, ${now}, 1, false from generate_series(1, 2500) n`.execute(house.db);

	const lines = (await exported(house.db)).split('\r\n').slice(1, -1);

	expect(lines).toHaveLength(2500);
	expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(2500);
});

test('an export is in the audit before anything of it is read, and without an address', async () => {
	await using house = await openHouse();

	const pieces = exportSubscribers(house.db, origin, now);
	await pieces.next();

	const entries = await house.db.selectFrom('audit_entry').select(['at', 'actor', 'action', 'subject']).execute();
	expect(entries).toEqual([{ at: now, actor: 'operator', action: 'newsletter.export', subject: 'newsletter' }]);
	expect(await verifyChain(house.db)).toMatchObject({ ok: true, entries: 1 });
});

function addressOf(written: string): MailAddress {
	const result = parseAddress(written);
	if (!result.ok) throw new Error(`${written}: ${result.reason}`);
	return result.address;
}

/** Signs Ana up; gives back her row. */
async function signedUp(house: Pick<Awaited<ReturnType<typeof openHouse>>, 'db' | 'jobs'>, at = now) {
	await requestSubscription(house, { address: ana, language: 'en' }, at);
	return house.db.selectFrom('newsletter_subscription').selectAll().where('address', '=', ana).executeTakeFirstOrThrow();
}

function words(language: string, { site }: { site: string }): NewsletterWords {
	return {
		confirm: { subject: `Confirm ${language}`, paragraphs: [`Confirm for ${site}`], action: 'Go', afterAction: ['Ignore'] },
		already: { subject: `Already ${language}`, paragraphs: [`Already at ${site}`], action: 'Leave', afterAction: [] }
	};
}

/** A database, a queue that is open for jobs, and mail over a real SMTP conversation. */
async function openHouse(smtp: SMTPServerOptions = {}) {
	const database = await testDatabase(inject('postgres'));
	const server = await mailServer(smtp);
	const mail = openMail({ smtpUrl: server.url, mailFrom: 'news@forum.example.org', dataDir: '/nowhere' });
	const { db, address } = database;
	const jobs = openJobs(address, () => undefined);
	const post = (at: Date): NewsletterPost => ({ db, mail, origin, words, clock: () => at });
	registerNewsletterJobs({ db, mail, origin, words, jobs });
	await jobs.start({ working: false });
	return {
		db, address, jobs, server, post,
		/** What the queue would do now, one job for each row. */
		async sendOwed(at: Date) {
			for (const { id } of await rows(db)) await sendOwedMail(post(at), id);
		},
		async [Symbol.asyncDispose]() {
			await jobs.stop();
			await mail.close();
			await server.stop();
			await database[Symbol.asyncDispose]();
		}
	};
}

async function mailServer(options: SMTPServerOptions) {
	const letters: ReturnType<typeof read>[] = [];
	let server: SMTPServer;
	// Where it comes back after it was gone.
	const port = await freePort();
	async function start() {
		server = new SMTPServer({
			disabledCommands: ['AUTH', 'STARTTLS'],
			logger: false,
			closeTimeout: 100,
			onData(stream, { envelope }, callback) {
				void text(stream).then((raw) => {
					letters.push(read(raw, envelope.rcptTo.map(({ address }) => address)));
					callback();
				});
			},
			...options
		});
		server.listen(port, '127.0.0.1');
		await once(server.server, 'listening');
	}
	await start();
	const stop = () => new Promise<void>((resolve) => (server.server.listening ? server.close(resolve) : resolve()));
	return { letters, start, stop, url: `smtp://127.0.0.1:${port}` };
}

/** As much of RFC 5322 and of quoted-printable as ASCII words in a short letter need; `mail.test.ts` reads the rest. */
function read(raw: string, to: readonly string[]) {
	const unfolded = raw.replaceAll(/\r\n[ \t]+/g, ' ');
	const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(unfolded)?.[1] ?? '';
	const decoded = raw.replaceAll('=\r\n', '').replaceAll('=3D', '=');
	const part = (type: string) => new RegExp(`Content-Type: ${type}[^]*?\r\n\r\n([^]*?)\r\n----`).exec(decoded)?.[1]?.trimEnd() ?? '';
	return { to, subject: header('Subject'), text: part('text/plain'), html: part('text/html'), unsubscribe: header('List-Unsubscribe'), oneClick: header('List-Unsubscribe-Post') };
}

function tokenIn(found: string, page: 'confirm' | 'unsubscribe'): string {
	return new RegExp(`/newsletter/${page}/([\\w-]+)`).exec(found)?.[1] ?? '';
}

const rows = (db: Db) => db.selectFrom('newsletter_subscription').selectAll().execute();

async function exported(db: Db): Promise<string> {
	let csv = '';
	for await (const piece of exportSubscribers(db, origin, now)) csv += piece;
	return csv;
}

async function jobStates(db: Db): Promise<string[]> {
	const { rows: jobs } = await sql<{ state: string }>`select state from job_queue.job where name = 'newsletter.mail'`.execute(db);
	return jobs.map(({ state }) => state);
}

/** Every table of every schema in which some row's text has this in it, in any letter case. */
async function tablesHolding(db: Db, part: string): Promise<string[]> {
	const { rows: tables } = await sql<{ schema: string; name: string }>`select table_schema as schema, table_name as name from information_schema.tables
		where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`.execute(db);
	expect(tables.length).toBeGreaterThan(8);
	const holding = [];
	for (const { schema, name } of tables) {
		const found = await sql`select 1 from ${sql.table(`${schema}.${name}`)} as t where t::text ilike ${`%${part}%`} limit 1`.execute(db);
		if (found.rows.length > 0) holding.push(`${schema}.${name}`);
	}
	return holding;
}

/** Looks again until it is so; the test's own time limit ends it otherwise. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
	while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}
