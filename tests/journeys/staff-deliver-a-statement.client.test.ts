import { expect, inject, test } from 'vitest';
import { keepLetter, lettersIn, type Letter } from '../../src/lib/followup/client/letters.ts';
import { testDatabase } from '../../src/lib/platform/db/testing.ts';
import { startApi } from '../api-server.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle } from '../circle-steps.ts';
import { sure } from '../desk-officers.ts';
import { pdfText } from '../invited.ts';
import { firstLink } from '../joining.ts';
import { startServer } from '../server.ts';
import { somebody } from '../somebody.ts';
import { clean, look } from './look.ts';

const letter: Letter = { forum: '2016-a-time-for-peace', document: 'statement', addressee: 'all-states', clauses: [1, 3], language: 'ar', text: 'إلى جميع الدول', delivery: null };

test('a letter that a circle keeps is read by its members and by nobody else, and two who change it lose no words', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using api = await startApi(database.address);
	const [ana, ben, eve] = await Promise.all(['Ana', 'Ben', 'Eve'].map((name) => somebody(database.db, { name })));
	if (!ana || !ben || !eve) throw new Error('Nobody.');
	const founded = sure(await ana.circles(api.origin).foundCircle({ name: 'Follow-up', purpose: '' })).circle;
	const hers = sure(await founded.add({ account: ben.account, name: 'Ben' })).circle;
	const his = sure(await sure(await ben.circles(api.origin).openCircle(hers.id)).circle.accept()).circle;

	const { kept } = sure(await keepLetter(hers, letter));
	const [read] = sure(await lettersIn(his, letter)).letters;
	const changed = sure(await keepLetter(his, { ...letter, text: 'إلى جميع الدول، من جديد' }, read)).kept;

	expect({ ...read, record: undefined }).toEqual({ ...letter, record: undefined });
	expect(await keepLetter(hers, { ...letter, text: 'Mine.' }, kept)).toEqual({ ok: false, reason: 'moved-on' });
	expect(sure(await lettersIn(hers, letter)).letters.map(({ text }) => text)).toEqual([changed.text]);
	expect(sure(await lettersIn(hers, { ...letter, forum: 'another' })).letters).toEqual([]);
	expect((await eve.circles(api.origin).openCircle(hers.id)).ok).toBe(false);
});

test('in the browser staff plan a delivery, are reminded of it, print the letter in Arabic and record one delivery for two clauses', { timeout: 300_000 }, async () => {
	await using server = await startServer();
	const browser = await openBrowser();
	try {
		const { page } = await joined(browser, firstLink(server), 'Keeper');
		await makeCircle(page, { name: 'Deliveries', purpose: '' });
		await go(page, '/en/desk/followup/deliveries#2016-a-time-for-peace/statement');
		await page.getByRole('link', { name: 'All states' }).click();
		await page.getByRole('heading', { name: 'For All states' }).waitFor();
		expect(await page.getByRole('group').getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).checked))).toEqual([true, true]);
		expect(await look(page)).toEqual(clean);
		await page.getByLabel('When', { exact: true }).selectOption('On another day');
		await page.getByLabel('Date: a day').first().fill('2026-11-30');
		await page.getByRole('button', { name: 'Publish this plan' }).click();
		await page.getByText('planned for 30 November 2026').waitFor();

		await go(page, '/en/desk/followup#2016-a-time-for-peace/statement');
		await page.getByRole('link', { name: 'All states: clauses 1, 3, planned for 30 November 2026' }).click();
		await page.getByText('The archive has a summary of this statement in its own words').waitFor();
		await page.getByRole('link', { name: 'العربية' }).first().click();
		await page.getByLabel('نص الرسالة').waitFor();
		// The letter is in the language of the page and quotes what is published in it.
		await expect.poll(() => page.getByLabel('نص الرسالة').inputValue()).toMatch(/1\. دعا المنتدى جميع الدول[^]*3\. ودعا الدول/);
		expect(await page.getByLabel('نص الرسالة').inputValue()).toContain(`${server.origin}/ar/forums/2016-a-time-for-peace/statement`);
		await page.getByLabel('أين تُحفظ المسودة').selectOption('Deliveries');
		await page.getByRole('button', { name: 'احفظها مختومة في هذه الدائرة' }).click();
		await page.getByText('حُفظت الرسالة في الدائرة.').waitFor();
		const paper = pdfText(await page.pdf());
		expect(paper).toMatch(/دعا المنتدى/);
		expect(paper).not.toMatch(/سجّل التسليم|الدوائر/);

		await page.getByLabel('أي مكتب سلمها (علني)').fill('A made-up office');
		await page.getByRole('button', { name: 'انشر هذا التسليم' }).click();
		await page.getByText('سُلِّم كل ما يتوجه إليها.').waitFor();
		await page.getByRole('listitem').filter({ hasText: '1، 3' }).getByText('سُلّمت').waitFor();
		await go(page, '/ar/desk/followup#2016-a-time-for-peace/statement');
		await page.getByRole('heading', { level: 1 }).waitFor();
		expect(await page.getByText('ما حلّ يومه').count()).toBe(0);

		const readers = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
		for (const clause of [1, 3]) {
			await expect
				.poll(async () => {
					await readers.goto(`${server.origin}/en/followup/2016-a-time-for-peace/statement/${clause}`);
					return readers.locator('main').innerText();
				})
				.toMatch(/Delivered to All states by A made-up office, by hand/);
		}
	} finally {
		await browser.close();
	}
});
