import { sql } from 'kysely';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Db } from '../../src/lib/platform/db/database.ts';
import { directionOf, languages } from '../../src/lib/platform/i18n/language.ts';
import { chanceFrom } from '../../src/lib/statement/opinion/chance.ts';
import { ballotsFrom, commonGround, opinionMap, wholeOf, type Choice, type Vote } from '../../src/lib/statement/opinion/index.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { tagsOf, wordsIn } from './html.ts';
import { ask, sendForm, sitemapAddresses } from './http.ts';
import { clean, look, readyToLook } from './look.ts';
import { watch } from './watch.ts';

// One story, in its order: a consultation that a keeper begins, one person in a browser without script, two thousand more by the
// forms that such a browser sends, and what is published. All of it is made up.
const slug = 'what-must-change';
const page = `/consultations/${slug}`;
const question = 'What must change first?';
const propositions = ['Shelters are paid from public money.', 'Threats are answered within a day.', 'Every office publishes what it did.', 'Visas are given within a week.'];
const voters = 2000;

let server: RunningServer;
let db: Db;
let browser: Browser;
let keeper: Person;
let visitor: { readonly context: BrowserContext; readonly page: Page };
const cast: Vote[] = [];
/** The address that the visitor keeps. */
let mine = '';

beforeAll(async () => {
	server = await startServer({ env: { CLIENT_ADDRESS_HEADER: 'X-Forwarded-For' } });
	db = openDatabase(databaseOf(server.dataDir));
	browser = await openBrowser();
	keeper = await joined(browser, firstLink(server), 'Amina');
	await keeper.page.setViewportSize({ width: 1280, height: 720 });
	const context = await browser.newContext({ javaScriptEnabled: false });
	visitor = { context, page: await context.newPage() };
});

afterAll(async () => {
	await browser.close();
	await db.destroy();
	await server[Symbol.asyncDispose]();
});

const inNavigation = (html: string): boolean => tagsOf(html).some(({ name, attributes }) => name === 'a' && attributes['href'] === '/en/consultations' && attributes['hreflang'] === undefined);

test('where there is none the page says so and nothing leads to it; once a keeper begins one every page does, in every language', async () => {
	const empty = await ask(`${server.origin}/en/consultations`);
	const start = await ask(`${server.origin}/en`);
	expect([empty.status, empty.text.includes('There is no consultation at the moment'), inNavigation(empty.text), inNavigation(start.text)]).toEqual([200, true, false, false]);
	expect((await sitemapAddresses(server.origin)).filter((address) => address.includes('/consultations'))).toEqual([]);

	const desk = keeper.page;
	await go(desk, '/en/desk/consultations');
	await desk.getByText('There is none yet.').waitFor();
	await desk.getByLabel(/^Its name in addresses/).fill(slug);
	await desk.getByLabel('العربية').check();
	await desk.getByLabel('The question (English)').fill(question);
	await desk.getByLabel('The question (العربية)').fill('ما الذي يجب أن يتغيّر أولًا؟');
	await desk.getByLabel('Propositions, one on each line (English)').fill(propositions.join('\n'));
	await desk.getByLabel(/Whoever answers may propose/).check();
	await desk.getByRole('button', { name: 'Begin and publish' }).click();
	await desk.getByText('It is open. Nobody, staff neither, sees results before the end.').waitFor();

	await expect.poll(async () => inNavigation((await ask(`${server.origin}/en`)).text)).toBe(true);
	expect((await sitemapAddresses(server.origin)).filter((address) => address.endsWith(page))).toHaveLength(4);
	for (const language of languages) {
		const { text, headers, status } = await ask(`${server.origin}/${language}${page}`);
		const heading = wordsIn(text, 'h1');
		expect([status, heading, headers['set-cookie'], /<script/i.test(text)]).toEqual([200, language === 'ar' ? 'ما الذي يجب أن يتغيّر أولًا؟' : question, undefined, false]);
		expect(headers['content-security-policy']).toContain("script-src 'none'");
		expect(/<html[^>]*dir="(\w+)"/.exec(text)?.[1]).toBe(directionOf(language));
	}
	for (const path of ['/en/consultations/no-such', '/en/consultations/no-such/answer', `/de${page}`, `${page}/result.json`, `/en${page}/result.json`, `/en${page}/mine/short`]) expect([path, (await ask(server.origin + path)).status]).toEqual([path, path.endsWith('/no-such/answer') ? 303 : 404]);
});

