import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, writePaper } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { openMailbox } from '../journeys/mailbox.ts';
import { sendNoticesNow } from '../notice-batch.ts';
import { startServer, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { databaseOf, seize } from './seizure.ts';
import { patternsOf, tracesIn, type Canary } from './traces.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** What people confide in this test, each text in no other place. */
const planted = {
	keeper: { what: 'the name of a keeper', text: 'Wadih-Canary-Keeper' },
	member: { what: 'the name of a member', text: 'Ines-Canary-Member' },
	circle: { what: 'the name of a circle', text: 'Canary-Circle-Of-Lawyers' },
	purpose: { what: 'the purpose of a circle', text: 'Canary-Purpose-Bail-Money' },
	title: { what: 'the title of a paper', text: 'Canary-Title-Hearing-On-Tuesday' },
	paper: { what: 'the words of a paper', text: 'Canary-Words-The-Safe-House-Is-Blue' }
} satisfies Record<string, Canary>;

test('whoever seizes the running server finds none of what two people told each other in a circle', { timeout: 300_000 }, async () => {
	const keeper = await joined(browser, firstLink(server), planted.keeper.text);
	const circle = await makeCircle(keeper.page, { name: planted.circle.text, purpose: planted.purpose.text });
	const member = await joined(browser, await inviteInto(keeper.page, circle), planted.member.text);
	await letIn(keeper.page, planted.member.text);
	await accept(member.page, circle);
	const paper = await writePaper(member.page, circle, { title: planted.title.text, text: planted.paper.text });

	const found = await seize(server, Object.values(planted), { address: databaseOf(server.dataDir) });

	expect(paper).toContain('/papers/');
	expect(found).toEqual([]);
});

test('the same search does find what the server is told on purpose: a newsletter address', { timeout: 300_000 }, async () => {
	const address = { what: 'an address that somebody signed up', text: 'canary-reader@example.org' };
	await fetch(`${server.origin}/en/newsletter`, {
		method: 'POST',
		headers: { origin: server.origin, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
		body: new URLSearchParams({ address: address.text, email: address.text })
	});

	const found = await seize(server, [address], { address: databaseOf(server.dataDir) });

	expect(found.map(({ place }) => place)).toContain('table public.newsletter_subscription');
});

test('an address for notices is in no table, file, log or backup, and in no memory but of a server that was given it or wrote to it', { timeout: 300_000 }, async () => {
	await using mailbox = await openMailbox();
	const dataDir = temporaryFolder('seized');
	const env = { SMTP_URL: mailbox.url };
	await using first = await startServer({ dataDir, env });
	const address = { what: 'an address for notices', text: 'canary-of-somebody@example.net' };
	const keeper = await joined(browser, firstLink(first), 'Keeper');
	await go(keeper.page, '/en/account/notices');
	await keeper.page.getByRole('radio').nth(2).check();
	await keeper.page.getByLabel('Mail address').fill(address.text);
	await keeper.page.getByRole('button', { name: 'Save this choice' }).click();
	await keeper.page.getByText('Saved. Now: mail.').waitFor();
	const circle = await makeCircle(keeper.page, { name: 'A circle', purpose: 'For news' });
	await joined(browser, await inviteInto(keeper.page, circle), 'Member');

	await sendNoticesNow(databaseOf(dataDir));
	await mailbox.lettersTo(address.text, 1);
	const running = await seize(first, [address], { address: databaseOf(dataDir) });
	const backup = join(temporaryFolder('seized-backup'), 'whole.backup');
	const made = spawnSync(process.execPath, ['src/commands/backup.ts', backup], { env: { PATH: process.env['PATH'], DATA_DIR: dataDir, NODE_NO_WARNINGS: '1' }, encoding: 'utf8' });
	const backedUp = readFileSync(backup);
	await first.stop();
	await using second = await startServer({ dataDir, env });
	const afterwards = await seize(second, [address], { address: databaseOf(dataDir) });

	expect(new Set(running.map(({ place }) => place)).size).toBeLessThanOrEqual(1);
	expect(running.filter(({ place }) => place !== 'memory of the process')).toEqual([]);
	expect(made.status).toBe(0);
	expect(backedUp.includes('tables/notice/000001')).toBe(true);
	expect(tracesIn(backedUp, 'backup', patternsOf([address]))).toEqual([]);
	expect(afterwards).toEqual([]);
});
