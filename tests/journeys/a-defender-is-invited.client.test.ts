import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionOf } from '../../src/lib/platform/db/database.ts';
import { databaseOf, seize } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, type Person } from '../circle-steps.ts';
import { canaries, pdfText, publicPathsWith } from '../invited.ts';
import { firstLink } from '../joining.ts';
import { phone, releaseBrake, throttled, weighing } from '../phone.ts';
import { startServer, type RunningServer } from '../server.ts';
import { clean, look, lookInAll, readyToLook } from './look.ts';

// One story, in its order: each test goes on where the one before has ended. Everybody in it is made up.
let server: RunningServer;
let browser: Browser;
let amina: Person;
let luis: Person;
let plan: string;
let logistics: string;
let link: string;
let words: string[];
let phones: BrowserContext;
let rosa: Page;

const slug = '2027-rooms-of-courage';
const inPublic = 'Rosa Madeup-In-Public';

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
	const { page } = amina;
	await go(page, '/en/desk/forums');
	await page.getByRole('button', { name: 'New forum' }).click();
	await page.getByLabel('Title of the forum').fill('Rooms of courage');
	await page.getByLabel('First day').fill('2027-10-12');
	await page.getByLabel('Last day').fill('2027-10-15');
	await page.getByLabel('Place').fill('A made-up town');
	await page.getByLabel('Time zone').fill('America/New_York');
	await page.getByLabel('Address').fill(slug);
	await page.getByRole('button', { name: 'Begin this plan' }).click();
	await page.waitForURL(/\/desk\/forums\/[\w-]{22}\/[\w-]{22}$/);
	await page.getByRole('heading', { level: 1 }).waitFor();
	plan = new URL(page.url()).pathname;
	await page.getByText('Title, days, place and standing').click();
	await page.getByLabel('Subject').fill('rooms in which one can speak');
	await page.getByRole('button', { name: 'Save for the circle' }).click();
	await page.getByText('Saved for the circle.').waitFor();
	phones = await browser.newContext(phone);
	await readyToLook(phones);
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

const row = (page: Page, name: string) => page.locator('details').filter({ has: page.locator('summary', { hasText: name }) });

/** The list anew, with one person of it open. */
async function openRow(page: Page, name: string): Promise<void> {
	await go(page, plan);
	await go(page, `${plan}/people`);
	await row(page, name).locator('summary').click();
}

test('a convenor drafts an invitation and brings a list, and what is wrong with a row is said before anything is kept', async () => {
	const { page } = amina;
	await page.getByRole('link', { name: 'Who is invited' }).click();
	await page.getByText('Nobody is invited yet').waitFor();
	// Before there is a circle that reads what guests need, nobody can be asked what they need.
	expect(await page.getByText('Invite somebody').count()).toBe(0);
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Make the logistics circle' }).click();
	await page.getByRole('link', { name: 'Journeys and safety' }).waitFor();
	await page.getByText('Invite somebody').click();
	await page.getByRole('button', { name: 'Draft the invitation' }).click();
	await page.getByText('Say who is meant').waitFor();
	await page.getByLabel('Name, as you call them').fill(canaries.called.text);
	await page.getByLabel('How you reach them').fill(canaries.reach.text);
	await page.getByLabel('Your words to them (optional)').fill(canaries.letter.text);
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Draft the invitation' }).click();
	await page.getByText('Drafted: 1.').waitFor();

	await page.getByText('Bring a list from a spreadsheet').click();
	await page.getByLabel('The file').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(`Name,Role\n${canaries.listed.text},observer\n${canaries.called.text},\nSomebody,queen\n`) });
	await page.getByText('Can be invited: 1 of 3.').waitFor();
	expect(await look(page)).toEqual(clean);
	const told = await page.locator('ol').innerText();
	await page.getByRole('button', { name: 'Draft 1 invitations' }).click();
	await row(page, canaries.listed.text).waitFor();

	expect(told).toMatch(/invited already[^]*This role is not known/);
});

