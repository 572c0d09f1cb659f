import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { act, deskOf, lineOf, type Desk } from '../../src/lib/forum/client/moderating.ts';
import { testDatabase, type TestDatabase } from '../../src/lib/platform/db/testing.ts';
import { languages } from '../../src/lib/platform/i18n/language.ts';
import { openBalancer, type Balancer } from '../balancer.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { freePort, startServer, until, urlOf, type RunningServer } from '../server.ts';
import { somebody } from '../somebody.ts';
import { temporaryFolder } from '../temporary.ts';
import { ask, sendForm, sitemapAddresses } from './http.ts';
import { clean, look, readyToLook } from './look.ts';
import { watch } from './watch.ts';

// One story, in its order: a public item of the forum of 2019, two processes on one database behind one address, a keeper and
// two more moderators, the public with and without script. The questions are made up.
const forum = '2019-building-solidarity-toward-equality-for-all';
const item = 'd4-conclusions';
const place = `/forums/${forum}/public/${item}`;

let database: TestDatabase;
let balancer: Balancer;
let servers: readonly [RunningServer, RunningServer];
let browser: Browser;
let keeper: Person;
let reader: { readonly context: BrowserContext; readonly page: Page };
let display: Page;
const folders: string[] = [];

beforeAll(async () => {
	database = await testDatabase(inject('postgres'));
	balancer = await openBalancer();
	const start = async (port: number, dataDir: string) => startServer({ port, dataDir, env: { DATABASE_URL: urlOf(database.address), PUBLIC_ORIGIN: balancer.origin, CLIENT_ADDRESS_HEADER: 'x-forwarded-for' } });
	const ports = [await freePort(), await freePort()] as const;
	folders.push(temporaryFolder('day'), temporaryFolder('day'));
	const [one = '', two = ''] = folders;
	const first = await start(ports[0], one);
	// With their modes: secrets that others may read are refused.
	execFileSync('cp', ['-a', join(one, 'secrets'), two]);
	servers = [first, await start(ports[1], two)];
	balancer.use(ports);
	browser = await openBrowser();
	// The second start has made another link, while nobody had joined yet.
	keeper = await joined(browser, firstLink(servers[1]), 'Amina');
	await keeper.page.setViewportSize({ width: 1280, height: 720 });
});

