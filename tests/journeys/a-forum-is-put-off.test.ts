import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { addItem, beginPlan, closeItem, keepAndRelease, openAbout } from '../forum-steps.ts';
import { firstLink } from '../joining.ts';
import { phone } from '../phone.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { ask } from './http.ts';
import { clean, look, readyToLook } from './look.ts';

// One story, in its order: planned, told, put off, and held later. Everybody in it is made up.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let phones: BrowserContext;
let rosa: Page;
let plan: string;
let link: string;

const slug = '2027-rooms-of-courage';
const guest = 'Made-up Rosa';

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	await amina.page.setViewportSize({ width: 1280, height: 900 });
	const circle = await makeCircle(amina.page, { name: 'Convenors', purpose: 'Plans the forum.' });
	luis = await joined(browser, await inviteInto(amina.page, circle), 'Luis');
	await go(luis.page, circle);
	await letIn(amina.page, 'Luis');
	await go(luis.page, '/en/circles');
	await luis.page.getByText('You are invited').waitFor();
	await accept(luis.page, circle);
	phones = await browser.newContext(phone);
	await readyToLook(phones);
	rosa = await phones.newPage();
}, 300_000);

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const told = async (path: string): Promise<string> => (await ask(`${server.origin}/en/forums/${slug}${path}`)).text;
const row = (page: Page) => page.locator('details').filter({ has: page.locator('summary', { hasText: guest }) });

/** The calendar's event of an item: its status, number and first line of time. */
async function event(title: string): Promise<{ status: string | undefined; sequence: number; starts: string | undefined }> {
	const lines = (await told('/calendar.ics')).split('BEGIN:VEVENT').find((one) => one.includes(title)) ?? '';
	const value = (name: string): string | undefined => new RegExp(`^${name}[^:]*:(.*?)\\r$`, 'm').exec(lines)?.[1];
	return { status: value('STATUS'), sequence: Number(value('SEQUENCE')), starts: value('DTSTART') };
}

async function openRow(page: Page): Promise<void> {
	await go(page, plan);
	await page.getByRole('link', { name: 'Who is invited' }).click();
	await page.getByRole('heading', { level: 1, name: 'Who is invited' }).waitFor();
	await row(page).locator('summary').click();
}

/** Opens her invitation again with the link, on her device. */
async function opensAgain(): Promise<string> {
	await rosa.goto('about:blank');
	await rosa.goto(link);
	await rosa.getByText('Rooms of courage').first().waitFor();
	await rosa.getByText('What our server learns').waitFor();
	await rosa.getByText('What our server learns').click();
	return rosa.locator('main').innerText();
}

