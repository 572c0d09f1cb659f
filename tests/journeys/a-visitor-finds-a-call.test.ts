import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { languages } from '#lib/platform/i18n/language.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { publishCalls } from '../published-calls.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { tagsOf, wordsIn } from './html.ts';
import { ask } from './http.ts';

const vaultOrigin = 'http://vault.localhost:4999';
const alternatives = ['tel:+41225550100', 'mailto:help@example.org'];

let server: RunningServer;
let browser: Browser;
let empty: string;

beforeAll(async () => {
	server = await startServer({ env: { VAULT_ORIGIN: vaultOrigin, APPLY_ALTERNATIVES: alternatives.join(' ') } });
	browser = await openBrowser();
	// Kept by the page cache from now on.
	empty = (await ask(`${server.origin}/en/grants`)).text;
	await publishCalls(databaseOf(server.dataDir), new Date());
	await until(async () => (await ask(`${server.origin}/en/grants`)).text !== empty);
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

test('before the first call the list says so, in each language, and links to no calendar that is not there', async () => {
	expect(empty).toContain('No call is open at the moment.');
	expect(empty).not.toContain('deadlines.ics');
	await using bare = await startServer();
	const answers = await Promise.all(languages.map((language) => ask(`${bare.origin}/${language}/grants/deadlines.ics`)));

	expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});

test('a call is on the list as soon as it is published, what is always open first, what is over last', async () => {
	const { text } = await ask(`${server.origin}/en/grants`);

	const order = tagsOf(text).flatMap(({ name, attributes: { href = '' } }) => (name === 'a' && /\/grants\/(?!open-data$)[a-z-]+$/.test(href) ? [href] : []));

	expect(order).toEqual(['rapid-support', 'travel-and-rest', 'local-archives', 'earlier-call'].map((slug) => `/en/grants/${slug}`));
	expect(text).toContain('Decided within 72 hours');
});

test('whoever wants to apply gets to the vault with the call’s id behind the #, where no server sees it, and the same fingerprint stands on page and paper', async () => {
	const { text } = await ask(`${server.origin}/ar/grants/travel-and-rest`);
	const links = tagsOf(text).filter(({ attributes: { href = '' } }) => href.startsWith(vaultOrigin));

	expect(links.map(({ attributes }) => attributes['href']?.replace(/#[\w-]{22}$/, '#id'))).toEqual([`${vaultOrigin}/ar/apply/travel-and-rest#id`, `${vaultOrigin}/ar/apply/travel-and-rest#id`]);
	const id = Buffer.from(links[0]?.attributes['href']?.split('#')[1] ?? '', 'base64url').toString('hex');
	expect(wordsIn(text, 'code').replaceAll(' ', '')).toBe(id);
});

test('a call that is over offers no form, and says why', async () => {
	const { text } = await ask(`${server.origin}/en/grants/earlier-call`);

	expect(text).not.toContain('/apply/');
	expect(text).toContain('Closed; applications are being decided');
	expect(JSON.parse((await ask(`${server.origin}/en/grants/earlier-call.jsonld`)).text)).not.toHaveProperty('potentialAction');
});

test('somebody who cannot use scripts is told why there is no form without, and where else to turn', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${server.origin}/en/grants/rapid-support`);

	const words = await page.locator('main').innerText();

	expect(words).toContain('A form without it would send your words unsealed, so there is none.');
	expect(await page.locator('main a[href^="tel:"], main a[href^="mailto:"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual(alternatives);
	await context.close();
});

test('a reader chooses her own clock, without a script, and finds the deadline on it beside the others', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${server.origin}/en/grants/local-archives`);

	await page.locator('#zone').selectOption('Asia/Tokyo');
	await page.locator('#clocks button').click();
	await page.waitForURL(`${server.origin}/en/grants/local-archives?zone=Asia%2FTokyo#clocks`);

	// 17:00 in Colombia is seven in the morning of the next day in Japan.
	expect(await page.locator('tr.chosen').innerText()).toMatch(/Japan UTC\+09:00\s+Your choice\s+07:00/);
	await context.close();
});

test('each extension has its place on the page, to which the feed leads', async () => {
	const feed = (await ask(`${server.origin}/fr/grants/feed.xml`)).text;
	const addresses = [...feed.matchAll(/href="([^"]*#extension-\d)"/g)].map(([, address = '']) => address);

	const places = await Promise.all(addresses.map(async (address) => tagsOf((await ask(address)).text).some(({ attributes }) => attributes['id'] === address.split('#')[1])));

	expect(places).toEqual([true, true]);
});

test('an address that no call has is not there, in any of its forms, and no call gives a calendar without a deadline', async () => {
	const paths = ['no-such-call', 'no-such-call.pdf', 'no-such-call.ics', 'no-such-call.jsonld', 'rapid-support.ics', 'Rapid-Support'];

	const answers = await Promise.all(paths.map((path) => ask(`${server.origin}/en/grants/${path}`)));

	expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
});
