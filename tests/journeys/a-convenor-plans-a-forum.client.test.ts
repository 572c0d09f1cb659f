import pg from 'pg';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionOf } from '../../src/lib/platform/db/database.ts';
import { databaseOf, seize } from '../attacks/seizure.ts';
import type { Canary } from '../attacks/traces.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { lookAt, resized } from './look.ts';

// One story, in its order: each test goes on where the one before has ended. The programme is that of 2019; people are made up.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let plan: string;

const slug = '2019-building-solidarity';
const nothing = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

/** What convenors write and never release, each in no other place. */
const canaries = {
	person: { what: 'how convenors call somebody', text: 'Canary-Guest-Under-Threat' },
	otherName: { what: 'another name of the same person', text: 'Canary-Other-Name' },
	closed: { what: 'the title of a closed item', text: 'Canary-Meeting-With-A-Lawyer' },
	draft: { what: 'the title of a draft', text: 'Canary-Not-Yet-Decided' },
	access: { what: 'how to get into a room', text: 'Canary-Back-Door-Of-The-Library' },
	closedRoom: { what: 'the room of a closed item', text: 'Canary-Room-Upstairs' },
	renamed: { what: 'what another convenor called a draft', text: 'Canary-Still-Only-Ours' }
} satisfies Record<string, Canary>;

const themes: readonly (readonly [string, readonly string[]])[] = [
	['Reinforcing the Frontlines Through Solidarity', ['What is solidarity and how can we achieve it?', 'Global protection and gaps']],
	['Equality is Indivisible', ['Interdependence and indivisibility of human rights', 'Human rights for all']],
	['Increasing Women Defenders’ Access to Spheres of Influence', ['State of threat against women rights defenders', 'How can women rights defenders get support to where it is needed?']]
];

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	await amina.page.setViewportSize({ width: 1440, height: 900 });
	const circle = await makeCircle(amina.page, { name: 'Convenors', purpose: 'Plans the forum.' });
	luis = await joined(browser, await inviteInto(amina.page, circle), 'Luis');
	await luis.page.setViewportSize({ width: 1440, height: 900 });
	await go(luis.page, circle);
	await letIn(amina.page, 'Luis');
	await go(luis.page, '/en/circles');
	await luis.page.getByText('You are invited').waitFor();
	await accept(luis.page, circle);
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** Looks in a tab as small and dark as it leaves it, and makes it large and light again. */
async function look(page: Page): Promise<unknown> {
	const found = await lookAt(page);
	await page.emulateMedia({ colorScheme: 'light' });
	await resized(page, { width: 1440, height: 900 });
	return { ...found, lowTargets: found.lowTargets.filter((target) => !/type="(?:radio|checkbox)"/.test(target)) };
}

interface Item {
	readonly title: string;
	/** Of October 2019. */
	readonly day: number;
	readonly starts?: string;
	readonly ends?: string;
	readonly room?: string;
	readonly theme?: string;
	readonly kind?: string;
	readonly state?: string;
	readonly known?: 'Public.' | 'Closed.' | 'Chatham House Rule.';
	readonly people?: readonly string[];
	readonly questions?: string;
}

const form = (page: Page): Locator => page.locator('.form');
const block = (page: Page, title: string): Locator => page.locator('.work button', { hasText: title });

async function add(page: Page, item: Item): Promise<void> {
	await page.getByRole('button', { name: new RegExp(`New item.*${item.day} October`) }).click();
	await write(page, item);
}

/** Fills the open form and closes it. */
async function write(page: Page, { title, starts, ends, room, theme, kind, state = 'Confirmed', known, people = [], questions }: Item): Promise<void> {
	await form(page).getByLabel('Title', { exact: true }).fill(title);
	await form(page).getByLabel('Begins', { exact: true }).fill(starts ?? '');
	if (ends !== undefined) await form(page).getByLabel('Ends', { exact: true }).fill(ends);
	if (room !== undefined) await form(page).getByLabel('Room', { exact: true }).selectOption({ label: apart(room) });
	if (theme !== undefined) await form(page).getByLabel('Theme', { exact: true }).selectOption({ label: apart(theme) });
	if (kind !== undefined) await form(page).getByLabel('Kind', { exact: true }).selectOption(kind);
	await form(page).getByLabel('State', { exact: true }).selectOption(state);
	if (known !== undefined) await form(page).getByLabel(known).check();
	for (const person of people) await form(page).getByLabel('Add somebody').selectOption({ label: apart(person) });
	if (questions !== undefined) await form(page).getByLabel('Minutes for written questions').fill(questions);
	await form(page).getByLabel('Title', { exact: true }).focus();
	await form(page).getByRole('button', { name: 'Close' }).first().click();
}

