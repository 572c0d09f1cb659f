import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOf, seize } from '../attacks/seizure.ts';
import { patternsOf, tracesIn } from '../attacks/traces.ts';
import { go } from '../circle-steps.ts';
import { sure } from '../desk-officers.ts';
import { anew, keepFile, move, onDay, publishCall, writeCall } from '../desk-steps.ts';
import { firstInstalmentIsRerouted, secondInstalmentIsPaid } from './grant/paying.ts';
import { answersWithPapers, applies, approves, refereeAnswers, reports } from './grant/phones.ts';
import { invitesThree, officerCompares, shut, twoDeclareConflicts, twoReview } from './grant/reviewing.ts';
import { amounts, answers, awardedOn, desk, planted, quarter, slug, Story } from './grant/story.ts';
import { ask } from './http.ts';
import { clean, look } from './look.ts';

// One story, in its order: each test goes on where the one before has ended.
let story: Story;

beforeAll(async () => {
	story = await Story.begin();
});

afterAll(() => story[Symbol.asyncDispose]());

test('staff write a call, are told what is missing, keep a draft and publish it', async () => {
	const { page } = story.cast.amina;
	await go(page, '/en/desk/grants');
	await page.getByLabel('Circle whose desk this is').selectOption({ label: 'Grants desk' });
	await page.getByText('This circle has no call yet.').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('link', { name: 'New call' }).click();
	await page.getByRole('button', { name: 'Go on to publish' }).click();
	await page.getByText('Not ready to be published (3)').waitFor();
	expect(await look(page)).toEqual(clean);
	await writeCall(page, { title: 'Rapid support', summary: 'For defenders who are threatened.', slug });
	await page.getByRole('button', { name: 'Add a question that tells at once' }).click();
	await page.locator('#eligibility-0').fill('Does the risk come from work for human rights?');
	await page.getByText('Not ready to be published (1)').waitFor();
	expect([await page.locator('#eligibility-0').getAttribute('aria-invalid'), await page.locator('#otherwise-0').getAttribute('aria-invalid')]).toEqual([null, 'true']);
	await page.locator('#otherwise-0').fill('This call is for defenders of human rights.');
	for (const [at, name] of ['Need', 'Effect'].entries()) {
		await page.getByRole('button', { name: 'Add a criterion' }).click();
		await page.locator('fieldset').filter({ hasText: `Criterion ${at + 1}` }).getByLabel('Criterion').fill(name);
	}
	await page.getByLabel('Weight').first().fill('2');
	await page.getByLabel('You write in').selectOption('ar');
	await page.getByLabel('Title', { exact: true }).fill('دعم عاجل');
	await page.getByRole('button', { name: 'Save the draft for the circle' }).click();
	await page.getByText('The draft is saved.').waitFor();
	await page.getByRole('heading', { level: 1, name: 'Draft of a call' }).waitFor();
	await expect.poll(() => page.getByLabel('Title', { exact: true }).inputValue()).toBe('دعم عاجل');
	await go(page, '/en/desk/grants');
	await page.getByRole('link', { name: 'Rapid support' }).click();
	await page.getByRole('button', { name: 'Go on to publish' }).click();
	await page.getByText('Everything in this call becomes public').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Back' }).click();
	await publishCall(page, 'Rapid support', 'Payers');

	await page.waitForURL((url) => url.pathname === `${desk}/call`);
	expect(await look(page)).toEqual(clean);
	await go(page, '/en/desk/grants');
	await page.getByText('Waiting for us: 0').waitFor();
	expect(await page.getByRole('heading', { name: 'Drafts' }).count()).toBe(0);
});

test('a defender with an old phone and a slow line applies in Arabic, loses the connection and keeps twelve words', () => applies(story));