test('without script somebody answers, changes an answer, goes on in another language, proposes, and comes back by an address of their own; the browser keeps nothing', async () => {
	const watched = watch(visitor.context, server.origin);
	const at = visitor.page;
	await at.goto(`${server.origin}/en`);
	await at.getByRole('link', { name: 'Consultations', exact: true }).click();
	await at.getByRole('link', { name: question }).click();
	await at.getByText('It keeps your answers under a name drawn by chance.').waitFor();
	await at.getByText('If it could harm you that somebody learns what you answered, do not answer here.').waitFor();
	await at.getByRole('button', { name: 'Begin to answer' }).click();

	const said = new Map<string, Choice>();
	for (const [label, choice] of [['Agree', 1], ['Disagree', -1], ['Pass', 0]] as const) {
		said.set((await at.getByRole('heading', { level: 1 }).innerText()).trim(), choice);
		await at.getByRole('button', { name: label, exact: true }).click();
		await at.getByText(`Kept: ${label}.`).waitFor();
	}
	expect(at.url()).not.toMatch(/[\w-]{22}/);
	expect(said.size).toBe(3);
	await at.getByText('3 of 4 answered').waitFor();

	await at.getByRole('button', { name: 'Your answers' }).click();
	const [first = ''] = said.keys();
	await at.getByRole('button', { name: `Change this answer ${first}` }).click();
	await at.getByText('You answered: Agree.').waitFor();
	await at.getByRole('button', { name: 'Disagree', exact: true }).click();
	said.set(first, -1);
	await at.getByText('3 of 4 answered').waitFor();

	await at.getByRole('button', { name: 'العربية' }).click();
	await at.getByText('كُتب باللغة: English').waitFor();
	await at.getByRole('button', { name: 'English' }).click();
	await at.locator('summary', { hasText: 'Propose something yourself' }).click();
	await at.getByLabel(/^One sentence/).fill('Phones are returned within a week.');
	await at.getByRole('button', { name: 'Send it to staff' }).click();
	await at.getByText('Your proposition has arrived.').waitFor();

	mine = (await at.getByRole('link', { name: 'The address of my answers' }).getAttribute('href')) ?? '';
	expect(mine).toMatch(/\/mine\/[\w-]{22}$/);
	expect(watched.troubles).toEqual([]);
	expect(await watched.leftBehind()).toEqual([]);
	await visitor.context.close();

	const context = await browser.newContext({ javaScriptEnabled: false });
	visitor = { context, page: await context.newPage() };
	await visitor.page.goto(server.origin + mine);
	await visitor.page.getByText('3 of 4 answered').waitFor();
	said.set((await visitor.page.getByRole('heading', { level: 1 }).innerText()).trim(), 1);
	await visitor.page.getByRole('button', { name: 'Agree', exact: true }).click();
	await visitor.page.getByText('You have answered all there are').waitFor();
	for (const [words, choice] of said) cast.push({ person: 'visitor', proposition: String(propositions.indexOf(words) + 1), choice });
	expect(cast.map(({ proposition }) => proposition).toSorted()).toEqual(['1', '2', '3', '4']);
});

test('staff put what a participant proposed, and refuse another one, whose words are gone at once', async () => {
	const token = mine.split('/').at(-1) ?? '';
	const fields = { token, words: 'Canary-Somebody is to blame.', language: 'en' };
	expect((await sendForm(`${server.origin}/en${page}/answer?/propose`, { fields, origin: server.origin })).text).toContain('Your proposition has arrived.');
	const desk = keeper.page;
	await go(desk, '/en/desk/consultations');
	await desk.getByRole('link', { name: question }).click();
	const waiting = (words: string) => desk.locator('li').filter({ hasText: words });
	await waiting('Canary-Somebody').locator('summary', { hasText: 'Refuse it' }).click();
	await waiting('Canary-Somebody').getByLabel('Why').selectOption('endangers');
	await waiting('Canary-Somebody').getByRole('button', { name: 'Refuse it' }).click();
	await desk.getByText('Its words were deleted.', { exact: true }).waitFor();
	await waiting('Phones are returned').getByRole('button', { name: /^Put it to everybody/ }).click();
	await desk.getByText('Put to everybody (5)').waitFor();

	await expect.poll(async () => (await ask(`${server.origin}/en${page}`)).text).toContain('There are 5 propositions.');
	await visitor.page.goto(server.origin + mine);
	await visitor.page.getByRole('heading', { name: 'Phones are returned within a week.' }).waitFor();
	await visitor.page.getByRole('button', { name: 'Pass', exact: true }).click();
	await visitor.page.getByText('5 of 5 answered').waitFor();
	cast.push({ person: 'visitor', proposition: '5', choice: 0 });
	const { rows } = await sql<{ text: string }>`select p::text as text from statement_consultation_proposition p`.execute(db);
	expect(JSON.stringify(rows)).not.toContain('Canary');
});

