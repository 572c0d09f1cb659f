import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { propositionsOf } from '#lib/statement/client/propositions.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, makeCircle, storedIn, type Person } from '../circle-steps.ts';
import { sure } from '../desk-officers.ts';
import { firstLink } from '../joining.ts';
import { begunRound, circleOf, roundOf, type RoundMember } from '../rounds.ts';
import { openLine, type Line } from '../line.ts';
import { freePort, startServer, type RunningServer } from '../server.ts';
import { adoptionOf, answers, releasedForum } from '../statements.ts';
import { clean, look, lookInAll, readyToLook } from './look.ts';

// One story, in its order: each test goes on where the one before has ended. People and sentences are made up.
let line: Line;
let server: RunningServer;
let browser: Browser;
let db: Db;
let amina: Person;
let samir: Person;
let others: RoundMember[];
let statements: string;
let draft: string;
let adoption: string;

const forum = '2027-a-made-up-forum';

beforeAll(async () => {
	const port = await freePort();
	line = await openLine(`http://localhost:${port}`);
	server = await startServer({ port, env: { PUBLIC_ORIGIN: line.origin } });
	browser = await openBrowser();
	db = openDatabase(databaseOf(server.dataDir), { connections: 2 });
	amina = await joined(browser, firstLink(server), 'Amina');
	const own = await makeCircle(amina.page, { name: 'Two of us', purpose: '' });
	samir = await joined(browser, await inviteInto(amina.page, own), 'Samir');
	const accounts = await db.selectFrom('account').select(['id', 'role']).execute();
	const accountOf = (isKeeper: boolean): string => accounts.find(({ role }) => (role === 'keeper') === isKeeper)?.id ?? '';
	others = await circleOf(db, line.origin, { members: 3 });
	const [first] = others;
	if (!first) throw new Error('Nobody.');
	statements = `/en/statements/${first.circle.id}`;
	let opened = first.circle;
	for (const [account, name] of [[accountOf(true), 'Amina'], [accountOf(false), 'Samir']] as const) opened = sure(await opened.add({ account, name })).circle;
	for (const { page } of [amina, samir]) {
		await go(page, '/en/circles');
		await page.getByText('You are invited').waitFor();
		await accept(page, `/en/circles/${first.circle.id}`);
	}
	opened = sure(await opened.refresh()).circle;
	sure(await opened.makeSteward(accountOf(true), true));
	await releasedForum(first, forum);
});

afterAll(async () => {
	await db.destroy();
	await browser.close();
	await server[Symbol.asyncDispose]();
	await line[Symbol.asyncDispose]();
});

const field = (page: Page, at: number) => page.locator('ol.note > li > textarea').nth(at);

/** Types a clause into the draft and says what it is. */
async function write(page: Page, at: number, { text, kind }: { readonly text: string; readonly kind: string }): Promise<void> {
	if (at > 0) await field(page, at - 1).press('Enter');
	await field(page, at).waitFor();
	await field(page, at).fill(text);
	await page.getByLabel(`What clause ${at + 1} is`).selectOption({ label: kind });
}

