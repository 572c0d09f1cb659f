import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { publishCalls } from '../published-calls.ts';
import { startServer, type RunningServer } from '../server.ts';
import { sitemapAddresses } from './http.ts';
import { lookAt, readyToLook, type Finding } from './look.ts';
import { watch, type Watch } from './watch.ts';

const statement = '/forums/2019-building-solidarity-toward-equality-for-all/statement';

/** A page in a state, as a reader gets there. */
interface Stop {
	readonly name: string;
	readonly go: (page: Page) => Promise<unknown>;
}

let server: RunningServer;
let browser: Browser;
let addresses: readonly string[];
let pageWatches: readonly Watch[];
const findings = new Map<string, Finding>();

// Every page once, with all that is looked at there: to open 140 pages anew for each question would take minutes.
beforeAll(async () => {
	server = await startServer({ env: { APPLY_ALTERNATIVES: 'tel:+41225550100 mailto:help@example.org' } });
	await publishCalls(databaseOf(server.dataDir), new Date());
	browser = await openBrowser();
	addresses = sampled(await sitemapAddresses(server.origin));
	const pages = addresses.map((address): Stop => ({ name: address, go: (page) => page.goto(address) }));
	const halves = [pages.filter((_page, i) => i % 2 === 0), pages.filter((_page, i) => i % 2 === 1)];
	const contexts = await Promise.all(halves.map(() => browser.newContext()));
	pageWatches = contexts.map((context) => watch(context, server.origin));
	await Promise.all(halves.map((stops, i) => walk(contexts[i]!, stops)));
	// Not in the sitemap, and an error's answer is an error to the browser: these are not watched.
	await walk(await browser.newContext(), languages.flatMap(states));
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** All but pages of recommendations, which differ in words alone: of these one with its addressee, rights and affected, in every language. */
function sampled(all: readonly string[]): string[] {
	const isRecommendation = (address: string): boolean => /^\/[a-z]{2}\/followup\/[^/]+\/[^/]+\/\d+$/.test(new URL(address).pathname);
	return all.filter((address) => !isRecommendation(address) || new URL(address).pathname.endsWith('/2016-a-time-for-peace/statement/1'));
}

/** States of pages that have no address in the sitemap. */
function states(language: Language): Stop[] {
	const at = `${server.origin}/${language}`;
	const paths = [
		'/search?q=derechos&kind=statement',
		'/search?q=xyzzyxyzzy',
		'/forums/2019-building-solidarity-toward-equality-for-all/agenda?zone=Asia%2FTokyo',
		'/forums/2019-building-solidarity-toward-equality-for-all/agenda?zone=Mars%2FOlympus',
		'/grants/travel-and-rest?zone=Asia%2FTokyo',
		'/grants/travel-and-rest?zone=Mars%2FOlympus',
		'/grants/rapid-support#clocks',
		`${statement}#clause-3`,
		'/followup?right=UDHR-1&year=2016&step=made',
		'/followup?goal=13',
		'/newsletter/asked',
		`/newsletter/confirm/${'a'.repeat(43)}`,
		`/newsletter/unsubscribe/${'a'.repeat(43)}`,
		`/notices/stop/${'a'.repeat(22)}`,
		'/there-is-no-such-page'
	];
	const wrongAddress = async (page: Page): Promise<void> => {
		await page.goto(`${at}/newsletter`);
		await page.locator('#address').fill('ana@nowhere');
		await page.locator('main form button').click();
		await page.locator('#problem').waitFor();
	};
	return [...paths.map((path) => ({ name: at + path, go: (page: Page) => page.goto(at + path) })), { name: `${at}/newsletter after a wrong address`, go: wrongAddress }];
}

async function walk(context: BrowserContext, stops: readonly Stop[]): Promise<void> {
	await readyToLook(context);
	const page = await context.newPage();
	for (const { name, go } of stops) {
		await page.setViewportSize({ width: 1280, height: 900 });
		await page.emulateMedia({ colorScheme: 'light' });
		await go(page);
		findings.set(name, await lookAt(page));
	}
}

/** The stops at which this found something. */
function where(find: (finding: Finding) => readonly string[] | number): [name: string, found: readonly string[] | number][] {
	expect(findings.size).toBe(addresses.length + languages.length * 16);
	expect(addresses.length).toBeGreaterThan(100);
	return [...findings].map(([name, finding]): [string, readonly string[] | number] => [name, find(finding)]).filter(([, found]) => (typeof found === 'number' ? found > 0 : found.length > 0));
}

test('no page shuts out somebody who reads it with other means than others, in any language', () => {
	expect(where(({ axeInLight }) => axeInLight)).toEqual([]);
});

test('in the dark scheme, too, every page can be read by everybody', () => {
	expect(where(({ axeInDark }) => axeInDark)).toEqual([]);
});

test('no page has to be pushed sideways on a phone of 320 pixels', () => {
	expect(where(({ beyond320 }) => beyond320)).toEqual([]);
});

test('no page has to be pushed sideways at a zoom of 200 %, even when the reader has doubled the size of text besides', () => {
	expect(where(({ beyond640, beyond640Doubled }) => Math.max(beyond640, beyond640Doubled))).toEqual([]);
});

test('no thumb misses a link of the navigation, a button or a field', () => {
	expect(where(({ lowTargets }) => lowTargets)).toEqual([]);
});

test('no page asks anybody else for anything, breaks its own policy, or leaves something in the browser', async () => {
	expect(pageWatches.flatMap(({ troubles }) => troubles)).toEqual([]);
	expect((await Promise.all(pageWatches.map((one) => one.leftBehind()))).flat()).toEqual([]);
});

test('the watch over the pages would notice a request to somebody else, a broken policy, a cookie and a stored word', async () => {
	const context = await browser.newContext();
	const watched = watch(context, server.origin);
	const page = await context.newPage();
	await page.goto(`${server.origin}/en`);
	const refused = page.waitForEvent('console');

	await page.evaluate(() => {
		document.body.append(Object.assign(new Image(), { src: 'http://192.0.2.1/counter.gif' }));
		document.cookie = 'visitor=1';
		localStorage.setItem('visitor', '1');
	});
	await refused;

	await expect.poll(() => watched.troubles.join('\n')).toMatch(/violates the following Content Security Policy directive: "img-src 'self'"/);
	expect(await watched.leftBehind()).toEqual(['cookie visitor', expect.stringMatching(/^storage .*visitor/)]);
	await context.close();
});

test('the walk through the pages would notice a page that somebody cannot use', async () => {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
	await readyToLook(context);
	const page = await context.newPage();
	await page.goto(`${server.origin}/en`);
	await page.evaluate(() => {
		const pale = Object.assign(document.createElement('p'), { textContent: 'Hardly there' });
		pale.style.cssText = 'color: light-dark(#666, #999); inline-size: 40rem';
		const small = Object.assign(document.createElement('button'), { textContent: 'Small' });
		small.style.cssText = 'min-block-size: 0; block-size: 30px; padding: 0';
		document.querySelector('main')!.append(pale, small);
	});

	const finding = await lookAt(page);

	expect(finding).toEqual({
		axeInLight: [expect.stringMatching(/^color-contrast-enhanced: .*Hardly/)],
		axeInDark: [expect.stringMatching(/^color-contrast-enhanced: .*Hardly/)],
		beyond320: expect.closeTo(40 * 17 + 17 - 320, 0),
		beyond640: expect.closeTo(40 * 17 + 17 - 640, 0),
		beyond640Doubled: expect.closeTo(40 * 34 + 34 - 640, 0),
		lowTargets: [expect.stringMatching(/^30 px: <button/)]
	});
	await context.close();
});

test('with scripts switched off in the browser every page reads the same', async () => {
	const [withScripts, without] = await Promise.all([browser.newContext(), browser.newContext({ javaScriptEnabled: false })]);
	const [one, other] = await Promise.all([withScripts.newPage(), without.newPage()]);
	// Each page in one of the languages, in turn.
	const chosen = addresses.filter((_address, i) => i % languages.length === Math.floor(i / languages.length) % languages.length);

	const different = [];
	for (const address of chosen) {
		await Promise.all([one.goto(address), other.goto(address)]);
		const [text, textWithout] = await Promise.all([one.locator('body').innerText(), other.locator('body').innerText()]);
		if (text !== textWithout || text.length < 200) different.push(address);
	}

	expect(different).toEqual([]);
	expect(new Set(chosen.map((address) => new URL(address).pathname.slice(3)))).toHaveLength(addresses.length / languages.length);
	await Promise.all([withScripts.close(), without.close()]);
});

test('on paper a statement keeps its clause numbers beside its clauses, and nothing of the site around it', async () => {
	const context = await browser.newContext({ viewport: { width: 720, height: 1000 } });
	const page = await context.newPage();
	for (const language of languages) {
		await page.goto(`${server.origin}/${language}${statement}`);
		await page.emulateMedia({ media: 'print' });

		const printed = await page.evaluate(() => {
			const shown = [...document.querySelectorAll('header, footer, nav, aside, form, .skip')].filter((element) => element.checkVisibility());
			const clauses = [...document.querySelectorAll('.clause')].map((clause) => {
				const [number, words] = [clause.querySelector('a'), clause.querySelector('p')];
				const [a, b] = [number!.getBoundingClientRect(), words!.getBoundingClientRect()];
				const outside = a.right <= b.left || a.left >= b.right;
				return { number: number!.innerText, id: clause.id, beside: outside && Math.abs(a.top - b.top) < 8, onPaper: a.left >= 0 && a.right <= innerWidth };
			});
			return { shown: shown.map(({ outerHTML }) => outerHTML.slice(0, 80)), background: getComputedStyle(document.documentElement).backgroundColor, clauses };
		});

		expect(printed.shown).toEqual([]);
		expect(printed.background).toBe('rgb(255, 255, 255)');
		expect(printed.clauses).toEqual(printed.clauses.map((_clause, i) => ({ number: `${i + 1}`, id: `clause-${i + 1}`, beside: true, onPaper: true })));
		expect(printed.clauses.length).toBeGreaterThan(3);
	}
	await context.close();
});