test('the link leads to nothing before another convenor has opened the letter and approved it', async () => {
	await openRow(amina.page, canaries.called.text);
	await row(amina.page, canaries.called.text).getByText('Another member of the circle has to approve it').waitFor();
	await openRow(luis.page, canaries.called.text);
	await row(luis.page, canaries.called.text).getByText(canaries.letter.text).waitFor();
	expect(await look(luis.page)).toEqual(clean);
	await row(luis.page, canaries.called.text).getByRole('button', { name: 'Approve the invitation' }).click();
	// Amina alone has said which circle receives what guests need: he cannot know that it is not her own.
	await row(luis.page, canaries.called.text).getByText('one convenor alone has said which circle').waitFor();
	expect(await look(luis.page)).toEqual(clean);
	const journeys = await amina.page.getByRole('link', { name: 'Journeys and safety' }).getAttribute('href');
	logistics = `/en/circles/${journeys?.split('/').at(-1) ?? ''}`;
	await go(amina.page, `${logistics}/members`);
	await amina.page.getByLabel('Whom', { exact: true }).selectOption({ label: 'Luis' });
	await amina.page.getByRole('button', { name: 'Add to this circle' }).click();
	await amina.page.getByText('Added. The person can read now').waitFor();
	await accept(luis.page, logistics);
	await openRow(luis.page, canaries.called.text);
	await row(luis.page, canaries.called.text).getByRole('button', { name: 'Approve the invitation' }).click();
	await row(luis.page, canaries.called.text).locator('summary').getByText('Approved').waitFor();

	await openRow(amina.page, canaries.called.text);
	const mine = row(amina.page, canaries.called.text);
	await mine.getByLabel('Language of the page').selectOption('ar');
	link = await mine.getByLabel('The link', { exact: true }).inputValue();
	expect(await look(amina.page)).toEqual(clean);
	const text = await mine.getByLabel('A text that says nothing more').inputValue();
	await mine.getByRole('button', { name: 'I have handed it over' }).click();
	await mine.locator('summary').getByText('Handed over').waitFor();

	expect(link).toMatch(new RegExp(`^${server.origin}/ar/invited#[\\w-]{22}$`));
	expect(text).not.toMatch(/forum|rights|defender|courage/i);
	const other = row(amina.page, canaries.listed.text);
	await other.locator('summary').click();
	await other.getByLabel('By which way, or through whom').fill(canaries.how.text);
	await other.getByRole('button', { name: 'Note it' }).click();
	await other.locator('summary').getByText('told on their behalf').waitFor();
});