test('an officer takes it in, reads all but how to pay and asks; the applicant reads that on her phone and answers with papers', async () => {
	await story.ground.desks.applied(slug, { answers });
	const { page } = story.cast.amina;
	await go(page, desk);
	await page.getByRole('link', { name: 'مختلَق للاختبار' }).first().waitFor();
	await expect.poll(() => page.locator('main ol > li').count()).toBe(2);
	expect(await look(page)).toEqual(clean);
	await go(page, `${desk}/${story.application}`);
	await page.getByRole('heading', { level: 1, name: 'Application' }).waitFor();
	for (const { text } of [planted.happened, planted.room, planted.name, planted.paper]) await page.getByText(text).first().waitFor();
	const shown = await page.locator('main').innerText();
	for (const { text } of [planted.happened, planted.room, planted.name, planted.paper]) expect(shown).toContain(text);
	expect(shown).not.toContain(planted.way.text);
	expect(await keepFile(page, 'Keep')).toBe(planted.paper.text);
	await move(page, 'Take it in');
	await page.getByRole('button', { name: 'I work on it' }).click();
	await page.getByText('You are working on it.').waitFor();
	await move(page, 'Ask the applicant', () => page.getByLabel('Question to the applicant').fill(planted.question.text));
	await page.getByText('Waiting for the applicant').first().waitFor();
	await page.getByText(planted.question.text).waitFor();
	expect(await look(page)).toEqual(clean);
	expect(await story.told()).toEqual({ state: 'more-information', texts: [planted.question.text] });
	await answersWithPapers(story);
});

test('another officer finds what is unread, sees its files in a closed frame, and takes the answer', async () => {
	const { page } = story.cast.luis;
	await go(page, desk);
	await page.getByText('Unread').first().waitFor();
	await page.getByLabel('Search in what was opened').fill('canary-TWO-men');
	await page.getByLabel('With unread messages').check();
	await page.locator('main ol a').first().click();
	await page.getByText(planted.answer.text).waitFor();
	const thread = page.locator('section[aria-labelledby=thread]');
	await thread.getByRole('button', { name: `Show here ${planted.file.text}` }).click();
	await thread.locator('iframe[sandbox=""]').waitFor();
	const shown = page.frameLocator('section[aria-labelledby=thread] iframe').locator('body');
	// A frame is empty before it has what it is for.
	await expect.poll(async () => (await shown.innerText()).trim()).toBe(planted.content.text);
	await thread.getByRole('button', { name: 'Show here door.jpg' }).click();
	await page.locator('iframe[sandbox=""][title]').waitFor();
	expect(await look(page)).toEqual(clean);

	expect(await keepFile(page, `Keep on this device ${planted.file.text}`)).toBe(planted.file.text);
	await move(page, 'The answer is here');
});

test('a referee is asked what the applicant approved on her phone, by a link of that alone', async () => {
	const { page } = story.cast.amina;
	await anew(page, `${desk}/${story.application}/references`);
	await page.getByText('Nobody has been asked yet.').waitFor();
	await page.getByLabel('Whom the applicant named').selectOption({ label: planted.referee.text });
	await page.getByRole('button', { name: 'Ask the applicant whether we may' }).click();
	await page.getByRole('alert').waitFor();
	await page.getByLabel('Questions, one a line').fill(`${planted.asked.text}\n\n${planted.struck.text}\n`);
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Ask the applicant whether we may' }).click();
	await page.getByText('The applicant was asked and has not answered yet.').waitFor();
	const early = await page.getByRole('button', { name: 'Make the link' }).count();
	const shown = await approves(story);

	expect([early, shown.match(/مشطوب/g)?.length]).toEqual([0, 1]);
	expect(shown).toContain(planted.referee.text);
	await anew(page, `${desk}/${story.application}/references`);
	await page.getByText('Approved. A link can be made.').waitFor();
	await page.getByLabel('The link can be answered for').selectOption('3');
	await page.getByRole('button', { name: 'Make the link' }).click();
	story.link = await page.getByLabel('The link', { exact: true }).inputValue();
	await page.getByRole('button', { name: 'Show it as a QR code' }).click();
	await page.getByRole('img', { name: 'QR code of the link' }).waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'I have handed it over' }).click();
	await page.getByText('The link was handed over.').waitFor();
	expect(story.link).toMatch(new RegExp(`^${story.ground.server.origin}/ar/refer#[\\w-]{22}\\.[\\w-]{22}$`));
	await page.getByText('Do not send it through a channel that may be watched').waitFor();
});

