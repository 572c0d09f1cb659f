import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newReceipt, secretWords, type Receipt } from '#vault';
import { fetchCall } from '#lib/grants/client/call.ts';
import { lineTo, type Line } from '#lib/grants/client/line.ts';
import { openReceipt } from '#lib/grants/client/opening.ts';
import { sealApplication } from '#lib/grants/client/sealing.ts';
import { parcelOf, sendParcel } from '#lib/grants/client/sending.ts';
import type { Answers } from '#lib/grants/form.ts';
import { steps, openWithWords } from '../applying-steps.ts';
import { databaseOf, seize } from '../attacks/seizure.ts';
import type { Canary } from '../attacks/traces.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';
import { lookAt } from './look.ts';

// One story, in its order: each test goes on where the one before has ended.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let pia: Person;
let pol: Person;
let line: Line;
let receipt: Receipt;
let application: string;

const slug = 'rapid-support';
const desk = `/en/desk/grants/${slug}`;
const nothing = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

/** What officers, payers and the applicant confide about money, each in no other place. */
const planted = {
	awarded: { text: '71,418,537.53' },
	rateSource: { what: 'where a rate comes from', text: 'Canary-Exchange-Office' },
	sent: { text: '1,191,837.46' },
	why: { what: 'why a payment failed', text: 'Canary-The-Branch-Was-Closed' },
	payee: { what: 'a changed way to be paid', text: 'Canary-Number-Of-A-Sister' },
	checked: { what: 'how a change was checked', text: 'Canary-Asked-By-The-Lawyer' },
	used: { what: 'what a report says', text: 'Canary-We-Changed-The-Locks' },
	budget: { text: '646,464,640.64' }
} satisfies Record<string, Canary | Pick<Canary, 'text'>>;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	line = lineTo(server.origin, { origin: server.origin });
	amina = await joined(browser, firstLink(server), 'Amina');
	const deciding = await makeCircle(amina.page, { name: 'Grants desk', purpose: 'Reads what comes in.' });
	luis = await entered('Luis', deciding);
	const paying = await makeCircle(amina.page, { name: 'Payers', purpose: 'Pays.' });
	pia = await entered('Pia', paying);
	pol = await entered('Pol', paying);
}, 300_000);

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

async function entered(name: string, circle: string): Promise<Person> {
	const person = await joined(browser, await inviteInto(amina.page, circle), name);
	await go(person.page, circle);
	await letIn(amina.page, name);
	await go(person.page, '/en/circles');
	await person.page.getByText('You are invited').waitFor();
	await accept(person.page, circle);
	return person;
}

/** Looks in a tab as small and dark as it leaves it, and makes it large and light again. */
async function look(page: Page): Promise<unknown> {
	const found = await lookAt(page);
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 1280, height: 720 });
	// Of a box to tick the label around it is what is pressed.
	return { ...found, lowTargets: found.lowTargets.filter((target) => !/type="(?:radio|checkbox)"/.test(target)) };
}

/** Opens a page anew, as somebody does who comes back to it. */
async function anew(page: Page, path: string): Promise<void> {
	await go(page, '/en/circles');
	await go(page, path);
}

async function move(page: Page, name: string): Promise<void> {
	await page.getByRole('button', { name, exact: true }).click();
	await page.locator('section[aria-labelledby=moves] form').getByRole('button', { name, exact: true }).click();
	await page.getByText('Done.', { exact: true }).waitFor();
}

test('a call whose payments another circle makes is published, and somebody applies', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await go(page, '/en/desk/grants');
	await page.getByLabel('Circle whose desk this is').selectOption({ label: 'Grants desk' });
	await page.getByRole('link', { name: 'New call' }).click();
	await page.getByLabel('Title', { exact: true }).fill('Rapid support');
	await page.getByLabel('Summary', { exact: true }).fill('For defenders who are threatened.');
	await page.getByLabel('Address', { exact: true }).fill(slug);
	await page.getByRole('button', { name: 'Go on to publish' }).click();
	await page.locator('#payee').selectOption({ label: 'Payers' });
	await page.getByRole('button', { name: 'Publish for everybody' }).click();
	await page.getByRole('heading', { level: 1, name: 'Rapid support' }).waitFor();

	const answers: Answers = { situation: { kind: 'text', text: 'Made up for a test: they come at night.' }, need: { kind: 'choices', chosen: ['safety'] }, amount: { kind: 'amount', amountMinor: 9_000_000, currency: 'KES' }, who: { kind: 'text', text: 'A made-up name' }, 'money-way': { kind: 'text', text: 'By a bank in the next town' } };
	receipt = await newReceipt();
	const found = await fetchCall(line, slug, undefined);
	if (!found.ok) throw new Error(found.reason);
	const whole = await sealApplication({ call: found.call.state, language: 'ar', role: 'self', answers, files: {}, receipt, second: null, now: new Date() });
	({ application } = whole);
	expect(await sendParcel(line, await parcelOf(whole, { slug, late: undefined, receipt }))).toEqual({ ok: true });
});

