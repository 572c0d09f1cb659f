// What those do who pay.
import { expect } from 'vitest';
import { go } from '../../circle-steps.ts';
import { act, anew, instalments, openPayment } from '../../desk-steps.ts';
import { clean, look } from '../look.ts';
import { planted, type Story } from './story.ts';

const awarded = 'EUR 3,718.53';

/** Takes the award in; two approve the first instalment, which fails, goes another way after two more, and arrives. */
export async function firstInstalmentIsRerouted(story: Story): Promise<void> {
	const { pol, pia } = story.cast;
	const { page } = pia;
	await go(page, '/en/desk/payments');
	await page.getByRole('heading', { name: 'Handed over, and not taken in yet' }).waitFor();
	await page.getByRole('button', { name: 'Take it in' }).click();
	await page.getByLabel('Way').selectOption('bank');
	await page.getByText('it stays in their books for years').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Take it in' }).click();
	await page.getByRole('heading', { name: 'To approve' }).waitFor();
	const payment = await openPayment(page, awarded);
	await page.getByRole('button', { name: 'Open what the applicant wrote' }).click();
	await page.getByText(planted.way.text).waitFor();
	expect(await page.locator('main').innerText()).not.toContain(planted.happened.text);
	await act(pia, { name: 'Approve' });
	await expect.poll(() => instalments(page).first().getByRole('button', { name: 'Approve' }).count()).toBe(0);
	expect(await openPayment(pol.page, awarded)).toBe(payment);
	await act(pol, { name: 'Approve' });
	await act(pol, { name: 'It was sent' }, async () => {
		await pol.page.getByLabel('Amount that was sent').fill('1191837.46');
		await pol.page.getByLabel('Currency').selectOption('KES');
		await pol.page.getByLabel('Rate: how much').fill('397.3');
		await pol.page.getByLabel('Where the rate comes from').fill(planted.rateSource.text);
	});
	await act(pol, { name: 'It failed' }, () => pol.page.getByLabel('Why it failed').fill(planted.why.text));
	await pol.page.getByRole('button', { name: 'Change how the money arrives' }).click();
	await pol.page.getByLabel('The new way to be paid').fill(planted.payee.text);
	await pol.page.getByLabel('How you made sure').fill(planted.checked.text);
	await pol.page.getByRole('button', { name: 'Ask a second person to confirm' }).click();
	await pol.page.getByRole('button', { name: 'Refuse the change' }).waitFor();
	expect(await pol.page.getByRole('button', { name: 'I checked it too' }).count()).toBe(0);
	expect(await look(pol.page)).toEqual(clean);
	await anew(page, '/en/desk/payments');
	await page.getByRole('heading', { name: 'Failed' }).waitFor();
	await openPayment(page, awarded);
	await page.getByRole('button', { name: 'I checked it too' }).click();
	await page.getByText('confirmed by').waitFor();
	await act(pia, { name: 'Choose another way' }, async () => {
		await page.getByLabel('Way', { exact: true }).selectOption('mobile-money');
		await page.getByText('a phone that tells where it is').waitFor();
	});
	await act(pia, { name: 'Approve' });
	await openPayment(pol.page, awarded);
	await act(pol, { name: 'Approve' });
	await act(pol, { name: 'It was sent' }, async () => {
		await pol.page.getByLabel('Amount that was sent').fill('3000');
		await pol.page.getByLabel('Currency').selectOption('EUR');
	});
	await act(pol, { name: 'It has arrived' }, () => pol.page.getByLabel('Amount that arrived').fill('2990'));
	await instalments(pol.page).first().getByText('Received: EUR 2,990').waitFor();
	await expect.poll(() => pol.page.locator('section[aria-labelledby=history] li').count()).toBe(12);
	await anew(pol.page, '/ar/desk/payments');
	await pol.page.getByRole('heading', { level: 1, name: 'المدفوعات' }).waitFor();
	await expect.poll(async () => (await pol.page.locator('main li .quiet').innerText()).replaceAll('\u00a0', ' ')).toContain('وصل · ');
	expect(await look(pol.page)).toEqual(clean);
}

/** The second goes the new way, and arrives. */
export async function secondInstalmentIsPaid(story: Story): Promise<void> {
	const { pol, pia } = story.cast;
	await openPayment(pia.page, awarded);
	await act(pia, { at: 1, name: 'Choose another way' }, async () => {
		await pia.page.getByLabel('Way', { exact: true }).selectOption('mobile-money');
	});
	await act(pia, { at: 1, name: 'Approve' });
	await openPayment(pol.page, awarded);
	await act(pol, { at: 1, name: 'Approve' });
	await act(pol, { at: 1, name: 'It was sent' }, () => pol.page.getByLabel('Amount that was sent').fill('718.53'));
	await act(pol, { at: 1, name: 'It has arrived' }, () => pol.page.getByLabel('Amount that arrived').fill('718.53'));
	await instalments(pol.page).nth(1).getByText('Received: EUR 718.53').waitFor();
}
