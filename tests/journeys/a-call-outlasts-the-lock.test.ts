import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle, storedIn, unlockAndComeBack, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { lookAt } from './look.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let page: Page;
let circle: string;

const slug = 'rapid-support';
const kept = 'was not saved when the vault locked';
const nothing = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	amina = await joined(browser, firstLink(server), 'Amina');
	({ page } = amina);
	circle = await makeCircle(page, { name: 'Grants desk', purpose: '' });
	await page.clock.install();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** The tab lies untouched until it locks; gives back what the browser stores then, and comes back. */
async function untouched(): Promise<string> {
	await page.clock.fastForward('10:30');
	await page.getByRole('heading', { name: 'The vault is locked' }).waitFor();
	const stored = await storedIn(page);
	await unlockAndComeBack(page);
	return stored;
}

const field = (name: string) => page.getByLabel(name, { exact: true });

test('what was written of a new call is sealed on the device when the tab locks, and is in the fields again', async () => {
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'New call' }).click();
	await field('Title').fill('Rapid support');
	await field('Summary').fill('For the seven of the blue house');
	// Not a whole day, and not an address: it is kept as it stands.
	await field('Address').fill('Rapid !');

	const stored = await untouched();
	await page.getByText(kept).waitFor();
	const brought = [await field('Title').inputValue(), await field('Summary').inputValue(), await field('Address').inputValue()];
	await field('Address').fill(slug);
	await page.getByRole('button', { name: 'Save the draft for the circle' }).click();
	await page.getByText('The draft is saved.').waitFor();

	expect(brought).toEqual(['Rapid support', 'For the seven of the blue house', 'Rapid !']);
	expect(stored.length).toBeGreaterThan(200);
	expect(['blue house', 'Rapid', circle.split('/').at(-1) ?? ''].filter((words) => stored.includes(words))).toEqual([]);
	expect(await page.getByText(kept).count()).toBe(0);
});

test('a draft that is saved is not kept on the device, and words that nobody wants are deleted', async () => {
	await untouched();
	await field('Title').waitFor();
	const afterSaving = await page.getByText(kept).count();
	await field('Title').fill('Another title');
	await untouched();
	await page.getByText(kept).waitFor();
	const brought = await field('Title').inputValue();

	await page.getByRole('button', { name: 'Delete it, and show what was saved' }).click();
	await page.getByText(kept).waitFor({ state: 'detached' });
	const deleted = await field('Title').inputValue();
	await untouched();
	await field('Title').waitFor();

	expect([afterSaving, brought, deleted]).toEqual([0, 'Another title', 'Rapid support']);
	expect([await page.getByText(kept).count(), await field('Title').inputValue()]).toEqual([0, 'Rapid support']);
});

test('the words of a public call that somebody was revising are there again as well, until they are published', async () => {
	await page.getByRole('button', { name: 'Go on to publish' }).click();
	await page.getByRole('button', { name: 'Publish for everybody' }).click();
	await page.getByRole('heading', { level: 1, name: 'Rapid support' }).waitFor();
	await page.getByRole('button', { name: 'Revise the words or the form' }).click();
	await field('Summary').fill('For whoever is threatened');

	await untouched();
	await page.getByText(kept).waitFor();
	const brought = await field('Summary').inputValue();
	await page.getByRole('button', { name: 'Publish the revision' }).click();
	// Said when the page shows the call anew: the clock is not put forward while answers are under way.
	await page.getByText('The revision is public.').waitFor();
	await untouched();
	await page.getByRole('button', { name: 'Revise the words or the form' }).waitFor();

	expect(brought).toBe('For whoever is threatened');
	expect(await page.getByText(kept).count()).toBe(0);
	await expect.poll(async () => (await fetch(`${server.origin}/en/grants/${slug}`)).text()).toContain('For whoever is threatened');
});

// The last one: a passkey does not answer in a tab that was looked at.
test('whoever comes back reads what happened on a small and on a dark screen', async () => {
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'New call' }).click();
	await field('Title').fill('One more');
	await untouched();
	await page.getByText(kept).waitFor();

	const looked = await lookAt(page);

	expect({ ...looked, lowTargets: looked.lowTargets.filter((target) => !/type="(?:radio|checkbox)"/.test(target)) }).toEqual(nothing);
});
