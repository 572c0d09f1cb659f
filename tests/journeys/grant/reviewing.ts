// What reviewers from outside do, and what officers see of it.
import { expect } from 'vitest';
import { takeRole } from '#lib/grants/client/reviewers.ts';
import { go } from '../../circle-steps.ts';
import { sure } from '../../desk-officers.ts';
import { anew, keepFile, score } from '../../desk-steps.ts';
import { clean, look } from '../look.ts';
import { desk, planted, type Story } from './story.ts';

/** Invites Rosa, Omar and Sami, and sees exactly what each is handed. */
export async function invitesThree(story: Story): Promise<void> {
	const { rosa, amina: { page } } = story.cast;
	await go(rosa.page, '/en/desk/reviews');
	await rosa.page.getByText('Nobody has asked you to review an application.').waitFor();
	expect(await look(rosa.page)).toEqual(clean);
	await go(page, `${desk}/${story.application}`);
	await page.getByRole('link', { name: 'Reviews', exact: true }).click();
	await page.getByRole('heading', { level: 1, name: 'Reviews' }).waitFor();
	await page.getByText('Nobody reviews this application yet.').waitFor();
	for (const [at, name] of ['Rosa', 'Omar', 'Sami'].entries()) {
		await page.getByLabel('Whom').selectOption({ label: name });
		await page.getByLabel('What they need to see a conflict').fill(planted.told.text);
		await page.getByLabel('Wanted by').fill('2020-01-15');
		if (at === 0) expect(await look(page)).toEqual(clean);
		await page.getByRole('button', { name: 'See what will be handed over' }).click();
		await page.getByText(`At once \u2068${name}\u2069 reads:`).waitFor();
		if (at === 0) expect(await look(page)).toEqual(clean);
		await page.getByRole('button', { name: 'Seal and invite' }).click();
		await page.getByText(`\u2068${name}\u2069 is invited.`).waitFor();
	}

	await expect.poll(() => page.getByText('To be declared first').count()).toBe(3);
	await expect.poll(() => page.getByText('Late', { exact: true }).count()).toBe(3);
}

/** Rosa and Omar declare, read the core and nothing else, and send what they think, blind. */
export async function twoReview(story: Story): Promise<void> {
	const { omar, rosa: { page } } = story.cast;
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'Reviews that you were asked for' }).click();
	await page.getByText(planted.told.text).waitFor();
	await page.getByRole('link', { name: 'Rapid support' }).click();
	await page.getByRole('heading', { name: 'Before you read' }).waitFor();
	await page.getByText('The person who invited you to Steadfast asks you.').waitFor();
	expect(await page.locator('main').innerText()).not.toContain(planted.happened.text);
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'I have no conflict: open the application' }).click();
	await page.getByText(planted.happened.text).waitFor();
	const shown = await page.locator('main').innerText();
	for (const { text } of [planted.room, planted.paper]) expect(shown).toContain(text);
	for (const { text } of [planted.name, planted.way, planted.referee, planted.answer, planted.known]) expect(shown).not.toContain(text);
	expect(await keepFile(page, 'Keep')).toBe(planted.paper.text);
	await page.getByRole('button', { name: 'Send the review' }).click();
	await page.getByText('Choose a score for every criterion.').waitFor();
	expect(await look(page)).toEqual(clean);
	await score(page, { Need: '5', Effect: '2' });
	await page.getByText('Total by weight: 4 of 5').waitFor();
	await page.getByLabel('Comment').fill(planted.comment.text);
	await page.getByRole('button', { name: 'Send the review' }).click();
	await page.getByText('Sent: version 1').waitFor();
	await score(page, { Effect: '3' });
	await page.getByRole('button', { name: 'Replace the review' }).click();
	await page.getByText('Sent: version 2').waitFor();
	await go(omar.page, `/en/desk/reviews/${story.application}`);
	await omar.page.getByRole('button', { name: 'I have no conflict: open the application' }).click();
	await omar.page.getByText(planted.happened.text).waitFor();
	await score(omar.page, { Need: '4', Effect: '3' });
	await omar.page.getByLabel('Comment').fill(planted.second.text);
	await omar.page.getByRole('button', { name: 'Send the review' }).click();
	await omar.page.getByText('Sent: version 1').waitFor();

	expect(await omar.page.locator('main').innerText()).not.toContain(planted.comment.text);
	await go(page, '/en/desk/reviews');
	await page.getByRole('heading', { name: 'Done' }).waitFor();
	await go(page, `/en/desk/reviews/${story.application}`);
	await page.getByText('Sent: version 2').waitFor();
	expect(await page.locator('main').innerText()).not.toContain(planted.second.text);
}

/** Sami from outside, in Arabic, and Nadia of the desk declare a conflict. */
export async function twoDeclareConflicts(story: Story): Promise<void> {
	const { nadia, sami: { page } } = story.cast;
	await go(page, '/ar/desk/reviews');
	await page.getByText(planted.told.text).waitFor();
	expect(await look(page)).toEqual(clean);
	await go(page, `/ar/desk/reviews/${story.application}`);
	await page.getByRole('button', { name: 'لديّ تضارب' }).click();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'التصريح بالتضارب وإنهاء الوصول' }).click();
	await page.getByText('تم التصريح بالتضارب').waitFor();
	await page.getByText('تضارب مصالح: بلا وصول').waitFor();
	const shown = await page.locator('main').innerText();
	sure(await takeRole(nadia.link, story.application, 'conflict'));

	for (const { text } of [planted.happened, planted.told]) expect(shown).not.toContain(text);
	expect(await story.doors()).toEqual(shut);
}

/** Amina compares once her own review is in, and ends the access of Rosa. */
export async function officerCompares(story: Story): Promise<void> {
	const { rosa, amina: { page } } = story.cast;
	await anew(page, `${desk}/${story.application}/reviews`);
	await expect.poll(() => page.getByText('Conflict of interest: no access').count()).toBe(2);
	await page.getByText('Withheld until your review is in: 2').waitFor();
	expect(await page.locator('main').innerText()).not.toMatch(new RegExp(`${planted.comment.text}|${planted.second.text}`));
	await page.getByRole('button', { name: 'I review it' }).click();
	await score(page, { Need: '1', Effect: '3' });
	await page.getByRole('button', { name: 'Send the review' }).click();
	for (const { text } of [planted.comment, planted.second]) await page.getByText(text).waitFor();
	const rowOfNeed = async (): Promise<string | undefined> => (await page.locator('table tr').allInnerTexts()).map((row) => row.replaceAll(/\s+/g, ' ')).find((row) => row.startsWith('Need'));
	await expect.poll(rowOfNeed).toContain('far apart: talk');
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'End access Rosa' }).click();
	await page.getByRole('button', { name: 'End access', exact: true }).click();
	await page.getByText('The access has ended.').waitFor();
	await go(rosa.page, '/en/desk/grants');
	await go(rosa.page, `/en/desk/reviews/${story.application}`);
	await rosa.page.getByText('Access has ended').waitFor();

	expect(await rosa.page.locator('main').innerText()).not.toContain(planted.happened.text);
}

/** What `doors` gives back from then on. */
export const shut = {
	others: [[200, 200, 200, 200, 200], [200]],
	officer: ['conflict', 'conflict', 'not-found', 'not-found', { records: [], more: false }, undefined],
	reviewer: [404, 404, 404, 404, 404, 404]
};