test('a defender with an old phone opens it in Arabic, once, and answers with three names and what she allows', async () => {
	rosa = await throttled(phones);
	const weigh = weighing(rosa);
	await rosa.goto(link);
	await rosa.getByRole('button', { name: 'افتح الرسالة على هذا الجهاز' }).click();
	await rosa.getByText(canaries.letter.text).waitFor();
	await rosa.locator('.receipt li').nth(11).waitFor();
	const weight = await weigh();
	words = await rosa.locator('.receipt li .word').allInnerTexts();
	await rosa.getByRole('button', { name: 'اختم وأرسل' }).click();
	await rosa.getByText('قل أولاً هل ستأتي.').waitFor();
	await rosa.getByLabel('نعم', { exact: true }).check();
	await rosa.getByLabel('الاسم في القاعة').fill(canaries.room.text);
	await rosa.getByLabel('الاسم كما في جواز السفر').fill(canaries.passport.text);
	await rosa.getByLabel('يجوز أن يقرأ الجمهور أنني أشارك').check();
	await rosa.getByLabel('الاسم للجمهور').fill(inPublic);
	await rosa.getByLabel('المنظمة أو الصفة (يمكن تركها)').fill('مكتب مختلق');
	await rosa.getByLabel('تسجيل لصوتي').check();
	await rosa.getByText('ما تحتاج إليه كي تأتي').click();
	// She should have landed two days ago.
	await rosa.getByLabel('اليوم', { exact: true }).first().fill(twoDaysAgo);
	await rosa.getByLabel('الوقت هناك').first().fill('22:40');
	await rosa.getByLabel('رحلة طيران أو قطار أو معبر').first().fill(canaries.by.text);
	await rosa.getByLabel('حلال').check();
	await rosa.getByLabel('إمكانية الوصول والصحة').fill(canaries.access.text);
	await rosa.getByLabel('بمن نتصل إن حدث شيء').fill(canaries.emergency.text);
	await rosa.getByLabel('المنطقة التي تعيش أو تعمل فيها').selectOption({ label: 'أفريقيا' });
	await rosa.getByLabel('النوع الاجتماعي، بكلماتك').fill(canaries.gender.text);
	const preview = await rosa.locator('.preview').innerText();
	await rosa.getByRole('button', { name: 'اختم وأرسل' }).click();
	await rosa.getByText('وصل. لا يفتحه إلا الفريق الذي دعاك.').waitFor();
	await releaseBrake(rosa);

	expect(preview).toContain(inPublic);
	expect(preview).toContain('مكتب مختلق');
	expect(weight.hasWebAssembly).toBe(false);
	expect(weight.bytes, weight.lines).toBeLessThanOrEqual(100 * 1024);
	expect(weight.requests - 3, weight.lines).toBeLessThanOrEqual(12);
	// Fresh, and without a brake, it is looked at as others are.
	const page = await phones.newPage();
	await page.goto(link);
	await page.getByText(canaries.letter.text).waitFor();
	await expect.poll(() => page.getByLabel('الاسم في القاعة').inputValue()).toBe(canaries.room.text);
	expect(await lookInAll(page, 'ar')).toEqual([]);
	await page.close();
});

test('whoever has the link on another device is told what is said of an unknown one, and twelve words open it there', async () => {
	const context = await browser.newContext();
	await readyToLook(context);
	const page = await context.newPage();
	const said = async (address: string): Promise<string> => {
		await page.goto('about:blank');
		await page.goto(address);
		await page.getByRole('heading', { name: 'This link leads to nothing' }).waitFor();
		return page.locator('main').innerText();
	};
	const used = await said(link.replace('/ar/', '/en/'));
	expect(used).toBe(await said(`${server.origin}/en/invited#${'A'.repeat(22)}`));
	expect(await look(page)).toEqual(clean);

	await page.getByRole('button', { name: 'I have twelve words' }).click();
	await page.getByLabel('The twelve words').fill(words.join(' '));
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Open', exact: true }).click();
	await page.getByRole('heading', { name: 'Rooms of courage' }).waitFor();
	await expect.poll(() => page.getByLabel('Name in the room').inputValue()).toBe(canaries.room.text);
	expect(await look(page)).toEqual(clean);
	await context.close();
});

const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);

const pathsWith = (name: string): Promise<string[]> => publicPathsWith(server.origin, slug, name);