/** As names stand inside of sentences. */
function apart(name: string): string {
	return `\u2068${name}\u2069`;
}

async function save(page: Page, said = 'Saved for the circle.'): Promise<void> {
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.getByText(said).waitFor();
}

async function fetched(path: string): Promise<string> {
	const answer = await fetch(`${server.origin}${path}`);
	expect([path, answer.status]).toEqual([path, 200]);
	return answer.text();
}

const publicPaths = [...['en', 'es', 'fr', 'ar'].flatMap((language) => [`/${language}/forums/${slug}`, `/${language}/forums/${slug}/agenda`, `/${language}/forums/${slug}/calendar.ics`]), `/en/forums/${slug}/schedule.xml`, `/en/forums/${slug}/schedule.json`];

test('a forum begins with its title, days and place, and nobody has to know how a time zone is written', async () => {
	const { page } = amina;
	await go(page, '/en/desk/forums');
	await page.getByText('No forum is planned here yet').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'New forum' }).click();
	await page.getByRole('button', { name: 'Begin this plan' }).click();
	await page.getByText('Give the forum a title.').waitFor();
	await page.getByLabel('Title of the forum').fill('Building Solidarity Toward Equality for All');
	await page.getByLabel('First day').fill('2019-10-12');
	await page.getByLabel('Last day').fill('2019-10-15');
	await page.getByLabel('Place').fill('Atlanta, Georgia, United States');
	await page.getByLabel('Time zone').fill('America/New_York');

	expect(await page.getByLabel('Address').inputValue()).toBe('2019-building-solidarity-toward-equality-for-all');
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'Begin this plan' }).click();
	await page.waitForURL(/\/desk\/forums\/[\w-]{22}\/[\w-]{22}$/);
	await page.getByRole('heading', { level: 1 }).waitFor();
	plan = new URL(page.url()).pathname;
});