afterAll(async () => {
	await browser.close();
	for (const server of servers) await server[Symbol.asyncDispose]();
	await balancer[Symbol.asyncDispose]();
	await database[Symbol.asyncDispose]();
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

let networks = 0;

/** Sends the form as somebody without script does, from a network of their own; gives back the path of their question. */
async function askPlainly(words: string, { lane = 'stream', language = 'en', network = `198.51.${Math.floor(++networks / 250)}.${networks % 250}` }: { readonly lane?: string; readonly language?: string; readonly network?: string } = {}): Promise<string | undefined> {
	const answer = await sendForm(`${balancer.origin}/en${place}`, { fields: { words, language, lane, keep: 'nothing' }, origin: balancer.origin, headers: { 'x-forwarded-for': network } });
	return new RegExp(`href="(/en${place}/mine/[\\w-]{22})"`).exec(answer.text)?.[1];
}

const waitingCards = (page: Page) => page.locator('.columns > section li');

test('a keeper opens an item of the programme, which is complete without a script and says who reads what', async () => {
	const { page } = keeper;
	await go(page, `/en/desk/questions/${forum}`);
	await page.getByRole('button', { name: /Open for questions.*Concluding session/ }).click();
	await page.getByRole('link', { name: /Concluding session/ }).click();
	await page.getByText('Nothing waits.').waitFor();

	const context = await browser.newContext({ javaScriptEnabled: false });
	const visitor = await context.newPage();
	const watched = watch(context, balancer.origin);
	await visitor.goto(`${balancer.origin}/en/forums/${forum}/agenda`);
	await visitor.getByRole('link', { name: /Questions and documents/ }).click();
	await visitor.getByLabel('Your question').fill('Who answers for what was promised last year?');
	await visitor.getByLabel('I am in the room').check();
	await visitor.getByRole('button', { name: 'Send to the moderators' }).click();
	await visitor.getByText('Your question has arrived.').waitFor();
	expect(await watched.leftBehind()).toEqual([]);
	await visitor.getByRole('link', { name: 'My question', exact: true }).click();
	await visitor.getByText('Moderators have not looked at it yet.').waitFor();

	await visitor.goto(`${balancer.origin}/ar${place}`);
	await visitor.getByLabel('سؤالكم').fill('ما الذي تغيّر منذ العام الماضي؟');
	await visitor.getByLabel(/حفظه على هذا الجهاز/).check();
	await visitor.getByRole('button', { name: 'الإرسال إلى إدارة الحوار' }).click();
	await visitor.getByText('وصل سؤالكم.').waitFor();
	expect((await watched.leftBehind()).map((one) => one.replace(/-[\w-]{6}$/, ''))).toEqual(['cookie question']);
	await visitor.getByRole('link', { name: 'سؤالي', exact: true }).click();
	await visitor.getByText('ما الذي تغيّر منذ العام الماضي؟').waitFor();
	expect(watched.troubles).toEqual([]);
	await context.close();

	const { headers, text } = await ask(`${balancer.origin}/en${place}`);
	expect(headers['content-security-policy']).toContain("script-src 'none'");
	expect(text).not.toContain('<script');
});

test('with a script somebody asks, follows and votes live; nothing of a stream is loaded before a click', async () => {
	await database.db.updateTable('forum_public_item').set({ content: JSON.stringify({ streams: [{ kind: 'stream', language: 'en', url: 'https://stream.example.org/watch', player: 'https://player.example.org/embed' }], documents: [{ title: 'Canary-Embargoed-Statement', url: 'https://record.example.org/statement', releasesAt: '2999-01-01T10:00' }] }) }).execute();
	const context = await browser.newContext();
	await readyToLook(context);
	const page = await context.newPage();
	reader = { context, page };
	const watched = watch(context, balancer.origin);
	await page.goto(`${balancer.origin}/en${place}/live`);
	await page.getByText('Live: news come by themselves.').waitFor();
	await page.getByLabel('Your question').fill('How can one help from afar?');
	await page.getByRole('button', { name: 'Send to the moderators' }).click();
	await page.getByText('Your question has arrived.').waitFor();
	expect(await watched.leftBehind()).toEqual([]);
	expect(watched.troubles).toEqual([]);

	await waitingCards(keeper.page).nth(2).waitFor();
	await keeper.page.getByRole('heading', { level: 1 }).click();
	await keeper.page.keyboard.press('a');
	await page.getByText('Who answers for what was promised last year?').waitFor();
	await page.getByRole('button', { name: 'I want to hear this too' }).click();
	await page.getByRole('button', { name: 'Your vote is counted.' }).waitFor();
	await until(async () => (await database.db.selectFrom('forum_question').select('votes').where('state', '=', 'approved').executeTakeFirstOrThrow()).votes === 1);
	expect(watched.troubles).toEqual([]);

	const policy = (await ask(`${balancer.origin}/en${place}/live`)).headers['content-security-policy'];
	expect(policy).toMatch(/script-src http:\/\/localhost:\d+\/_app\/immutable\/lean\/follow\.[\w-]+\.js; connect-src 'self'; frame-src https:\/\/player\.example\.org; require-trusted-types-for 'script'; trusted-types 'none'/);
	await page.getByRole('button', { name: /Show it here/ }).click();
	expect(await page.locator('iframe').getAttribute('src')).toBe('https://player.example.org/embed');
	await until(() => watched.troubles.some((trouble) => trouble.includes('player.example.org')));
});

test('three moderators decide on two hundred questions, each of them once', async () => {
	const others = await Promise.all(['Luis', 'Mira'].map((name) => somebody(database.db, { name })));
	const asked = await Promise.all(Array.from({ length: 200 }, (_, at) => askPlainly(`Made-up question ${at} about the ${at}th promise?`, { lane: at % 3 === 0 ? 'room' : 'stream' })));
	expect(asked.filter((path) => path !== undefined)).toHaveLength(200);

	const decide = async (link: ReturnType<(typeof others)[number]['link']>): Promise<void> => {
		for (;;) {
			const found = await deskOf(link, { forum, item }, undefined);
			const desk: Desk | null = found.ok ? found.value : null;
			const made = desk?.waiting.filter(({ question }) => question.words?.startsWith('Made-up')) ?? [];
			if (made.length === 0) return;
			for (const { cluster, question } of made.slice(0, 20)) {
				const line = await lineOf(link, { forum, item }, cluster);
				for (const one of line.ok ? line.value.questions : [question]) await act(link, { forum, item }, one.number % 2 === 0 ? { do: 'move', move: 'approve', id: one.id } : { do: 'refuse', id: one.id, reason: 'repeated' });
			}
		}
	};
	await Promise.all(others.map((one) => decide(one.link(balancer.origin))));

	const decided = await database.db.selectFrom('forum_question_act').innerJoin('forum_question', 'forum_question.id', 'question_id').select(['question_id']).where('words', 'like', 'Made-up%').execute();
	expect(decided).toHaveLength(200);
	expect(new Set(decided.map(({ question_id }) => question_id)).size).toBe(200);
	await reader.page.getByText(/^Made-up question/).nth(50).waitFor();
});

test('press has a lane and documents before their time, by a link that a moderator gives and takes', async () => {
	const { page } = keeper;
	await page.locator('summary', { hasText: 'Press passes' }).click();
	await page.getByRole('button', { name: 'Make a pass' }).click();
	const link = await page.getByLabel('The link; it is shown once').inputValue();
	const context = await browser.newContext({ javaScriptEnabled: false });
	const press = await context.newPage();
	await press.goto(link);
	await press.getByText('Canary-Embargoed-Statement').waitFor();
	await press.getByText(/Embargo: not to be published before .*2999/).waitFor();
	await press.getByLabel('Your question').fill('Who will answer, and by when?');
	await press.getByRole('button', { name: 'Send to the moderators' }).click();
	await press.getByText('Your question has arrived.').waitFor();
	expect((await database.db.selectFrom('forum_question').select('lane').where('words', '=', 'Who will answer, and by when?').execute())).toEqual([{ lane: 'press' }]);

	await page.getByRole('button', { name: /^Take back/ }).click();
	await page.getByText('Pass 1').waitFor({ state: 'detached' });
	expect((await press.goto(link))?.status()).toBe(404);
	await context.close();
});

test('a question is put on the stage, and the kill switch takes it from every screen at once', async () => {
	display = await reader.context.newPage();
	await display.goto(`${balancer.origin}/en${place}/display`);
	await keeper.page.getByRole('heading', { level: 1 }).click();
	await keeper.page.keyboard.press('s');
	await until(async () => (await display.locator('.words').innerText()) !== '');
	const asked = await display.locator('.words').innerText();

	await keeper.page.getByRole('button', { name: 'Blank everything now' }).click();
	const begun = Date.now();
	await until(async () => (await display.locator('.words').innerText()) === '' && (await reader.page.getByText('The moderators have blanked all questions for the moment.').isVisible()));
	// A second or two; a machine with much else to do may need ten times as long.
	expect(Date.now() - begun).toBeLessThan(20_000);
	for (const path of ['', '/state.json', '/live', '/display', '/sheet']) await expect.poll(async () => (await ask(`${balancer.origin}/en${place}${path}`)).text).not.toContain(asked);

	await keeper.page.getByRole('button', { name: 'Show again' }).click();
	await until(async () => (await display.locator('.words').innerText()) === asked);
});

test('one process is killed: no question is lost, its viewers follow another one, and the author’s withdrawal reaches them', async () => {
	const mine = await askPlainly('Canary-Soon-Withdrawn, or is it?', { lane: 'room' });
	if (mine === undefined) throw new Error('The question did not arrive.');
	await waitingCards(keeper.page).filter({ hasText: 'Canary-Soon-Withdrawn' }).getByRole('button', { name: 'Approve' }).click();
	await reader.page.getByText('Canary-Soon-Withdrawn').waitFor();
	const { count } = await database.db.selectFrom('forum_question').select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow();

	balancer.use([Number(new URL(servers[1].origin).port)]);
	await servers[0].kill();
	await reader.page.getByText('Live: news come by themselves.').waitFor();
	expect((await database.db.selectFrom('forum_question').select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()).count).toBe(count);

	const context = await browser.newContext({ javaScriptEnabled: false });
	const author = await context.newPage();
	await author.goto(balancer.origin + mine);
	await author.getByRole('button', { name: 'Take it back' }).click();
	await author.getByText('Taken back. Its words are deleted.').waitFor();
	await context.close();
	await reader.page.getByText('Canary-Soon-Withdrawn').waitFor({ state: 'detached' });
	await expect.poll(async () => (await ask(`${balancer.origin}/en${place}`)).text).not.toContain('Canary-Soon-Withdrawn');
});

test('a flood is one line for moderators, who refuse all of it with one key', async () => {
	await Promise.all(Array.from({ length: 300 }, (_, at) => askPlainly(`Canary-Flood ${at} ${Math.random()}`)));
	const burst = waitingCards(keeper.page).filter({ hasText: /A burst: \d+ questions/ });
	await burst.first().waitFor();

	await keeper.page.getByRole('heading', { level: 1 }).click();
	// A key does nothing while the one before is being carried out: whoever sees that a burst is still there presses again.
	const leftAfterOneMore = async (): Promise<number> => {
		const left = await burst.count();
		if (left > 0) await keeper.page.keyboard.press('6');
		return left;
	};
	await expect.poll(leftAfterOneMore, { interval: 300 }).toBe(0);
	await until(async () => (await database.db.selectFrom('forum_question').select('id').where('reason', '=', 'flood').where('words', 'like', 'Canary-Flood%').execute()).length > 250);
});

test('what nobody approved, and what is under embargo, is in no public answer in any language', async () => {
	await askPlainly('Canary-Still-Waiting?', { lane: 'room' });
	const paths = languages.flatMap((language) => ['', '/state.json', '/live', '/display', '/sheet', '/mine', '/mine/AAAAAAAAAAAAAAAAAAAAAA'].map((path) => `${balancer.origin}/${language}${place}${path}`));
	const all = [...paths, ...(await sitemapAddresses(balancer.origin)).filter((address) => address.includes(forum)), `${balancer.origin}/en/feed.xml`, `${balancer.origin}/sitemap.xml`, `${balancer.origin}/en/search?q=canary`];
	expect((await sitemapAddresses(balancer.origin)).filter((address) => address.endsWith(place))).toHaveLength(4);

	const leaks: string[] = [];
	for (const address of all) {
		const { status, text } = await ask(address);
		if (/Canary-(?:Still|Flood|Embargoed|Soon)/.test(text)) leaks.push(address);
		if (status !== 200) leaks.push(`${address} answered ${status}`);
	}

	expect(leaks).toEqual([]);
	expect(JSON.stringify(await database.db.selectFrom('forum_question').select('words').execute())).toContain('Canary-Still-Waiting');
	expect(servers[1].output()).not.toMatch(/Canary|198\.51|mine\/[\w-]{22}/);
});

test('every page of the day shuts nobody out: light, dark, on a small phone, in Arabic', async () => {
	const { page } = reader;
	const found: Record<string, unknown> = {};
	for (const path of [`/en${place}`, `/ar${place}`, `/en${place}/live`, `/ar${place}/mine`, `/en${place}/sheet`]) {
		await page.goto(balancer.origin + path);
		found[path] = await look(page);
	}
	await keeper.page.locator('summary', { hasText: 'Streams and documents' }).click();
	found['desk'] = await look(keeper.page);

	expect(found).toEqual(Object.fromEntries(Object.keys(found).map((path) => [path, clean])));
});

test('afterwards the counts by lane and reason are public, and an answer stands beside its question', async () => {
	const card = keeper.page.locator('.columns > div li').filter({ hasText: 'Who answers for what was promised last year?' });
	await card.locator('summary').click();
	await card.getByLabel('Answer, for everybody').fill('The follow-up of each recommendation is on its page.');
	await card.getByRole('button', { name: 'Publish the answer' }).click();
	await keeper.page.getByText('Done.').waitFor();
	await keeper.page.getByRole('button', { name: 'Take no more questions' }).click();
	await keeper.page.getByText('No questions are taken; the counts are public.').waitFor();
	for (const words of ['What became of the questions', 'The follow-up of each recommendation is on its page.']) await expect.poll(async () => (await ask(`${balancer.origin}/en${place}`)).text).toContain(words);

	const { text } = await ask(`${balancer.origin}/en${place}`);
	expect(text).not.toContain('Send to the moderators');
	expect((await sendForm(`${balancer.origin}/en${place}`, { fields: { words: 'Too late?', language: 'en', lane: 'room' }, origin: balancer.origin })).text).toContain('No questions are taken here at the moment.');
});