test('a convenor who would show more than she allows is refused in words, and what is released is what she saw', async () => {
	const { page } = amina;
	await openRow(page, canaries.called.text);
	await row(page, canaries.called.text).getByText(inPublic).waitFor();
	await expect.poll(() => row(page, canaries.called.text).innerText()).toMatch(new RegExp(`Comes[^]*${canaries.room.text}[^]*logistics circle[^]*recording of my voice`));
	expect(await look(page)).toEqual(clean);
	await go(page, plan);
	await page.getByText(/^People \(/).click();
	const person = page.locator('.about details details').filter({ has: page.locator('summary', { hasText: canaries.called.text }) });
	await person.locator('summary').click();
	await person.getByLabel('They are shown in public').check();
	await person.getByLabel('Name in public').fill('Her Whole Name');
	await page.getByRole('button', { name: /New item.*12 October/ }).click();
	const form = page.locator('.form');
	await form.getByLabel('Title', { exact: true }).fill('Opening words');
	await form.getByLabel('Begins', { exact: true }).fill('10:00');
	await form.getByLabel('Ends', { exact: true }).fill('11:00');
	await form.getByLabel('State', { exact: true }).selectOption('Confirmed');
	await form.getByLabel('Public.').check();
	await form.getByLabel('Add somebody').selectOption({ label: `\u2068${canaries.called.text}\u2069` });
	await form.getByLabel('Title', { exact: true }).focus();
	await form.getByRole('button', { name: 'Close' }).first().click();
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByText('allows other words than those in the plan').waitFor();
	expect(await page.getByRole('button', { name: /^Release version/ }).count()).toBe(0);
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Show them as they allow' }).click();
	await page.getByRole('button', { name: 'Release version 1 for everybody' }).click();
	await page.getByText('Version 1 is public now').waitFor();

	await expect.poll(() => pathsWith(inPublic)).toContain(`/en/forums/${slug}/agenda`);
	const shown = await pathsWith(inPublic);
	// Schedules and calendars name nobody; they are looked through all the same.
	for (const path of [`/en/forums/${slug}`, `/en/forums/${slug}/agenda`, `/ar/forums/${slug}/agenda`]) expect(shown).toContain(path);
	expect(await pathsWith('Her Whole Name')).toEqual([]);
});

test('who receives the guests has lists that this browser made, and nothing of them is for the public', async () => {
	const { page } = amina;
	await go(page, `${plan}/people`);
	await page.getByText('Balance at a glance').click();
	const balance = page.locator('details', { has: page.getByText('Balance at a glance') }).locator('tbody');
	await expect.poll(async () => (await balance.allInnerTexts()).map((rows) => rows.split(/\s*[\t\n]\s*/))).toEqual([['Africa', '1', '60', 'Nothing said', '1', '0'], [canaries.gender.text, '1', '60', 'Nothing said', '1', '0']]);
	expect(await look(page)).toEqual(clean);
	await page.getByRole('link', { name: 'Sheets for those who receive' }).click();
	// She, and one for whom it was told.
	await page.getByText('Who comes: 2').waitFor();
	const shown = await page.locator('main').innerText();
	expect(await look(page)).toEqual(clean);
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as CSV' }).click()]);
	const file = readFileSync(await download.path(), 'utf8');

	for (const { text } of [canaries.room, canaries.access, canaries.emergency, canaries.by]) expect([shown.includes(text), file.includes(text)]).toEqual([true, true]);
	expect(shown).toMatch(/Halal: 1[^]*/);
	expect(shown).toContain('No photographs');
	expect(await pathsWith('Canary')).toEqual([]);
});

test('whoever is on duty sees at once who has not been heard of, whom to call and when others are woken, and notes what she learns', async () => {
	const { page } = amina;
	// He came to compare the key, and does not see to journeys.
	await go(luis.page, `${logistics}/members`);
	await luis.page.getByText('Leave this circle').first().click();
	await luis.page.getByRole('button', { name: 'Leave this circle' }).click();
	await luis.page.waitForURL(/\/en\/circles$/);
	await go(page, '/en/desk/forums');
	await page.locator('li').filter({ hasText: 'Rooms of courage' }).getByText('Not heard of: 1').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.locator('h3').getByRole('link', { name: 'Rooms of courage' }).click();
	await page.getByRole('heading', { name: 'Not heard of: 1' }).waitFor();
	const alarm = page.locator('article');
	const told = await page.locator('main').innerText();
	expect(await lookInAll(page, 'en')).toEqual([]);
	await alarm.getByLabel('What happened').selectOption('I look after this for an hour');
	await alarm.getByRole('button', { name: 'Seal it for the circle' }).click();
	await alarm.getByText('Looked after until').waitFor();
	await alarm.getByLabel('What happened').selectOption('Prevented from attending');
	await alarm.getByLabel('Why').selectOption('not let out of the country');
	await alarm.getByLabel('How you know it').fill(canaries.held.text);
	expect(await look(page)).toEqual(clean);
	await alarm.getByRole('button', { name: 'Seal it for the circle' }).click();
	await page.getByText('Everybody who should have been heard of was').waitFor();
	await page.getByText('Nobody is on the way').waitFor();

	for (const { text } of [canaries.room, canaries.by, canaries.emergency, canaries.reach]) expect(told).toContain(text);
	expect(told).toMatch(/If nobody looks here before/);
	// The other convenor, who is not in that circle any more, learns that and not why; and has nothing left to send.
	await openRow(luis.page, canaries.called.text);
	const hers = row(luis.page, canaries.called.text);
	await hers.locator('summary').getByText('Prevented from attending').waitFor();
	expect(await hers.getByRole('button').allInnerTexts()).toEqual(['Withdraw the invitation']);
	expect(await luis.page.locator('main').innerText()).not.toContain(canaries.held.text);
	expect(await look(luis.page)).toEqual(clean);
	await luis.page.getByRole('link', { name: /Everything about this person/ }).first().click();
	await luis.page.getByRole('heading', { level: 1, name: canaries.called.text }).waitFor();
	expect(await luis.page.locator('main').innerText()).not.toContain(canaries.emergency.text);
	expect(await look(luis.page)).toEqual(clean);

	await page.locator('li').getByRole('link', { name: canaries.room.text }).click();
	await page.getByRole('heading', { level: 1, name: canaries.room.text }).waitFor();
	expect(await lookInAll(page, 'en')).toEqual([]);
	expect(await page.locator('main').innerText()).toMatch(new RegExp(`not let out of the country[^]*${canaries.passport.text}[^]*${canaries.emergency.text}[^]*${canaries.held.text}`));
	await page.getByLabel('What happened').selectOption('No longer prevented');
	await page.getByRole('button', { name: 'Seal it for the circle' }).click();
	await page.getByText('Noted.').waitFor();
	await page.getByLabel('What happened').selectOption('Reached: has arrived and is safe');
	await page.getByLabel('How you know it').fill(canaries.safe.text);
	await page.getByRole('button', { name: 'Seal it for the circle' }).click();
	await page.locator('dd').getByText('there', { exact: true }).waitFor();
	await page.getByRole('link', { name: 'Letter of invitation' }).click();
	await page.getByLabel('Words of the letter').waitFor();
	expect(await look(page)).toEqual(clean);
	const letter = pdfText(await page.pdf());
	expect(letter).toMatch(/We invite CANARY ROSA PASSPORT to Rooms of courage[^]*12\s+October 2027/);
	expect(letter).not.toMatch(/Leave now|Circles|public record|Save as PDF/);
});

test('at the door somebody is let in without a line, and a tab that was closed loses nothing', async () => {
	const { page, context } = amina;
	await page.getByRole('link', { name: 'Journeys and safety' }).click();
	await page.getByRole('link', { name: 'Journeys and safety' }).click();
	await page.getByRole('link', { name: 'At the door' }).click();
	await page.getByText('Here: 0 of 2').waitFor();
	expect(await lookInAll(page, 'en')).toEqual([]);
	await context.setOffline(true);
	await page.getByRole('button', { name: `Is here: \u2068${canaries.room.text}\u2069` }).click();
	await page.getByText('Here: 1 of 2').waitFor();
	await page.getByText('Not sent yet: 1').waitFor();
	await context.setOffline(false);
	await page.getByText('Not sent yet: 1').waitFor({ state: 'detached' });
	await page.getByText('Here: 1 of 2').waitFor();

	await page.getByRole('link', { name: 'Journeys and safety' }).click();
	await page.locator('li').filter({ hasText: canaries.room.text }).getByText('seen at the door').waitFor();
});

test('badges tell people with cameras what they may by a word, a colour and a pattern, in Arabic too, with all of a name and on paper', async () => {
	const { page } = amina;
	await page.getByRole('link', { name: 'Badges' }).click();
	await page.locator('.badge').nth(1).waitFor();
	expect(await lookInAll(page, 'en')).toEqual([]);
	const english = pdfText(await page.pdf({ preferCSSPageSize: true, printBackground: true }));
	await go(page, new URL(page.url()).pathname.replace('/en/', '/ar/'));
	await page.locator('.badge').nth(1).waitFor();
	const arabic = await page.locator('.badge').allInnerTexts();
	const fits = await page.locator('.name').evaluateAll((all) => all.map((one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight));

	expect(english).toMatch(/Sparrow/);
	expect(english.match(/No photographs/g)).toHaveLength(2);
	expect(english).not.toMatch(/Print or save|Ten on a sheet|Leave now|CANARY ROSA PASSPORT/);
	expect(arabic.join(' ')).toContain('ممنوع التصوير');
	expect(fits).toEqual([true, true]);
});

test('she takes it back an hour before the public day, and within a minute she is nowhere and nothing says so', async () => {
	const { page } = amina;
	await page.setViewportSize({ width: 1280, height: 900 });
	// Another version, so that there is more than one to be taken out of.
	await go(page, plan);
	await page.locator('.work button', { hasText: 'Opening words' }).focus();
	await page.keyboard.press('Shift+ArrowDown');
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByRole('button', { name: 'Release version 2 for everybody' }).click();
	await page.getByText('Version 2 is public now').waitFor();
	const sequence = async () => /SEQUENCE:\d+/.exec(await (await fetch(`${server.origin}/en/forums/${slug}/calendar.ics`)).text())?.[0];
	await expect.poll(sequence).toBe('SEQUENCE:1');

	await rosa.getByRole('button', { name: 'لا تُظهروني في أي مكان بعد الآن، فوراً' }).click();
	await rosa.getByText('وصل، وما هو علني يُظهر الآن أقل.').waitFor();
	const began = Date.now();
	await expect.poll(() => pathsWith(inPublic), { timeout: 60_000 }).toEqual([]);

	expect(Date.now() - began).toBeLessThan(60_000);
	// Calendars are told of no change, for there is none that they name.
	expect(await sequence()).toBe('SEQUENCE:1');
	const agenda = await (await fetch(`${server.origin}/en/forums/${slug}/agenda`)).text();
	expect(agenda).toContain('Opening words');
	expect(agenda).not.toMatch(/withdr|withheld|removed|no longer/i);
	const client = new pg.Client(connectionOf(databaseOf(server.dataDir)));
	await client.connect();
	const { rows } = await client.query<{ version: number; people: boolean }>(`select version, jsonb_path_exists(content, '$.items[*].people[*]') as people from forum_release order by version`);
	await client.end();
	expect(rows).toEqual([{ version: 1, people: false }, { version: 2, people: false }]);
	await go(page, plan);
	await page.getByRole('button', { name: 'Save and look at the release' }).click();
	await page.getByText('does not allow to be shown').waitFor();
});

test('whoever seizes the server finds nothing that convenors and guests confided', { timeout: 900_000 }, async () => {
	const released = { what: 'what was released', text: 'Opening words' };
	const secret = { what: 'the secret of the link', text: link.split('#')[1] ?? '' };
	const three = { what: 'three words of the guest', text: words.slice(0, 3).join(' ') };

	const traces = await seize(server, [...Object.values(canaries), secret, three, released], { address: databaseOf(server.dataDir) });

	expect([...new Set(traces.map(({ what }) => what))]).toEqual([released.what]);
});