test('two award the same amount, and hand it over once the applicant has agreed', { timeout: 300_000 }, async () => {
	const { page } = luis;
	await go(page, `${desk}/${application}`);
	await move(page, 'Take it in');
	await move(page, 'Bring it to a decision');
	await page.getByRole('button', { name: 'Award', exact: true }).click();
	await page.getByLabel('Amount awarded').fill(planted.awarded.text);
	await page.getByLabel('Currency').selectOption('EUR');
	await page.getByLabel('Rate: how much').fill('0.0067');
	await page.getByLabel('Where the rate comes from').fill(planted.rateSource.text);
	await page.getByLabel('Day of the rate').fill('2026-11-20');
	await page.getByLabel('Region of the world').selectOption('africa');
	await page.getByLabel('Reason').selectOption('fits');
	await page.getByRole('button', { name: 'Add an instalment' }).click();
	await page.getByLabel('Instalment 1: amount').fill('71000000');
	await page.getByRole('button', { name: 'Propose: Award' }).click();
	await page.getByText('The instalments do not add up').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'Add an instalment' }).click();
	await page.getByLabel('Instalment 2: amount').fill('418537.53');
	await page.getByRole('button', { name: 'Propose: Award' }).click();
	await page.getByText('You proposed: Award.').waitFor();

	await go(amina.page, `${desk}/${application}`);
	await amina.page.getByRole('button', { name: 'Award', exact: true }).click();
	await amina.page.getByText('You agree to this award exactly as it stands').waitFor();
	expect(await amina.page.locator('section[aria-labelledby=moves] form').getByText('EUR 71,418,537.53').count()).toBe(1);
	await amina.page.locator('section[aria-labelledby=moves] form').getByRole('button', { name: 'Award', exact: true }).click();
	await amina.page.getByText('Done.', { exact: true }).waitFor();
	await move(amina.page, 'The award is agreed');
	await amina.page.getByRole('link', { name: 'Money and report' }).click();
	await amina.page.getByText('Nothing of what was written goes along').waitFor();
	expect(await look(amina.page)).toEqual(nothing);
	await amina.page.getByRole('button', { name: 'Hand over to the payers' }).click();
	await amina.page.getByText('Handed over.', { exact: true }).waitFor();
});

test('payers take it in with the risk of the way before them; two approve, and what fails goes another way after two more', { timeout: 240_000 }, async () => {
	const { page } = pia;
	await go(page, '/en/desk/payments');
	await page.getByRole('heading', { name: 'Handed over, and not taken in yet' }).waitFor();
	await page.getByRole('button', { name: 'Take it in' }).click();
	await page.getByLabel('Way').selectOption('bank');
	await page.getByText('it stays in their books for years').waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'Take it in' }).click();
	await page.getByRole('heading', { name: 'To approve' }).waitFor();
	await page.getByRole('link', { name: 'EUR 71,418,537.53' }).click();
	await page.getByRole('button', { name: 'Open what the applicant wrote' }).click();
	await page.getByText('By a bank in the next town').waitFor();
	expect(await page.locator('main').innerText()).not.toContain('they come at night');
	const payment = new URL(page.url()).pathname;
	const first = (who: Person) => who.page.locator('section[aria-labelledby=instalments] li').first();
	const act = async (who: Person, name: string, fill: () => Promise<void> = () => Promise.resolve()): Promise<void> => {
		await first(who).getByRole('button', { name, exact: true }).click();
		await fill();
		await first(who).locator('form').getByRole('button', { name, exact: true }).click();
		await first(who).locator('form').waitFor({ state: 'detached' });
	};
	const openAnew = async (who: Person): Promise<void> => {
		await anew(who.page, '/en/desk/payments');
		await who.page.getByRole('link', { name: 'EUR 71,418,537.53' }).click();
		await who.page.waitForURL((url) => url.pathname === payment);
		await first(who).waitFor();
	};
	await act(pia, 'Approve');
	expect(await first(pia).getByRole('button', { name: 'Approve' }).count()).toBe(0);
	await openAnew(pol);
	await act(pol, 'Approve');
	await act(pol, 'It was sent', async () => {
		await pol.page.getByLabel('Amount that was sent').fill(planted.sent.text);
		await pol.page.getByLabel('Currency').selectOption('KES');
		await pol.page.getByLabel('Rate: how much').fill('144.1');
		await pol.page.getByLabel('Where the rate comes from').fill(planted.rateSource.text);
	});
	await act(pol, 'It failed', () => pol.page.getByLabel('Why it failed').fill(planted.why.text));
	await pol.page.getByRole('button', { name: 'Change how the money arrives' }).click();
	await pol.page.getByLabel('The new way to be paid').fill(planted.payee.text);
	await pol.page.getByLabel('How you made sure').fill(planted.checked.text);
	await pol.page.getByRole('button', { name: 'Ask a second person to confirm' }).click();
	await pol.page.getByRole('button', { name: 'Refuse the change' }).waitFor();
	expect(await pol.page.getByRole('button', { name: 'I checked it too' }).count()).toBe(0);
	expect(await look(pol.page)).toEqual(nothing);
	await anew(page, '/en/desk/payments');
	await page.getByRole('heading', { name: 'Failed' }).waitFor();
	await openAnew(pia);
	await page.getByRole('button', { name: 'I checked it too' }).click();
	await page.getByText('confirmed by').waitFor();
	await act(pia, 'Choose another way', async () => {
		await page.getByLabel('Way', { exact: true }).selectOption('mobile-money');
		await page.getByText('a phone that tells where it is').waitFor();
	});
	await act(pia, 'Approve');
	await openAnew(pol);
	await act(pol, 'Approve');
	await act(pol, 'It was sent', async () => {
		await pol.page.getByLabel('Amount that was sent').fill('5000');
		await pol.page.getByLabel('Currency').selectOption('EUR');
	});
	await act(pol, 'It has arrived', () => pol.page.getByLabel('Amount that arrived').fill('4990'));

	await first(pol).getByText('Received: EUR 4,990').waitFor();
	expect(await pol.page.locator('section[aria-labelledby=history] li').count()).toBe(12);
	await anew(pol.page, '/ar/desk/payments');
	await pol.page.getByRole('heading', { level: 1, name: 'المدفوعات' }).waitFor();
	expect(await look(pol.page)).toEqual(nothing);
});