test('a forum is planned and released, and its guest has opened the invitation that two convenors agreed on', { timeout: 600_000 }, async () => {
	const { page } = amina;
	plan = await beginPlan(page, { title: 'Rooms of courage', subject: 'rooms in which one can speak', slug, place: 'A made-up town', timeZone: 'America/New_York', startsOn: '2027-10-12', endsOn: '2027-10-13' });
	await addItem(page, { day: '12 October', title: 'Opening session', starts: '10:00', ends: '11:00' });
	await addItem(page, { day: '13 October', title: 'A walk through the town', starts: '15:00', ends: '16:00' });
	await keepAndRelease(page, 1);
	await until(async () => (await told('/agenda')).includes('A walk through the town'));

	await go(page, plan);
	await page.getByRole('link', { name: 'Who is invited' }).click();
	await page.getByRole('button', { name: 'Make the logistics circle' }).click();
	const journeys = await page.getByRole('link', { name: 'Journeys and safety' }).getAttribute('href');
	await page.getByText('Invite somebody').click();
	await page.getByLabel('Name, as you call them').fill(guest);
	await page.getByRole('button', { name: 'Draft the invitation' }).click();
	await page.getByText('Drafted: 1.').waitFor();
	const logistics = `/en/circles/${journeys?.split('/').at(-1) ?? ''}`;
	await go(page, `${logistics}/members`);
	await page.getByLabel('Whom', { exact: true }).selectOption({ label: 'Luis' });
	await page.getByRole('button', { name: 'Add to this circle' }).click();
	await page.getByText('Added. The person can read now').waitFor();
	await accept(luis.page, logistics);
	await go(luis.page, '/en/desk/forums');
	await openRow(luis.page);
	await row(luis.page).getByRole('button', { name: 'Approve the invitation' }).click();
	await row(luis.page).locator('summary').getByText('Approved').waitFor();
	await openRow(page);
	link = await row(page).getByLabel('The link', { exact: true }).inputValue();
	await row(page).getByRole('button', { name: 'I have handed it over' }).click();
	await row(page).locator('summary').getByText('Handed over').waitFor();

	await rosa.goto(link);
	await rosa.getByRole('button', { name: 'Open the letter on this device' }).click();
	await rosa.locator('.receipt li').nth(11).waitFor();

	expect(await event('Opening session')).toEqual({ status: 'CONFIRMED', sequence: 0, starts: '20271012T100000' });
	expect(JSON.parse(await told('/data.jsonld'))).toMatchObject({ eventStatus: 'https://schema.org/EventScheduled', startDate: '2027-10-12' });
	// Ninety days after the last one.
	expect(await opensAgain()).toContain('11 January 2028');
});

test('when it is put off, everybody who reads and every calendar is told, its guest is among those whom convenors tell, and her link leads where it did', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await go(page, plan);
	await openAbout(page);
	await page.getByLabel(/^Postponed\./).check();
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByRole('heading', { name: 'Who will have to be told' }).waitFor();
	await page.locator('li', { hasText: guest }).waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Release version 2 for everybody' }).click();
	await page.getByText('Version 2 is public now.').waitFor();
	await until(async () => (await told('')).includes('This forum is postponed.'));

	expect(await event('Opening session')).toEqual({ status: 'TENTATIVE', sequence: 1, starts: '20271012T100000' });
	expect(JSON.parse(await told('/data.jsonld'))).toMatchObject({ eventStatus: 'https://schema.org/EventPostponed', startDate: '2027-10-12' });
	expect(await opensAgain()).toContain('Rooms of courage');
	await page.getByRole('button', { name: 'Told' }).first().waitFor();
	expect(await look(page)).toEqual(clean);
});

test('with its new days the calendars move with it, what is left out is cancelled, and her invitation is kept until the new days need it no more', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await go(page, plan);
	await openAbout(page);
	await page.getByLabel('Last day').fill('2028-03-15');
	await page.getByLabel('Last day').blur();
	await page.getByLabel('First day').fill('2028-03-14');
	await page.getByLabel('First day').blur();
	await page.getByRole('button', { name: 'Move all items too' }).click();
	await page.getByLabel(/^As planned\./).check();
	await page.locator('.work button', { hasText: 'A walk through the town' }).click();
	await page.locator('.form').getByLabel('State', { exact: true }).selectOption('Cancelled');
	await closeItem(page);
	await keepAndRelease(page, 3);
	await until(async () => (await told('/agenda')).includes('2028-03-14'));

	expect(await event('Opening session')).toEqual({ status: 'CONFIRMED', sequence: 2, starts: '20280314T100000' });
	expect(await event('A walk through the town')).toMatchObject({ status: 'CANCELLED', starts: '20280315T150000' });
	expect(JSON.parse(await told('/data.jsonld'))).toMatchObject({ eventStatus: 'https://schema.org/EventRescheduled', startDate: '2028-03-14', previousStartDate: '2027-10-12' });
	expect(await told('')).not.toContain('This forum is postponed.');
	expect(await told('/schedule.xml')).toContain('2028-03-14T10:00:00-04:00');
	// Ninety days after the new last one.
	expect(await opensAgain()).toContain('13 June 2028');
	expect(await look(rosa)).toEqual(clean);
});