/** The name and the number of what is asked, in the page that a form was answered with. */
function askedIn(html: string): { readonly token: string; readonly proposition: string } {
	return { token: /name="token" value="([\w-]{22})"/.exec(html)?.[1] ?? '', proposition: /name="proposition" value="(\d+)"/.exec(html)?.[1] ?? '' };
}

/** How likely somebody of a camp agrees: both on the first and the fourth, against each other on the rest. */
const agrees = (camp: number, proposition: number): number => (proposition % 3 === 1 ? 0.95 : proposition % 2 === camp ? 0.97 : 0.03);

/** Sends a form as a browser without script does, over a line that is kept open. */
async function posted(action: string, fields: Readonly<Record<string, string>>, network: string): Promise<string> {
	const answer = await fetch(`${server.origin}/en${page}/answer?/${action}`, { method: 'POST', headers: { accept: 'text/html', 'accept-encoding': 'identity', origin: server.origin, 'x-forwarded-for': network }, body: new URLSearchParams(fields), redirect: 'manual' });
	const text = await answer.text();
	if (answer.status !== 200) throw new Error(`${action} was answered ${answer.status}.`);
	return text;
}

test('two thousand answer by forms alone, each from a network of their own, and one of them cannot answer twice', { timeout: 600_000 }, async () => {
	const begun = Date.now();
	let next = 0;
	const one = async (): Promise<void> => {
		for (let at = next++; at < voters; at = next++) {
			const chance = chanceFrom(at);
			const network = `198.51.${Math.floor(at / 250)}.${at % 250}`;
			let { token, proposition } = askedIn(await posted('begin', {}, network));
			while (proposition !== '') {
				const choice: Choice = chance() < 0.03 ? 0 : chance() < agrees(at % 2, Number(proposition)) ? 1 : -1;
				cast.push({ person: `p${at}`, proposition, choice });
				const html = await posted('answer', { token, proposition, choice: String(choice) }, network);
				({ token, proposition } = askedIn(html));
			}
		}
	};
	await Promise.all(Array.from({ length: 24 }, one));
	console.log(`${voters} people sent ${cast.length} answers in ${((Date.now() - begun) / 1000).toFixed(1)} s`);

	// Sent twice and at the same time, as from two tabs: the last stands, and there is one.
	const token = mine.split('/').at(-1) ?? '';
	await Promise.all([1, 1].map((choice) => posted('answer', { token, proposition: '5', choice: String(choice) }, '203.0.113.5')));
	cast.push({ person: 'visitor', proposition: '5', choice: 1 });
	const { count } = await db.selectFrom('statement_consultation_vote').select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
	expect(count).toBe((voters + 1) * 5);
});