test('the deciders see what arrived and not by which way, and what the call has left', { timeout: 300_000 }, async () => {
	const { page } = luis;
	await go(page, `${desk}/${application}/money`);
	await page.getByText('Received: EUR 4,990').waitFor();
	const shown = await page.locator('main').innerText();
	expect(shown).not.toMatch(/Mobile money|Canary-Number/);
	await page.getByRole('link', { name: 'Money of this call' }).click();
	await page.getByLabel('Budget of this call').fill(planted.budget.text);
	await page.getByRole('button', { name: 'Keep the budget' }).click();
	await page.getByText('The budget is kept.').waitFor();

	const totals = await page.locator('.totals dd').allInnerTexts();
	expect(totals.map((text) => text.replaceAll('\u00a0', ' '))).toEqual(['EUR 646,464,640.64', 'EUR 71,418,537.53', 'EUR 71,000,000', 'EUR 575,046,103.11']);
	expect(await look(page)).toEqual(nothing);
});

test('the applicant reports in three sentences, and only then the application is closed', { timeout: 300_000 }, async () => {
	const { page } = luis;
	await go(page, `${desk}/${application}`);
	await move(page, 'Payment has begun');
	await page.getByRole('button', { name: 'Ask for the report' }).click();
	await page.getByLabel('Message to the applicant').fill('How did it go?');
	await page.locator('section[aria-labelledby=moves] form').getByRole('button', { name: 'Ask for the report' }).click();
	await page.getByText('Done.', { exact: true }).waitFor();
	await page.getByRole('button', { name: 'Close', exact: true }).click();
	await page.locator('section[aria-labelledby=moves] form').getByRole('button', { name: 'Close', exact: true }).click();
	await page.getByText('This grant has no report yet.').waitFor();
	const phone = await (await browser.newContext({ viewport: { width: 390, height: 800 } })).newPage();
	await openWithWords(phone, `${server.origin}/en/receipt`, await secretWords(receipt.secret, 'en'), steps.en);
	await phone.getByLabel('What was the money used for?').fill(planted.used.text);
	await phone.getByRole('button', { name: 'Seal and send the report' }).click();
	await phone.locator('.applicant').getByText(planted.used.text).waitFor();
	expect(await phone.getByRole('heading', { name: 'A short report' }).count()).toBe(0);

	await anew(page, `${desk}/${application}/money`);
	await page.getByText(planted.used.text).waitFor();
	expect(await look(page)).toEqual(nothing);
	await page.getByRole('button', { name: 'Keep the report' }).click();
	await page.getByText('The report is kept.').waitFor();
	await page.getByRole('link', { name: 'To the application' }).click();
	await move(page, 'Close');

	const found = await openReceipt(line, receipt);
	expect(found.ok && found.opened.state).toBe('done');
});

test('one grant alone is held back from what could be published', { timeout: 300_000 }, async () => {
	const { page } = amina;
	await go(page, '/en/desk/grants/publishing');
	await page.getByText('Nothing can be published yet').waitFor();

	expect(await page.locator('main').innerText()).toMatch(/Awarded after \d{4}-Q\d: 1/);
	expect(await page.getByRole('button', { name: 'Publish these sums' }).count()).toBe(0);
	expect(await look(page)).toEqual(nothing);
});

test('whoever seizes the server finds nothing of amounts, ways, reasons, reports and budgets', { timeout: 600_000 }, async () => {
	// What is typed as an amount is kept in cents, so that is what would be found.
	const { rateSource, why, payee, checked, used } = planted;
	const minor = [7_141_853_753, 41_853_753, 64_646_464_064, 119_183_746].map((cents) => ({ what: 'an amount in cents', text: `"amountMinor":${cents}` }));
	expect(await seize(server, [rateSource, why, payee, checked, used, ...minor], { address: databaseOf(server.dataDir) })).toEqual([]);
});