test('the referee’s page weighs at most 100 KB in 12 requests, shows the questions and nothing of the applicant, and answers once', async () => {
	await refereeAnswers(story);
	const { page } = story.cast.amina;
	await anew(page, `${desk}/${story.application}/references`);
	await page.getByText('Answered. The answer was signed by this link.').waitFor();
	for (const { text } of [planted.referee, planted.asked, planted.known]) await expect.poll(() => page.locator('main').innerText()).toContain(text);
	expect(await look(page)).toEqual(clean);
});

test('an officer sees exactly what is handed over and invites three people whom she knows to one application', () => invitesThree(story));

test('two reviewers declare, read the core and nothing else, and send what they think without seeing each other’s', () => twoReview(story));

test('whoever declares a conflict, an officer or in Arabic somebody from outside, is shown nothing at any door', () => twoDeclareConflicts(story));

test('the officer sees the conflicts, compares once her own review is in, and ends an access', () => officerCompares(story));

test('what was sent twice is found, marked and unmarked; on hold nothing can be written to the applicant', async () => {
	const { page } = story.cast.amina;
	await anew(page, `${desk}/${story.application}`);
	await page.getByRole('link', { name: 'Reads much like others?' }).click();
	await page.getByText('Reads much like this one: 100%').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Mark as a possible duplicate of this one' }).click();
	await page.getByText('Marked as a possible duplicate of another application.').waitFor();
	await page.getByRole('button', { name: 'Take the mark back' }).click();
	await page.getByRole('button', { name: 'Mark as a possible duplicate of this one' }).waitFor();
	await page.getByRole('link', { name: 'To the application' }).click();
	const workers = page.getByRole('group', { name: 'Who works on it' });
	await expect.poll(() => workers.getByLabel('you').isChecked()).toBe(true);
	await workers.getByLabel('Luis').check();
	await page.getByRole('button', { name: 'Save who works on it' }).click();
	await page.getByText('It is saved who works on it.').waitFor();
	await page.getByRole('button', { name: 'Hold for safety' }).click();
	await page.getByText('All clocks stop, and nothing is sent').waitFor();
	expect(await page.getByLabel('Message to the applicant').count()).toBe(0);
	await page.getByRole('button', { name: 'Hold for safety' }).click();
	await page.getByText('On safety hold nothing is sent to the applicant.').waitFor();
	expect(await page.getByLabel('Write to the applicant').count()).toBe(0);
	expect(await look(page)).toEqual(clean);
	await move(page, 'Release the hold');
	await page.getByLabel('Write to the applicant').waitFor();
	await go(page, desk);
	await page.getByLabel('Assigned to').selectOption({ label: 'Me' });
	await page.getByText('Shown: 1. Hidden by filters: 1.').waitFor();
});