test('a draft is begun, written clause by clause, and whoever recommends is told what nobody could be held to', async () => {
	const { page } = amina;
	await go(page, statements.replace('/statements/', '/circles/'));
	await page.getByRole('link', { name: 'Common ground' }).click();
	await page.getByRole('link', { name: 'Write and adopt a statement' }).click();
	await page.getByText('No draft has been begun yet.').waitFor();
	expect(await look(page)).toEqual(clean);
	await page.getByLabel('Title').fill('What we ask for');
	await page.getByRole('button', { name: 'Begin this draft' }).click();
	await page.waitForURL(/#draft\/[\w-]{22}$/);
	draft = new URL(page.url()).hash;
	await write(page, 0, { text: 'We met for three days.', kind: 'Preamble' });
	await write(page, 1, { text: 'Rosa was followed on the way.', kind: 'Finding' });
	await write(page, 2, { text: 'Defenders are to be safe.', kind: 'Recommendation' });
	const told = await page.locator('.missing').innerText();
	await field(page, 2).fill('Parliament should repeal the law by June 2027.');
	await page.getByText('Says who should do what by when').waitFor();
	await page.getByText('Everything that you wrote has arrived.').waitFor();

	expect(told.split('\n')).toHaveLength(3);
	expect(await look(page)).toEqual(clean);
	await go(samir.page, statements + draft);
	await expect.poll(() => field(samir.page, 2).inputValue()).toBe('Parliament should repeal the law by June 2027.');
	expect(await lookInAll(samir.page, 'en')).toEqual([]);
});

test('somebody proposes other words with a reason, a steward reads what differs and accepts, and only these words change', async () => {
	const { page } = samir;
	const clause = page.locator('ol.note > li').nth(2);
	await clause.getByText('Comments and other words').click();
	await clause.getByLabel('Comment', { exact: true }).fill('Shorter is better.');
	await clause.getByRole('button', { name: 'Add the comment for the circle' }).click();
	await clause.getByText('Shorter is better.').waitFor();
	await clause.getByLabel('Other words for this clause').fill('Parliament must repeal the law by May 2027.');
	await clause.getByLabel('Why').fill('It is urgent.');
	await clause.getByRole('button', { name: 'Propose this amendment' }).click();
	await clause.getByText('Comments and other words (2)').waitFor();
	await page.getByRole('link', { name: 'Amendments' }).click();
	await page.getByRole('button', { name: 'Support it' }).click();
	await page.getByText('Supported by 1').waitFor();
	expect(await page.getByText('Decide', { exact: true }).count()).toBe(0);

	await go(amina.page, `${statements}${draft}/amendments`);
	await amina.page.getByText('It is urgent.').waitFor();
	const wordsOf = async (which: string): Promise<string[]> => (await amina.page.locator(which).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
	const differs = [await wordsOf('del'), await wordsOf('ins')];
	await amina.page.getByText('Decide', { exact: true }).click();
	await amina.page.getByLabel('Reason, for everybody here').fill('Urgent indeed.');
	expect(await look(amina.page)).toEqual(clean);
	await amina.page.getByRole('button', { name: 'Accept it and change the text' }).click();
	await amina.page.getByText('Urgent indeed.').waitFor();

	expect(differs).toEqual([['Struck: should', 'Struck: June'], ['New: must', 'New: May']]);
	expect(await lookInAll(amina.page, 'en')).toEqual([]);
	await amina.page.getByRole('link', { name: 'Text', exact: true }).click();
	await expect.poll(() => field(amina.page, 2).inputValue()).toBe('Parliament must repeal the law by May 2027.');
});

test('what was typed without a line outlasts the page where the device may keep it, and before that the page asks before it would be lost', async () => {
	const { page, context } = samir;
	const words = { clause: 'We met for three days in a made-up town.', comment: 'A comment of the dark.', amended: 'Some of us were followed on the way.', why: 'It points to nobody.' };
	await page.getByRole('link', { name: 'Text', exact: true }).click();
	const clause = page.locator('ol.note > li').nth(1);
	await clause.getByText('Comments and other words').click();
	await context.route('**/api/**', (route) => route.abort('internetdisconnected'));
	await field(page, 0).fill(words.clause);
	await clause.getByLabel('Comment', { exact: true }).fill(words.comment);
	await clause.getByLabel('Other words for this clause').fill(words.amended);
	await clause.getByLabel('Why').fill(words.why);
	await page.getByText('No connection. Go on writing').waitFor();
	const wouldAsk = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
	const before = await wouldAsk();
	await page.getByLabel('Keep what was not sent yet on this device').check();
	await expect.poll(wouldAsk).toBe(false);
	const stored = await storedIn(page);
	// Another part of the draft and back: nothing is gone.
	await page.getByRole('link', { name: 'Amendments' }).click();
	await page.getByRole('link', { name: 'Text', exact: true }).click();
	const still = await clause.getByLabel('Comment', { exact: true }).inputValue();

	// Without a line he leaves the draft, unasked: what the page had in its memory is gone with it. Then he comes back.
	await go(page, '/en/circles');
	await page.locator('ol.note').waitFor({ state: 'detached' });
	await context.unroute('**/api/**');
	await go(page, statements + draft);
	await expect.poll(() => field(page, 0).inputValue()).toBe(words.clause);
	await page.getByText('Everything that you wrote has arrived.').waitFor();
	const brought = await Promise.all([clause.getByLabel('Comment', { exact: true }), clause.getByLabel('Other words for this clause'), clause.getByLabel('Why')].map((one) => one.inputValue()));
	await clause.getByRole('button', { name: 'Add the comment for the circle' }).click();
	await clause.getByText(words.comment).waitFor();
	await clause.getByRole('button', { name: 'Propose this amendment' }).click();
	await clause.getByText('Comments and other words (2)').waitFor();
	await expect.poll(async () => (await storedIn(page)).length).toBeLessThan(stored.length);

	expect([before, still, brought]).toEqual([true, words.comment, [words.comment, words.amended, words.why]]);
	for (const one of Object.values(words)) expect(stored).not.toContain(one);
	await expect.poll(() => field(amina.page, 0).inputValue()).toBe(words.clause);
	expect(await lookInAll(page, 'en')).toEqual([]);
});

test('an amendment that divides is put to a round of the circle as a sentence of its own, and says where it went', async () => {
	const [first] = others;
	const round = await begunRound(first!, { question: { en: 'Which words do we want?' }, languages: ['en'] });
	await go(amina.page, `${statements}${draft}/amendments`);
	const article = amina.page.locator('article', { hasText: 'It points to nobody.' });
	await article.getByText('Decide', { exact: true }).click();
	await article.getByLabel('Reason, for everybody here').fill('We do not agree.');
	await article.getByLabel('Or put it to a round').selectOption({ label: 'Which words do we want?' });
	await article.getByLabel('As one short sentence').fill('We say that some of us were followed.');
	expect(await look(amina.page)).toEqual(clean);
	await article.getByRole('button', { name: 'Add it to that round' }).click();
	await article.getByText('We do not agree.').waitFor();

	expect(sure(await propositionsOf(await roundOf(first!, round.id))).propositions.map(({ text }) => text)).toEqual(['We say that some of us were followed.']);
	await go(samir.page, `${statements}${draft}/amendments`);
	await samir.page.locator('article', { hasText: 'It points to nobody.' }).getByRole('link').click();
	await samir.page.getByText('Which words do we want?').first().waitFor();
	expect(new URL(samir.page.url()).hash).toBe(`#${round.id}`);
});

test('a translation goes stale when its clause is written anew, and says so', async () => {
	const { page } = amina;
	await go(page, `${statements}${draft}/versions`);
	await page.getByRole('button', { name: 'Freeze this text as a version' }).click();
	await page.getByRole('heading', { name: 'Version 1', exact: true }).waitFor();
	await page.getByRole('link', { name: 'Translations' }).click();
	await page.getByLabel('Into').selectOption('es');
	await page.getByText('Reviewed clauses: 0 of 3').waitFor();
	await page.getByLabel('Title').fill('Lo que pedimos');
	for (const [at, text] of ['Nos reunimos tres días.', 'A Rosa la siguieron en el camino.', 'El parlamento debe derogar la ley antes de mayo de 2027.'].entries()) {
		await page.getByRole('textbox', { name: `Translation of clause ${at + 1}` }).fill(text);
		await page.getByLabel(`How the translation of clause ${at + 1} stands`).selectOption('reviewed');
	}
	await page.getByRole('button', { name: 'Keep this translation' }).click();
	await page.getByText('Reviewed clauses: 3 of 3').waitFor();
	expect(await look(page)).toEqual(clean);

	await page.getByRole('link', { name: 'Text', exact: true }).click();
	await field(page, 0).fill('We met for three days, and listened.');
	await page.getByText('Everything that you wrote has arrived.').waitFor();
	await page.getByRole('link', { name: 'Versions' }).click();
	await page.getByRole('button', { name: 'Freeze this text as a version' }).click();
	await page.getByRole('heading', { name: 'Version 2', exact: true }).waitFor();
	await page.getByRole('link', { name: 'Translations' }).click();
	await page.getByText('Reviewed clauses: 2 of 3').waitFor();

	expect(await page.locator('.state').allInnerTexts()).toEqual(['Stale: the clause has changed since', 'Reviewed', 'Reviewed']);
	expect(await lookInAll(page, 'en')).toEqual([]);
});

test('whoever chooses another language while one is still being read is shown the last that they chose', async () => {
	const { page } = amina;
	await page.getByLabel('Into').selectOption('fr');
	await page.getByText('Reviewed clauses: 0 of 3').waitFor();
	line.holdAfter({ down: 0 });
	const asked = page.waitForRequest((request) => request.url().includes('/api/circles/'));
	for (const language of ['ar', 'fr', 'es']) await page.getByLabel('Into').selectOption(language);
	await asked;
	const meanwhile = await page.getByLabel('Title').inputValue();
	line.mend();

	await page.getByText('Reviewed clauses: 2 of 3').waitFor();
	expect([meanwhile, await page.getByLabel('Title').inputValue()]).toEqual(['', 'Lo que pedimos']);
	expect(await page.getByRole('textbox', { name: 'Translation of clause 1' }).inputValue()).toBe('Nos reunimos tres días.');
});

test('an objection sets a clause aside, the rest is adopted, and everybody reads the same words for its hash', async () => {
	const { page } = amina;
	await page.getByRole('link', { name: 'Versions' }).click();
	await page.getByText('Put it to a circle for adoption').click();
	await page.getByLabel('The circle that adopts it').selectOption({ label: 'Assembly' });
	await page.getByRole('button', { name: 'Put this version to the circle' }).click();
	await page.waitForURL(/#adoption\/[\w-]{22}$/);
	adoption = new URL(page.url()).hash;
	const id = adoption.split('/')[1] ?? '';
	await page.getByRole('radio', { name: 'I consent' }).check();
	await page.getByRole('button', { name: 'Give this answer' }).click();
	await page.getByText('You have answered: I consent').waitFor();

	await go(samir.page, statements + adoption);
	await samir.page.getByRole('radio', { name: 'I object' }).check();
	await samir.page.getByRole('checkbox', { name: 'Rosa was followed' }).check();
	await samir.page.getByRole('button', { name: 'Give this answer' }).click();
	await samir.page.getByText('Say why you object').waitFor();
	await samir.page.getByLabel('Why you object').fill('It points to a person.');
	expect(await look(samir.page)).toEqual(clean);
	await samir.page.getByRole('button', { name: 'Give this answer' }).click();
	await samir.page.getByText('You have answered: I object').waitFor();
	for (const member of others) await answers(member, id);

	await page.getByRole('button', { name: 'Look again' }).click();
	await page.getByText('It points to a person.').waitFor();
	await page.getByText('Too few consent to these clauses').waitFor();
	await page.getByRole('checkbox', { name: 'Clause 2: consent 4, object 1.' }).check();
	await page.getByText('Ended now, it would be adopted.').waitFor();
	page.once('dialog', (dialog) => void dialog.accept());
	await page.getByRole('button', { name: 'End it: this is adopted' }).click();
	await page.getByText('Adopted.', { exact: true }).waitFor();
	await samir.page.getByRole('button', { name: 'Look again' }).click();
	await samir.page.getByText('Adopted.', { exact: true }).waitFor();
	await expect.poll(() => samir.page.locator('.words').innerText()).toBe(await page.locator('.words').innerText());

	const { ended } = await adoptionOf(others[0]!, id);
	expect((await page.locator('.words').innerText()).split(' ')).toHaveLength(24);
	expect(ended?.outcome).toEqual({ kind: 'adopted', counts: { participants: 5, consents: 5, standsAside: 0, objects: 0, silent: 0 } });
	expect(ended?.text).not.toContain('Rosa');
	expect(await look(page)).toEqual(clean);
	expect(await lookInAll(samir.page, 'en')).toEqual([]);
});

test('people sign each in their way, somebody takes it back, and what is published has no more than they allowed', async () => {
	const { page } = samir;
	await page.getByRole('radio', { name: 'Under another name' }).check();
	await page.getByLabel('The name as it is shown').fill('Made-up Falcon');
	await page.getByRole('button', { name: 'Sign what was adopted' }).click();
	await page.getByText('You have signed: Made-up Falcon').waitFor();
	page.once('dialog', (dialog) => void dialog.accept());
	await page.getByRole('button', { name: 'Take my signature back' }).click();
	await page.getByText('You have not signed.').waitFor();
	await page.getByRole('radio', { name: 'Under another name' }).check();
	await page.getByLabel('The name as it is shown').fill('Made-up Kestrel');
	await page.getByRole('button', { name: 'Sign what was adopted' }).click();
	await page.getByText('You have signed: Made-up Kestrel').waitFor();
	await amina.page.getByRole('radio', { name: 'Counted only' }).check();
	await amina.page.getByRole('button', { name: 'Sign what was adopted' }).click();
	await amina.page.getByText('You have signed and are counted without a name.').waitFor();

	await amina.page.getByLabel('The forum’s name in its address').fill(forum);
	await amina.page.getByRole('button', { name: 'Show what would be published' }).click();
	await amina.page.getByText('Signatures: 2').waitFor();
	const spanish = await amina.page.locator('li', { hasText: 'not published' }).first().innerText();
	expect(await look(amina.page)).toEqual(clean);
	amina.page.once('dialog', (dialog) => void dialog.accept());
	await amina.page.getByRole('button', { name: 'Publish it for everybody' }).click();
	await amina.page.getByText('Published as version 1.').waitFor();

	expect(spanish).toContain('stale clauses 1');
});

test('a member is told at once in what the public record is another one than their own count', async () => {
	const { page } = samir;
	const again = () => page.getByRole('button', { name: 'Look again' }).click();
	await again();
	await page.getByText('Version 1 is public with exactly this text').waitFor();
	const lies = async (lie: (told: PublicRecord) => void): Promise<string[]> => {
		await page.route('**/adoption.json', async (route) => {
			const answer = await route.fetch();
			const told = (await answer.json()) as PublicRecord;
			lie(told);
			await route.fulfill({ response: answer, json: told });
		});
		await again();
		await page.locator('.differs').waitFor();
		const said = await page.locator('.differs li').allInnerTexts();
		expect(await lookInAll(page, 'en')).toEqual([]);
		await page.unrouteAll({ behavior: 'wait' });
		await again();
		await page.locator('.differs').waitFor({ state: 'detached' });
		return said;
	};

	const counts = await lies((told) => (told.versions[0]!.record.body = told.versions[0]!.record.body.replace('"consents":5', '"consents":4').replace('"silent":0', '"silent":1')));
	const words = await lies((told) => (told.document[0]!.clauses[1] = 'Parliament may keep the law.'));

	expect(counts).toEqual(['Consent: counted here 5, in public 4', 'Silent: counted here 0, in public 1', 'The public record is not as it was signed.']);
	expect(words).toEqual(['The page of the statement shows other words than were published (English).']);
	expect(await look(page)).toEqual(clean);
});

test('a correction is another version, which says to everybody why, and is not sent without a reason', async () => {
	const { page } = amina;
	await go(page, `${statements}${draft}/translations`);
	await page.getByLabel('Into').selectOption('es');
	await page.getByRole('textbox', { name: 'Translation of clause 1' }).fill('Nos reunimos tres días y escuchamos.');
	await page.getByLabel('How the translation of clause 1 stands').selectOption('reviewed');
	await page.getByRole('button', { name: 'Keep this translation' }).click();
	await page.getByText('Reviewed clauses: 3 of 3').waitFor();
	await go(page, statements + adoption);
	await page.getByLabel('The forum’s name in its address').fill(forum);
	await page.getByRole('button', { name: 'Show what would be published' }).click();
	await page.getByText('Español: published with it').waitFor();
	let asked = 0;
	page.on('dialog', (dialog) => {
		asked += 1;
		void dialog.accept();
	});
	await page.getByRole('button', { name: 'Publish it for everybody' }).click();
	await page.getByText('Say why there is another version').waitFor();
	const askedWithoutReason = asked;
	await page.getByLabel('Why is there another one?').fill('The Spanish translation was added.');
	expect(await look(page)).toEqual(clean);
	await page.getByRole('button', { name: 'Publish it for everybody' }).click();
	await page.getByText('Published as version 2.').waitFor();
	await page.getByText('Version 2 is public with exactly this text').waitFor();

	const told = await (await fetch(`${server.origin}/en/forums/${forum}/statement/adoption`)).text();
	expect([askedWithoutReason, asked]).toEqual([0, 1]);
	for (const words of ['The Spanish translation was added.', 'Version 2', 'Version 1']) expect(told).toContain(words);
	expect(await (await fetch(`${server.origin}/es/forums/${forum}/statement`)).text()).toContain('Nos reunimos tres días y escuchamos.');
	page.removeAllListeners('dialog');
});

interface PublicRecord {
	readonly versions: { readonly record: { body: string } }[];
	readonly document: { readonly clauses: string[] }[];
}

test('anybody reads without script how it was adopted, and verifies text and signatures with tools that are not ours', async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(`${server.origin}/en/forums/${forum}/statement/adoption`);
	const shown = await page.locator('main').innerText();
	const text = await (await fetch(`${server.origin}/en/forums/${forum}/statement/adopted.txt`)).text();
	const hash = execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
	const verified = verify(`${server.origin}/en/forums/${forum}/statement/adoption.json`);

	expect(shown).toContain('Made-up Kestrel');
	expect(shown).toContain('Signed without a name: 1');
	expect(shown).toContain('Clauses set aside because of objections: 1');
	expect(shown).toContain(hash);
	for (const text of ['Made-up Falcon', 'Amina', 'Samir', 'Rosa']) expect(shown).not.toContain(text);
	expect(verified).toBe(`${hash} 2 of 2, record true`);
	await page.goto(`${server.origin}/en/forums/${forum}/statement#clause-2`);
	expect(await page.locator('#clause-2').innerText()).toContain('Parliament must repeal the law by May 2027.');
	await context.close();
	// What looks at a page is a script.
	const looking = await browser.newContext();
	await readyToLook(looking);
	const looked = await looking.newPage();
	for (const language of ['en', 'es', 'fr', 'ar']) {
		await looked.goto(`${server.origin}/${language}/forums/${forum}/statement/adoption`);
		expect(await look(looked)).toEqual(clean);
	}
	await looking.close();
});

test('a signature that is withdrawn is gone from every page at once, and its place says that it was', async () => {
	const { page } = samir;
	await page.getByRole('button', { name: 'Look again' }).click();
	page.once('dialog', (dialog) => void dialog.accept());
	const asked = page.waitForRequest((request) => request.url().endsWith('/statement/withdrawals'));
	await page.getByRole('button', { name: 'Withdraw my signature from the public record' }).click();
	const { cookie } = await (await asked).allHeaders();
	await page.getByText('Your signature was withdrawn').waitFor();
	const address = `${server.origin}/en/forums/${forum}/statement/adoption`;
	await expect.poll(async () => (await fetch(address)).text()).toContain('A signature was withdrawn on');
	const everything = (await Promise.all([address, `${address}.json`, `${server.origin}/en/forums/${forum}/statement`].map(async (one) => (await fetch(one)).text()))).join('\n');
	const verified = verify(`${address}.json`);

	expect(cookie).toBeUndefined();
	expect(everything).not.toContain('Made-up Kestrel');
	expect(verified).toContain('1 of 2, record true');
	expect(JSON.stringify(await db.selectFrom('statement_adoption').selectAll().execute())).not.toContain('Kestrel');
	expect(await look(page)).toEqual(clean);
});

/** What `docs/adoption.md` gives to strangers: Node alone. */
function verify(address: string): string {
	const [, script = ''] = /```js\n([\s\S]+?)```/.exec(readFileSync('docs/adoption.md', 'utf8')) ?? [];
	return execFileSync(process.execPath, ['--input-type=module', '-', address], { input: script, encoding: 'utf8' }).trim();
}
