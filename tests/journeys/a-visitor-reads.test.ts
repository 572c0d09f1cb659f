import { spawnSync } from 'node:child_process';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { directionOf, languages, nativeNames, type Language } from '#lib/platform/i18n/language.ts';
import { openBrowser } from '../browser.ts';
import { startServer, type RunningServer } from '../server.ts';
import { readAgendaPage, readCalendar, readScheduleJson, readScheduleXml, type Slot } from './agenda-formats.ts';
import { tagsOf, wordsIn } from './html.ts';
import { ask } from './http.ts';

const forum2018 = '/forums/2018-restoring-faith-in-freedom';
const forum2019 = '/forums/2019-building-solidarity-toward-equality-for-all';
const hasW3m = spawnSync('w3m', ['-version']).status === 0;
const hasPdftotext = spawnSync('pdftotext', ['-v']).error === undefined;

let server: RunningServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	context = await browser.newContext({ javaScriptEnabled: false });
});

beforeEach(async () => {
	page = await context.newPage();
	return () => page.close();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

test('a reader far away sees the time at the venue first, their own beside it, and no item wanders to another day', async () => {
	await page.goto(`${server.origin}/en${forum2018}/agenda`);
	const before = await page.locator('main section').innerText();
	expect(await page.locator('main').innerText()).toContain('Times are those of the venue, Atlanta, Georgia, United States: America/New_York, UTC−04:00.');

	await page.getByLabel(m.agenda_zone_label()).selectOption('Asia/Tokyo');
	await page.getByRole('button', { name: m.agenda_zone_button() }).click();

	await page.waitForURL(`${server.origin}/en${forum2018}/agenda?zone=Asia%2FTokyo`);
	expect(await page.getByLabel(m.agenda_zone_label()).inputValue()).toBe('Asia/Tokyo');
	expect(await page.locator('main h2').allInnerTexts()).toEqual(['Tuesday, 24 July 2018']);
	expect((await page.locator('main dt').allInnerTexts()).map((words) => words.split('\n'))).toEqual([
		['10:00–11:20', '23:00–00:20'],
		['11:45–13:00', '00:45–02:00 (the day after)'],
		['14:15–15:15', '03:15–04:15 (the day after)'],
		['15:50–17:00', '04:50–06:00 (the day after)']
	]);
	expect(before).not.toContain('23:00');
});

test('a time zone that nobody knows changes nothing but says so', async () => {
	const answer = await page.goto(`${server.origin}/es${forum2018}/agenda?zone=Marte%2FOlimpo`);

	expect(answer?.status()).toBe(200);
	expect(await page.getByRole('status').innerText()).toBe(m.agenda_zone_unknown({ zone: 'Marte/Olimpo' }, { locale: 'es' }));
	expect(await page.locator('main dt').first().innerText()).toBe('10:00–11:20');
});

for (const slug of ['2017-freedom-from-fear', '2018-restoring-faith-in-freedom', '2019-building-solidarity-toward-equality-for-all']) {
	for (const language of ['en', 'ar'] as const) {
		test(`whoever follows the calendar, the schedule or the page of ${slug} comes at the same time (${language})`, async () => {
			const at = `${server.origin}/${language}/forums/${slug}`;
			const [html, ics, xml, json] = await Promise.all(['agenda', 'calendar.ics', 'schedule.xml', 'schedule.json'].map(async (name) => (await ask(`${at}/${name}`)).text));

			const onPage = readAgendaPage(html ?? '');
			const [byId, byTitle] = [readCalendar(ics ?? '', 'id'), readCalendar(ics ?? '', 'title')];
			const [inXml, inJson]: Slot[][] = [readScheduleXml(xml ?? ''), readScheduleJson(json ?? '')];

			expect(onPage.slots.length).toBeGreaterThan(0);
			expect(onPage.slots.filter(({ start, end }) => end > start)).toEqual(onPage.slots);
			expect(byId).toEqual(onPage);
			expect(inXml).toEqual(byTitle.slots);
			expect(inJson).toEqual(byTitle.slots);
		});
	}
}

test('the instants are those of the printed programme: four o’clock less ten in Atlanta is 19:50 UTC', async () => {
	const { text } = await ask(`${server.origin}/en${forum2019}/agenda`);

	expect(readAgendaPage(text)).toEqual({
		slots: [{ name: 'd4-conclusions', start: '2019-10-15T19:50:00.000Z', end: '2019-10-15T21:00:00.000Z' }],
		wholeDays: [
			{ name: 'd1-arrival', day: '2019-10-12' },
			{ name: 'd2-workshops', day: '2019-10-13' },
			{ name: 'd3-workshops', day: '2019-10-14' },
			{ name: 'd4-public-forum', day: '2019-10-15' }
		]
	});
});

for (const language of languages) {
	test(`the address of a clause leads to that clause and marks it (${language})`, async () => {
		await page.setViewportSize({ width: 360, height: 400 });
		await page.goto(`${server.origin}/${language}${forum2018}/statement`);
		const clause = page.locator('#clause-3');
		const background = (): Promise<string> => clause.evaluate((one) => getComputedStyle(one).backgroundColor);
		const [unmarked, words] = [await background(), await clause.locator('p').innerText()];

		await clause.getByRole('link', { name: m.document_clause({ number: 3 }, { locale: language }) }).click();
		await page.waitForURL((url) => url.hash !== '');
		const cited = page.url();
		const other = await context.newPage();
		await other.goto(cited);

		expect(cited).toBe(`${server.origin}/${language}${forum2018}/statement#clause-3`);
		expect(await other.locator(':target p').innerText()).toBe(words);
		expect(await other.locator(':target').evaluate((one) => getComputedStyle(one).backgroundColor)).not.toBe(unmarked);
		const box = await other.locator(':target').boundingBox();
		expect(box!.y).toBeGreaterThanOrEqual(0);
		expect(box!.y).toBeLessThan(200);
		await other.close();
	});
}

const readers: readonly { readonly reads: Language; readonly path: string }[] = [
	{ reads: 'ar', path: `${forum2019}/overview-report` },
	{ reads: 'es', path: `${forum2019}/overview-report` },
	{ reads: 'ar', path: `${forum2018}/press-release` }
];

for (const { reads, path } of readers) {
	test(`a text that does not exist in ${reads} is shown in English, says so, and is read aloud as English (${path})`, async () => {
		await page.goto(`${server.origin}/${reads}${path}`);
		const [html, text] = [page.locator('html'), page.locator('main .measure[lang]')];

		expect([await html.getAttribute('lang'), await html.getAttribute('dir')]).toEqual([reads, directionOf(reads)]);
		expect([await text.getAttribute('lang'), await text.getAttribute('dir')]).toEqual(['en', 'ltr']);
		expect(await text.evaluate((one) => getComputedStyle(one).direction)).toBe('ltr');
		expect(await page.locator('main .note').innerText()).toBe(m.not_your_language({ language: nativeNames.en }, { locale: reads }));
		expect((await text.innerText()).length).toBeGreaterThan(200);
	});
}

test('a text that exists in the reader’s language comes without any notice', async () => {
	await page.goto(`${server.origin}/fr${forum2019}/overview-report`);

	expect(await page.locator('main .note').count()).toBe(0);
	expect(await page.locator('main article').innerText()).toContain('Renforcer les premières lignes par la solidarité');
});

for (const language of languages) {
	test(`a statement can be taken along as a PDF (${language})`, async () => {
		await page.goto(`${server.origin}/${language}${forum2018}/statement`);
		const href = await page.getByRole('link', { name: m.document_pdf({}, { locale: language }) }).getAttribute('href');

		const { status, headers, body } = await ask(server.origin + href!);

		expect(status).toBe(200);
		expect(headers).toMatchObject({ 'content-type': 'application/pdf', 'content-disposition': 'inline; filename="2018-restoring-faith-in-freedom-statement.pdf"' });
		expect(body.subarray(0, 5).toString('latin1')).toBe('%PDF-');
		expect(body.subarray(-32).toString('latin1')).toContain('%%EOF');
		if (hasPdftotext && language !== 'ar') {
			const { stdout } = spawnSync('pdftotext', ['-layout', '-', '-'], { input: body, encoding: 'utf8' });
			const clauses = await page.locator('.clause p').allInnerTexts();
			expect(clauses.map((clause) => clause.split(' ').slice(0, 4).join(' ')).filter((words) => !stdout.replaceAll(/\s+/g, ' ').includes(words))).toEqual([]);
		}
	});
}

const wishes: readonly (readonly [wish: string | undefined, language: Language])[] = [
	['es', 'es'],
	['ar;q=0.9', 'ar'],
	['de-CH, fr-CA;q=0.8, en;q=0.7', 'fr'],
	['de', 'en'],
	['!!;;q=,', 'en'],
	[undefined, 'en']
];

for (const [wish, language] of wishes) {
	test(`the bare address greets a reader whose browser asks for ${wish ?? 'nothing'} in ${nativeNames[language]}`, async () => {
		const { status, headers } = await ask(`${server.origin}/`, { headers: wish === undefined ? {} : { 'accept-language': wish } });

		expect({ status, location: headers.location, vary: headers.vary }).toEqual({ status: 302, location: `/${language}`, vary: expect.stringContaining('accept-language') });
	});
}

for (const language of languages) {
	test(`whoever comes to an address that does not exist can search on in their own language (${language})`, async () => {
		const answer = await page.goto(`${server.origin}/${language}/forums/1999-never-was`);
		const [title, heading, html] = [await page.title(), await page.locator('h1').innerText(), page.locator('html')];
		const [lang, dir] = [await html.getAttribute('lang'), await html.getAttribute('dir')];
		const name = await page.locator('header .name').innerText();

		await page.getByRole('searchbox', { name: m.home_search_label({}, { locale: language }) }).fill('Carter');
		await page.getByRole('button', { name: m.search_button({}, { locale: language }) }).click();
		await page.waitForURL(`${server.origin}/${language}/search?q=Carter`);

		expect([answer?.status(), lang, dir]).toEqual([404, language, directionOf(language)]);
		expect([title, heading]).toEqual([m.error_not_found_title({}, { locale: language }), m.error_not_found_title({}, { locale: language })]);
		expect(name).toBe({ en: 'Human Rights Defenders Forum', es: 'Foro de Personas Defensoras de Derechos Humanos', fr: 'Forum des défenseurs et défenseuses des droits humains', ar: 'منتدى المدافعين عن حقوق الإنسان' }[language]);
		expect(await page.locator('main ol > li').count()).toBeGreaterThan(0);
	});
}

test('an address without a language, mistyped, answers in the language that the browser asks for', async () => {
	const { status, text } = await ask(`${server.origin}/statement-of-2018`, { headers: { 'accept-language': 'ar' } });

	expect(status).toBe(404);
	expect(wordsIn(text, 'h1')).toBe(m.error_not_found_title({}, { locale: 'ar' }));
	expect(tagsOf(text).find(({ name }) => name === 'form')?.attributes['action']).toBe('/ar/search');
});

test.skipIf(!hasW3m)('in a text browser the filters of a search stand apart (needs w3m)', () => {
	const { stdout } = spawnSync('w3m', ['-dump', '-cols', '200', '-I', 'UTF-8', '-O', 'UTF-8', `${server.origin}/en/search?q=defenders`], { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: server.dataDir, LC_ALL: 'C.UTF-8' } });

	expect(stdout).toMatch(/Year: 20\d\d\W\(\d+\) 20\d\d/);
});

for (const language of ['en', 'ar'] as const) {
	test.skipIf(!hasW3m)(`in a text browser a statement reads from its title through its clauses in order (${language}; needs w3m)`, async () => {
		const address = `${server.origin}/${language}${forum2018}/statement`;
		await page.goto(address);
		const [title, clauses] = [await page.locator('h1').innerText(), await page.locator('.clause p').allInnerTexts()];

		const { stdout, status } = spawnSync('w3m', ['-dump', '-cols', '200', '-I', 'UTF-8', '-O', 'UTF-8', address], { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: server.dataDir, LC_ALL: 'C.UTF-8' } });

		const read = stdout.replaceAll(/\s+/g, ' ');
		const expected = [title, ...clauses.flatMap((words, i) => [` ${i + 1} ${words.replaceAll(/\s+/g, ' ')}`])];
		const places = expected.map((words) => read.indexOf(words));
		expect(status).toBe(0);
		expect(places).not.toContain(-1);
		expect(places).toEqual(places.toSorted((a, b) => a - b));
		expect(clauses).toHaveLength(5);
	});
}
