import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle } from '../circle-steps.ts';
import { publishCall, writeCall } from '../desk-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { wordsIn } from './html.ts';
import { ask } from './http.ts';

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

/** Presses what begins an act on a call and what carries it out. */
async function act(page: Page, [begin, carryOut, done]: readonly [string, string, string]): Promise<void> {
	await page.getByRole('button', { name: begin, exact: true }).click();
	await page.getByRole('button', { name: carryOut, exact: true }).click();
	await page.getByText(done, { exact: true }).waitFor();
}

test('a call that is decided is put into the archive, where everybody finds it, and nothing of it can be changed any more', async () => {
	const { page } = await joined(browser, firstLink(server), 'Amina');
	await makeCircle(page, { name: 'Grants desk', purpose: 'Reads what comes in.' });
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'New call' }).click();
	await writeCall(page, { title: 'Rapid support', summary: 'For defenders who are threatened.', slug: 'rapid-support' });
	await publishCall(page, 'Rapid support');
	await go(page, '/en/desk/grants/rapid-support/call');

	await act(page, ['Close the call', 'Close it for everybody', 'The call is closed.']);
	await act(page, ['All is decided', 'Say so to everybody', 'The call is decided. The keeping time runs.']);
	const decided = async (): Promise<string> => (await ask(`${server.origin}/en/grants`)).text;
	await until(async () => (await decided()).includes('Earlier calls'));
	await act(page, ['Put into the archive', 'Archive it for everybody', 'The call is in the archive.']);
	await until(async () => !(await decided()).includes('Earlier calls'));

	expect(wordsIn(await decided(), 'main')).toMatch(/Archive of calls\s+Rapid support\s+Ended/);
	expect(wordsIn((await ask(`${server.origin}/en/grants/rapid-support`)).text, 'main')).toContain('Ended');
	await expect.poll(() => page.locator('main .actions button').count()).toBe(0);
});