test('two award the same amount, the applicant is told, and it is handed over once she has agreed', async () => {
	const { page } = story.cast.luis;
	await anew(page, `${desk}/${story.application}`);
	await page.getByText('Questions agreed to: 1').waitFor();
	await move(page, 'Bring it to a decision');
	await page.getByRole('button', { name: 'Award', exact: true }).click();
	await page.getByLabel('Amount awarded').fill('3718.53');
	await page.getByLabel('Currency').selectOption('EUR');
	await page.getByLabel('Rate: how much').fill('0.0067');
	await page.getByLabel('Where the rate comes from').fill(planted.rateSource.text);
	await page.getByLabel('Day of the rate').fill('2026-11-20');
	await page.getByLabel('Region of the world').selectOption('africa');
	await page.getByLabel('Reason').selectOption('fits');
	await page.getByRole('button', { name: 'Add an instalment' }).click();
	await page.getByLabel('Instalment 1: amount').fill('3000');
	await page.getByRole('button', { name: 'Propose: Award' }).click();
	await page.getByText('The instalments do not add up').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Add an instalment' }).click();
	await page.getByLabel('Instalment 2: amount').fill('718.53');
	await page.getByRole('button', { name: 'Propose: Award' }).click();
	await page.getByText('You proposed: Award.').waitFor();
	expect(await look(page)).toEqual(clean);

	const second = story.cast.amina.page;
	await anew(second, `${desk}/${story.application}`);
	await second.getByText('proposes: Award').waitFor();
	await onDay(second, awardedOn, () =>
		move(second, 'Award', async () => {
			await second.getByText('You agree to this award exactly as it stands').waitFor();
			expect(await second.locator('section[aria-labelledby=moves] form').getByText('EUR 3,718.53').count()).toBe(1);
			await second.getByLabel('Message to the applicant').fill('We can help you.');
		})
	);
	// What has happened is read anew after each move.
	await expect.poll(() => second.locator('section[aria-labelledby=history] li').count()).toBeGreaterThanOrEqual(6);
	expect(await story.told()).toEqual({ state: 'awarded', texts: [planted.question.text, planted.answer.text, '', '', 'We can help you.'] });
	await move(second, 'The award is agreed');
	await second.getByRole('link', { name: 'Money and report' }).click();
	await second.getByText('Nothing of what was written goes along').waitFor();
	expect(await look(second)).toEqual(clean);
	await second.getByRole('button', { name: 'Hand over to the payers' }).click();
	await second.getByText('Handed over.', { exact: true }).waitFor();
});

test('payers take it in with the risk of the way before them; two approve, and what fails goes another way after two more', () => firstInstalmentIsRerouted(story));

test('the deciders see what arrived and not by which way, what the call has left, and the rest when it is paid', async () => {
	const { page } = story.cast.luis;
	await anew(page, `${desk}/${story.application}/money`);
	await page.getByText('Received: EUR 2,990').waitFor();
	expect(await page.locator('main').innerText()).not.toMatch(new RegExp(`Mobile money|${planted.payee.text}`));
	await page.getByRole('link', { name: 'Money of this call' }).click();
	await page.getByLabel('Budget of this call').fill('646464640.64');
	await page.getByRole('button', { name: 'Keep the budget' }).click();
	await page.getByText('The budget is kept.').waitFor();
	const totals = async (): Promise<string[]> => (await page.locator('.totals dd').allInnerTexts()).map((text) => text.replaceAll('\u00a0', ' '));
	await expect.poll(totals).toEqual(['EUR 646,464,640.64', 'EUR 3,718.53', 'EUR 3,000', 'EUR 646,460,922.11']);
	expect(await look(page)).toEqual(clean);
	await secondInstalmentIsPaid(story);
	await anew(page, `${desk}/${story.application}/money`);

	await page.getByText('Received: EUR 718.53').waitFor();
	await page.getByText('Received: EUR 2,990').waitFor();
});

test('the applicant reports on her phone, and only then the application is closed', async () => {
	const { page } = story.cast.luis;
	await anew(page, `${desk}/${story.application}`);
	await move(page, 'Payment has begun');
	await move(page, 'Ask for the report', () => page.getByLabel('Message to the applicant').fill('How did it go?'));
	await page.getByRole('button', { name: 'Close', exact: true }).click();
	await page.locator('section[aria-labelledby=moves] form').getByRole('button', { name: 'Close', exact: true }).click();
	await page.getByText('This grant has no report yet.').waitFor();
	await reports(story);
	await anew(page, `${desk}/${story.application}/money`);
	await page.getByText(planted.used.text).waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Keep the report' }).click();
	await page.getByText('The report is kept.').waitFor();
	await page.getByRole('link', { name: 'To the application' }).click();
	await move(page, 'Close');

	await expect.poll(async () => (await story.opened()).state).toBe('done');
	expect(await story.doors()).toEqual(shut);
});