test('when it is ended the results are public, and are what the same answers come to by themselves', async () => {
	const desk = keeper.page;
	await desk.getByRole('button', { name: 'End it now' }).click();
	await desk.getByText('No more answers are taken, the results are published, and it cannot be opened again.').waitFor();
	await desk.getByRole('button', { name: 'End it now' }).click();
	await expect.poll(async () => (await ask(`${server.origin}/en${page}`)).text, { timeout: 60_000, interval: 250 }).toContain('Names that answered: 2,001.');

	const found = wholeOf(commonGround(ballotsFrom(cast, { propositions: ['1', '2', '3', '4', '5'] })));
	const { result, refused } = JSON.parse((await ask(`${server.origin}/en${page}/result.json`)).text) as { result: Record<string, unknown>; refused: unknown };
	const { people, tooFewVotes, stability, groups, propositions: ranked } = found;
	const middles = opinionMap(found).groups.map(({ middle: { x, y } }) => ({ x: Math.round(x * 100) / 100, y: Math.round(y * 100) / 100 }));
	expect(result).toEqual({ people, tooFewVotes, stability, groups, propositions: ranked, middles });
	expect(groups).toHaveLength(2);
	expect(refused).toEqual([{ reason: 'endangers', count: 1 }]);
	// Both camps agree on the first and the fourth; with so few propositions chance decides whether that is firm for each.
	const supported = ranked.filter(({ standing }) => standing === 'supported').map(({ proposition }) => proposition);
	expect(supported.length).toBeGreaterThan(0);
	expect(['1', '4']).toEqual(expect.arrayContaining(supported));

	for (const [file, beginning] of [['common-ground.csv', 'rank,proposition,text,'], ['comment-groups.csv', 'comment-id,comment,'], ['summary.csv', 'topic,']] as const) {
		const answer = await ask(`${server.origin}/en${page}/${file}`);
		expect([answer.status, answer.headers['content-type'], answer.text.startsWith(beginning)]).toEqual([200, 'text/csv; charset=utf-8', true]);
	}
	expect((await ask(`${server.origin}/en${page}/participants-votes.csv`)).status).toBe(404);
	const late = await sendForm(`${server.origin}/en${page}/answer?/answer`, { fields: { token: mine.split('/').at(-1) ?? '', proposition: '1', choice: '1' }, origin: server.origin });
	expect([late.status, late.text.includes('Nothing was kept: this consultation takes no answers now.')]).toEqual([400, true]);
});

test('of who answered nothing is left: no network, no name, no single answer, in no table and in no line of the log', async () => {
	const { rows } = await sql<{ name: string }>`select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('public', 'job_queue')`.execute(db);
	let all = '';
	for (const { name } of rows) all += (await sql<{ text: string }>`select t::text as text from ${sql.raw(name)} t`.execute(db)).rows.map(({ text }) => text).join('\n');

	// It would find: what is public is there, and the log names the route.
	expect([all.includes('Phones are returned'), server.output().includes('/consultations/[consultation=slug]/answer')]).toEqual([true, true]);
	for (const trace of ['198.51.', '203.0.113.', mine.split('/').at(-1) ?? '', 'Canary']) expect([trace, all.includes(trace), server.output().includes(trace)]).toEqual([trace, false, false]);
	expect((await sql<{ count: number }>`select count(*) as count from statement_consultation_vote`.execute(db)).rows).toEqual([{ count: 0 }]);
	expect(server.output()).not.toContain('"trouble"');
});

test('every page of it arrives in the first round trip and shuts nobody out: light, dark, on a small phone, in Arabic', async () => {
	const context = await browser.newContext();
	await readyToLook(context);
	const reader = await context.newPage();
	const found: Record<string, unknown> = {};
	for (const path of languages.flatMap((language) => [`/${language}/consultations`, `/${language}${page}`])) {
		const { wireBytes, rawHeaders } = await ask(server.origin + path, { headers: { 'accept-encoding': 'br' } });
		expect([path, wireBytes + rawHeaders.join('  ').length < 14_000]).toEqual([path, true]);
		await reader.goto(server.origin + path);
		found[path] = await look(reader);
	}
	// The entry in the navigation is on every other page, too.
	const longer = /\/search$|\/forums\/[^/]+\/[^/]+$/;
	for (const address of (await sitemapAddresses(server.origin)).filter((one) => !longer.test(one))) {
		const { wireBytes, rawHeaders } = await ask(address, { headers: { 'accept-encoding': 'br' } });
		expect([address, wireBytes + rawHeaders.join('  ').length < 14_000]).toEqual([address, true]);
	}
	await reader.goto(server.origin + mine);
	found['mine'] = await look(reader);
	await go(keeper.page, '/en/desk/consultations');
	await keeper.page.getByRole('link', { name: question }).waitFor();
	found['desk'] = await look(keeper.page);
	await keeper.page.getByRole('link', { name: question }).click();
	await keeper.page.getByText('It is over. The results are public').waitFor();
	found['one on the desk'] = await look(keeper.page);

	expect(found).toEqual(Object.fromEntries(Object.keys(found).map((path) => [path, clean])));
	await context.close();
});