test('rooms, themes and people are written once, and items with a pointer and with keys', async () => {
	const { page } = amina;
	await page.getByText('Title, days, place and standing').click();
	await page.getByLabel('Subject').fill('solidarity with defenders under attack');
	await page.getByText(/^Rooms \(/).click();
	for (const [at, name] of ['Hall', 'Library', canaries.closedRoom.text].entries()) {
		await page.getByRole('button', { name: 'Add a room' }).click();
		await page.getByLabel('Name of the room').nth(at).fill(name);
	}
	await page.getByLabel('Access').nth(1).fill(canaries.access.text);
	await page.getByText(/^Themes and workshops \(/).click();
	for (const [at, [title, workshops]] of themes.entries()) {
		await page.getByRole('button', { name: 'Add a theme' }).click();
		await page.getByLabel('Title of the theme').nth(at).fill(title);
		for (const [place, workshop] of workshops.entries()) {
			await page.getByRole('button', { name: 'Add a workshop' }).nth(at).click();
			await page.getByLabel('Title of the workshop').nth(at * 2 + place).fill(workshop);
		}
	}
	await page.getByText(/^People \(/).click();
	for (const [at, name] of ['Made-up Ana', canaries.person.text, canaries.otherName.text].entries()) {
		await page.getByRole('button', { name: 'Add somebody' }).click();
		const person = page.locator('.about details details').nth(at);
		await person.locator('summary').click();
		await person.getByLabel('Name, as convenors say it').fill(name);
		if (at === 0) {
			await person.getByLabel('They are shown in public').check();
			await person.getByLabel('Name in public').fill('Ana Madeup-Shown');
			await person.getByLabel('Office in public').fill('Made-up office');
		}
		if (at === 2) await person.getByLabel('Another name of').selectOption({ label: apart(canaries.person.text) });
	}
	await add(page, { title: 'Arrival', day: 12, kind: 'other', known: 'Public.' });
	await add(page, { title: 'Workshops, first day', day: 13, kind: 'workshop' });
	await add(page, { title: 'Workshops, second day', day: 14, kind: 'workshop' });
	await add(page, { title: 'Public forum', day: 15, kind: 'plenary', known: 'Public.' });
	await add(page, { title: canaries.closed.text, day: 13, starts: '10:00', ends: '11:00', room: canaries.closedRoom.text, known: 'Closed.', people: [canaries.person.text] });
	await add(page, { title: canaries.draft.text, day: 13, starts: '10:30', ends: '11:30', room: 'Library', state: 'Draft', people: [canaries.otherName.text] });
	// On empty space: the first lane of the last day.
	const field = page.locator('[data-day="2019-10-15"]');
	await field.click({ position: { x: 20, y: 40 } });
	await write(page, { title: 'Concluding session', day: 15, starts: '15:45', ends: '16:55', room: 'Hall', known: 'Public.', people: ['Made-up Ana'], questions: '15' });
	await block(page, 'Concluding session').focus();
	await page.keyboard.press('ArrowDown');
	await expect.poll(() => page.locator('#told').innerText()).toMatch(/Concluding session.*15:50.*17:00.*Hall/);
	await expect.poll(() => block(page, 'Concluding session').evaluate((element) => element === document.activeElement)).toBe(true);
});

test('what cannot be is said at once, can be let stand, and taken back', async () => {
	const { page } = amina;
	const sentence = page.locator('section[aria-labelledby=conflicts] .open li');
	await expect.poll(async () => (await sentence.allInnerTexts()).join(' ')).toMatch(/who is also .*is in two items at once.*for 30 minutes/);
	await expect.poll(() => page.locator('.troubled').count()).toBe(2);
	expect(await look(page)).toEqual(nothing);

	await page.getByRole('button', { name: 'Let it stand' }).click();
	await page.getByText('Nothing in this plan stands in the way').waitFor();
	await page.getByText('Conflicts that you let stand: 1').waitFor();
	await page.getByRole('button', { name: 'Undo' }).click();
	await sentence.waitFor();
	await page.getByRole('button', { name: 'Redo' }).click();
	await page.getByText('Nothing in this plan stands in the way').waitFor();
	// Moved, it is another conflict, and begins again.
	await block(page, canaries.draft.text).focus();
	await page.keyboard.press('ArrowUp');
	await expect.poll(() => page.locator('#told').innerText()).toMatch(/10:25/);
	await sentence.waitFor();
	await page.keyboard.press('Control+z');
	await page.getByText('Nothing in this plan stands in the way').waitFor();
});

test('a block is dragged to another room and time, and made longer at its edge', async () => {
	const { page } = amina;
	const draft = block(page, canaries.draft.text);
	await draft.scrollIntoViewIfNeeded();
	const [from, field] = [await boxOf(draft), await boxOf(page.locator('[data-day="2019-10-14"]'))];
	await page.mouse.move(from.x + 10, from.y + 6);
	await page.mouse.down();
	// The lane of the hall is the first; an hour is as high as the block.
	await page.mouse.move(field.x + 15, from.y + 6 + from.height, { steps: 5 });
	await page.locator('.ghost').waitFor();
	await page.mouse.up();
	await expect.poll(() => page.locator('#told').innerText()).toMatch(/14 October 2019.*11:30.*12:30.*Hall/);

	const moved = await boxOf(draft);
	await page.mouse.move(moved.x + 10, moved.y + moved.height - 3);
	await page.mouse.down();
	await page.mouse.move(moved.x + 10, moved.y + moved.height * 1.5 - 3, { steps: 5 });
	await page.mouse.up();
	await expect.poll(() => page.locator('#told').innerText()).toMatch(/11:30.*13:00/);
	// Escape puts it back, and no form opens by the way.
	await page.mouse.move(moved.x + 10, moved.y + 6);
	await page.mouse.down();
	await page.mouse.move(moved.x + 10, moved.y + 200, { steps: 3 });
	await page.keyboard.press('Escape');
	await page.mouse.up();
	await expect.poll(() => page.locator('.ghost').count()).toBe(0);
	await page.getByRole('button', { name: 'Undo' }).click();
	await page.getByRole('button', { name: 'Undo' }).click();
	await save(page);
});

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
	const box = await locator.boundingBox();
	if (box === null) throw new Error('It is not shown.');
	return box;
}

test('two convenors at once lose nothing, and the second is told what both had changed', async () => {
	await go(luis.page, plan);
	await block(luis.page, canaries.draft.text).click();
	await write(luis.page, { title: canaries.renamed.text, day: 13, starts: '10:30', ends: '11:30', state: 'Draft' });
	await add(luis.page, { title: 'Closing dinner', day: 15, starts: '19:00', ends: '21:00', kind: 'meal' });
	await block(amina.page, canaries.draft.text).focus();
	await amina.page.keyboard.press('Shift+ArrowDown');
	await save(luis.page);
	await save(amina.page, 'Another convenor had saved meanwhile');

	await amina.page.getByText('You and another convenor both changed these').waitFor();
	expect(await amina.page.getByRole('alert').innerText()).toContain(canaries.draft.text);
	await block(amina.page, 'Closing dinner').waitFor();
	expect(await look(amina.page)).toEqual(nothing);
	// Luis is neither keeper nor staff.
	await luis.page.getByText('Only keepers and staff release a plan.').waitFor();
	expect(await luis.page.getByRole('button', { name: 'Save and look at the release' }).count()).toBe(0);
});

test('the plan is worked on by phone and in Arabic as well', async () => {
	const { page } = amina;
	await resized(page, { width: 390, height: 800 });
	await block(page, 'Concluding session').click();
	await form(page).getByLabel('Title', { exact: true }).waitFor();
	await expect.poll(() => block(page, 'Arrival').count()).toBe(0);
	expect(await look(page)).toEqual(nothing);
	await form(page).getByRole('button', { name: 'Close' }).first().click();
	await go(page, plan.replace('/en/', '/ar/'));
	await page.getByRole('heading', { name: 'البرنامج' }).waitFor();
	await block(page, canaries.draft.text).focus();
	await page.keyboard.press('ArrowLeft');
	await page.getByRole('button', { name: 'تراجع' }).click();
	// The grid itself scrolls, and the page does not.
	await resized(page, { width: 980, height: 720 });
	await expect.poll(() => page.locator('.scroll').evaluate((grid) => [grid.scrollWidth > grid.clientWidth, document.documentElement.scrollWidth - document.documentElement.clientWidth])).toEqual([true, 0]);
	expect(await look(page)).toEqual(nothing);
	await go(page, plan);
});

test('a release is seen before anybody else sees it, and refused in words', async () => {
	const { page } = amina;
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByRole('heading', { name: 'As the public will see it' }).waitFor();
	// Nobody asked her: a convenor vouches, once, that it is public knowledge.
	await page.getByText('was never asked by an invitation').waitFor();
	expect(await page.getByRole('button', { name: 'Release version 1 for everybody' }).count()).toBe(0);
	await page.getByRole('button', { name: 'It is public knowledge' }).click();
	await page.getByRole('button', { name: 'Release version 1 for everybody' }).click();
	await page.getByText('Another forum of the record has this address').waitFor();
	await go(page, plan);
	await page.getByText('Title, days, place and standing').click();
	await page.getByLabel('Address').fill(slug);
	await page.getByLabel('Address').blur();
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByText('This is the first release').waitFor();
	await page.getByText('Ana Madeup-Shown').first().waitFor();
	expect(await look(page)).toEqual(nothing);
	const shown = await page.locator('main').innerText();

	expect(shown).toContain('Ana Madeup-Shown');
	for (const { text } of Object.values(canaries)) expect(shown).not.toContain(text);
	await page.getByRole('button', { name: 'Release version 1 for everybody' }).click();
	await page.getByText('Version 1 is public now').waitFor();
	expect(await look(page)).toEqual(nothing);
});

test('the public pages, calendars and schedules tell the programme and nothing that is closed', async () => {
	await expect.poll(() => fetched(`/en/forums/${slug}/agenda`)).toContain('Concluding session');
	const [agenda, calendar, schedule] = await Promise.all([fetched(`/en/forums/${slug}/agenda`), fetched(`/en/forums/${slug}/calendar.ics`), fetched(`/en/forums/${slug}/schedule.xml`)]);

	for (const text of [agenda, calendar, schedule]) expect(text).toContain('Concluding session');
	expect(agenda).toMatch(/Workshops, first day[\s\S]*Closed to the public/);
	expect(agenda).toContain('Ana Madeup-Shown');
	expect(calendar).toContain('DTSTART;TZID=America/New_York:20191015T155000');
	expect(await fetched(`/en/forums/${slug}`)).toContain('How can women rights defenders get support to where it is needed?');
	for (const path of publicPaths) for (const { text } of Object.values(canaries)) expect((await fetched(path)).includes(text), `${text} in ${path}`).toBe(false);
});

test('what is moved is told as moved, and who is not shown any more is gone from every version', async () => {
	const { page } = amina;
	await go(page, plan);
	await block(page, 'Concluding session').focus();
	await page.keyboard.press('Shift+ArrowDown');
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByText(/Moved: .*Concluding session.*16:20.*17:30/).waitFor();
	await page.getByRole('button', { name: 'Release version 2 for everybody' }).click();
	await page.getByText('Version 2 is public now').waitFor();
	const event = async () => (await fetched(`/en/forums/${slug}/calendar.ics`)).split('BEGIN:VEVENT').find((one) => one.includes('Concluding session'));
	// Kept pages are dropped a moment after the answer.
	await expect.poll(event).toMatch(/SEQUENCE:1\r/);
	expect(await event()).toContain('DTSTART;TZID=America/New_York:20191015T162000');

	await go(page, plan);
	await page.getByText(/^People \(/).click();
	await page.locator('.about details details').first().locator('summary').click();
	await page.locator('.about details details').first().getByLabel('They are shown in public').uncheck();
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByText('Who will be seen no more').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'Release version 3 for everybody' }).click();
	await page.getByText('Version 3 is public now').waitFor();
	for (const path of publicPaths) await expect.poll(async () => (await fetched(path)).includes('Madeup-Shown'), { message: path }).toBe(false);
	const client = new pg.Client(connectionOf(databaseOf(server.dataDir)));
	await client.connect();
	const { rows } = await client.query<{ version: number; people: boolean }>(`select version, jsonb_path_exists(content, '$.items[*].people[*]') as people from forum_release order by version`);
	await client.end();
	expect(rows).toEqual([1, 2, 3].map((version) => ({ version, people: false })));
});

test('a new forum after the pattern of this one begins with nobody in it', async () => {
	const { page } = amina;
	await go(page, '/en/desk/forums');
	await page.getByRole('button', { name: /New forum from this one/ }).click();
	await page.getByLabel('Title of the forum').fill('Another one');
	await page.getByLabel('First day').fill('2021-05-01');
	await page.getByLabel('Last day').fill('2021-05-04');
	await page.getByRole('button', { name: 'Begin this plan' }).click();
	await page.waitForURL((url) => /\/desk\/forums\/[\w-]{22}\/[\w-]{22}$/.test(url.pathname));
	await page.getByText('People (0)').waitFor();

	expect(await page.locator('[data-day="2021-05-04"] button', { hasText: 'Concluding session' }).innerText()).toMatch(/Concluding session[\s\S]*16:20[\s\S]*Draft/);
	await page.getByText('Rooms (3)').waitFor();
});

test('whoever seizes the server finds nothing of a plan but what was released', { timeout: 900_000 }, async () => {
	const released = { what: 'what was released', text: 'Concluding session' };

	const traces = await seize(server, [...Object.values(canaries), released], { address: databaseOf(server.dataDir) });

	expect([...new Set(traces.map(({ what }) => what))]).toEqual([released.what]);
});