test('one grant alone is held back; among ten others it is published, and what is published tells of none', async () => {
	const { page } = story.cast.amina;
	const { desks } = story.ground;
	const [nadia, noor] = [await desks.again(story.cast.nadia), await desks.again(story.cast.noor)];
	const call = sure(await nadia.desk.call(slug)).state;
	const grant = (on: string): Promise<void> => desks.awarded([nadia, noor], { call, answers, on, region: 'asia', amountMinor: 200_000 });
	await grant(new Date().toISOString().slice(0, 10));
	await anew(page, '/en/desk/grants/publishing');
	await page.getByText('Nothing can be published yet').waitFor();
	await page.getByText(`Awarded after ${quarter}: 1`).waitFor();
	await page.getByText('Held back: 1').waitFor();
	expect(await page.getByRole('button', { name: 'Publish these sums' }).count()).toBe(0);
	expect(await look(page)).toEqual(clean);
	for (let others = 0; others < 10; others++) await grant(awardedOn);
	await anew(page, '/en/desk/grants/publishing');
	await page.getByRole('button', { name: 'Publish these sums' }).click();
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Publish for good' }).click();
	await page.getByText('Published.', { exact: true }).waitFor();
	await page.getByText('Published before: 11').waitFor();
	expect(await page.getByRole('button', { name: 'Publish these sums' }).count()).toBe(0);

	const files = await Promise.all(['csv', 'json', 'xml'].map((kind) => ask(`${story.ground.server.origin}/open-data/grants.${kind}`)));
	const others = await Promise.all(['/open-data/grants-signed.json', '/en/grants/open-data', '/ar/grants/open-data'].map((path) => ask(`${story.ground.server.origin}${path}`)));
	const [csv, json, xml] = files.map(({ text }) => text);
	const { grants } = JSON.parse(json ?? '') as { readonly grants: readonly { readonly amountAwarded: number; readonly awardDate: string; readonly recipientIndividual: { readonly name: string } }[] };
	expect(csv?.trim().split('\r\n')).toEqual(['from,to,region,grants,amount,currency', `${quarter},${quarter},together,11,23000.00,EUR`]);
	expect(grants.map(({ amountAwarded, awardDate, recipientIndividual }) => [amountAwarded, awardDate, recipientIndividual.name])).toEqual([[23_000, awardedOn, 'Individual Recipient']]);
	expect(xml?.match(/<value [^>]*>[^<]*/g)?.map((value) => value.replace(/<[^>]*>/, ''))).toEqual(['23000']);
	expect(others[1]?.text).toMatch(/11[^]*23,000/);
	const patterns = patternsOf([...Object.values(planted), { what: 'the application', text: story.application }]);
	for (const { status, body, text } of [...files, ...others]) expect([status, tracesIn(body, 'a file', patterns), /africa|3[,.]?718|371853/i.test(text)]).toEqual([200, [], false]);
});

test('whoever seizes the running server finds nothing of all that', { timeout: 900_000 }, async () => {
	const secret = { what: 'the secret of a link', text: story.link.slice(-22) };
	const paper = { what: 'three words of the receipt', text: story.words.slice(0, 3).join(' ') };
	const inArabic = { what: 'what has happened, in Arabic', text: 'ينتظر رجلان أمام المكتب منذ الثلاثاء' };

	expect(await seize(story.ground.server, [...Object.values(planted), ...amounts, secret, paper, inArabic], { address: databaseOf(story.ground.server.dataDir) })).toEqual([]);
});
