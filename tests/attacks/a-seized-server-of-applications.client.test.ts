import { sql } from 'kysely';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWords, beginForm, callOn, openWithWords, sealForm, steps } from '../applying-steps.ts';
import { openBrowser } from '../browser.ts';
import { TestDesks } from '../desk-officers.ts';
import { TestGuests } from '../guest-desk.ts';
import { appliedTwice, plantAtDesk, plantByGuests, plantedAtDesk, plantedByGuests } from '../planting.ts';
import { plantedInFollowup, plantInFollowup } from '../planting-followup.ts';
import { plantedInWorkshop, plantInWorkshop } from '../planting-workshop.ts';
import { plantedInRound, plantInRound } from '../rounds.ts';
import { plantedInStatement, plantInStatement } from '../statements.ts';
import { openDatabase, type Db } from '#lib/platform/db/database.ts';
import { startServer, type RunningServer } from '../server.ts';
import { databaseOf, seize } from './seizure.ts';
import type { Canary } from './traces.ts';

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

/** What an applicant confides, each text in no other place. */
const planted = {
	situation: { what: 'what has happened', text: 'Canary-They-Came-On-Tuesday' },
	where: { what: 'an answer under a condition', text: 'Canary-Across-The-Border' },
	wanted: { what: 'the amount that is wanted', text: '98,765,432.10' },
	budget: { what: 'a line of a budget', text: 'Canary-Rent-For-Two-Months' },
	day: { what: 'a day', text: '1987-06-05' },
	fileName: { what: 'the name of a file', text: 'canary-summons-of-court.txt' },
	fileText: { what: 'the text of a file', text: 'Canary-The-Judge-Is-Called-So' },
	name: { what: 'the name of the applicant', text: 'Canary-Maryam-Invented' },
	account: { what: 'how money arrives', text: 'Canary-Account-Of-A-Cousin' },
	vouches: { what: 'who vouches', text: 'Canary-Lawyer-Who-Vouches' },
	message: { what: 'a message to the team', text: 'Canary-Message-About-The-Trial' },
	addedName: { what: 'the name of a file that was added later', text: 'canary-photo-of-the-door.txt' },
	addedText: { what: 'the text of a file that was added later', text: 'Canary-The-Door-Was-Broken' }
} satisfies Record<string, Canary>;

test('whoever seizes the running server finds nothing of applications, files and messages, nor of what a desk decides, asks, reviews and pays, nor of what a workshop writes or a circle proposes and votes', { timeout: 900_000 }, async () => {
	await using call = await callOn(server);
	const page = await (await browser.newContext()).newPage();
	const { en } = steps;
	await page.goto(`${server.origin}/en${call.path}`);
	await beginForm(page, en);
	await page.getByLabel('What has happened?').fill(planted.situation.text);
	await page.getByLabel('relocation').check();
	await page.getByLabel('Question where-to').fill(planted.where.text);
	await page.getByLabel('Question wanted', { exact: false }).first().fill(planted.wanted.text);
	await page.getByLabel('1. What for').fill(planted.budget.text);
	await page.getByLabel('Amount in EUR').fill('400');
	await page.getByLabel('Question since').fill(planted.day.text);
	await page.locator('input[type=file]').setInputFiles({ name: planted.fileName.text, mimeType: 'text/plain', buffer: Buffer.from(planted.fileText.text) });
	await page.getByText(planted.fileName.text).waitFor();
	await page.getByLabel('Question name').fill(planted.name.text);
	await page.getByLabel('Question account').fill(planted.account.text);
	await page.getByLabel('Question vouches').fill(planted.vouches.text);
	const receipt = await sealForm(page, en);
	await answerWords(page, receipt, en);
	await page.getByRole('button', { name: en.send }).click();
	await page.getByRole('heading', { name: en.arrived }).waitFor();
	await openWithWords(page, `${server.origin}/en/receipt`, receipt, en);
	await page.getByLabel('Write to the team').fill(planted.message.text);
	await page.locator('input[type=file]').setInputFiles({ name: planted.addedName.text, mimeType: 'text/plain', buffer: Buffer.from(planted.addedText.text) });
	await page.getByText(planted.addedName.text).waitFor();
	await page.getByRole('button', { name: 'Send this message' }).click();
	await page.locator('.applicant').getByText(planted.addedName.text).waitFor();
	// All of it is there, opened, on the applicant's own screen.
	await page.getByText('Show it').click();
	const shown = await page.locator('main').innerText();

	const opened = (await plantAtDesk(new TestDesks(call.db, server.origin))) + (await plantInRound(call.db, server.origin));

	const inWorkshop = await plantInWorkshop(call.db, server.origin);

	const words = { what: 'three words of the receipt', text: receipt.slice(0, 3).join(' ') };
	const found = await seize(server, [...Object.values(planted), ...Object.values(plantedAtDesk), ...Object.values(plantedInWorkshop), ...Object.values(plantedInRound), words], { address: databaseOf(server.dataDir) });

	for (const { text } of [planted.situation, planted.where, planted.wanted, planted.budget, planted.fileName, planted.name, planted.account, planted.vouches, planted.message]) expect(shown).toContain(text);
	for (const { text } of [...Object.values(plantedAtDesk), ...Object.values(plantedInRound)]) expect(opened).toContain(text);
	for (const { text } of Object.values(plantedInWorkshop).filter(({ text: one }) => one !== plantedInWorkshop.taken.text)) expect(inWorkshop).toContain(text);
	expect(found).toEqual([]);
});

test('whoever seizes the running server finds nothing of who is invited, of their names, what they need and what they answered', { timeout: 900_000 }, async () => {
	const db = openDatabase(databaseOf(server.dataDir), { connections: 2 });
	const opened = await plantByGuests(await TestGuests.begin(db, server.origin)).finally(() => db.destroy());

	const found = await seize(server, Object.values(plantedByGuests), { address: databaseOf(server.dataDir) });
	for (const { text } of Object.values(plantedByGuests)) expect(opened).toContain(text);
	expect(found).toEqual([]);
});

test('whoever seizes the running server finds nothing of a statement that is drafted and adopted: clauses, comments, amendments, reasons, translations, objections, names', { timeout: 900_000 }, async () => {
	const db = openDatabase(databaseOf(server.dataDir), { connections: 2 });
	const opened = await plantInStatement(db, server.origin).finally(() => db.destroy());

	const found = await seize(server, Object.values(plantedInStatement), { address: databaseOf(server.dataDir) });
	for (const { text } of Object.values(plantedInStatement)) expect(opened).toContain(text);
	expect(found).toEqual([]);
});

test('whoever seizes the running server finds nothing of a letter before it is sent, nor of evidence that is kept back, though the public page says that there is some', { timeout: 900_000 }, async () => {
	const db = openDatabase(databaseOf(server.dataDir), { connections: 2 });
	const opened = await plantInFollowup(db, server.origin).finally(() => db.destroy());
	const page = await (await fetch(`${server.origin}/en/followup/2016-a-time-for-peace/statement/1`)).text();

	const found = await seize(server, Object.values(plantedInFollowup), { address: databaseOf(server.dataDir) });
	expect(page).toContain('There is evidence that is kept back');
	for (const { text } of Object.values(plantedInFollowup)) expect(opened).toContain(text);
	expect(found).toEqual([]);
});

/** Everything that the database holds of an application, value by value. */
async function valuesOf(db: Db, application: string): Promise<Buffer[]> {
	const named = await sql<{ table: string; column: string }>`
		select con.conrelid::regclass::text as "table", att.attname as "column"
		from pg_constraint con join pg_attribute att on att.attrelid = con.conrelid and att.attnum = con.conkey[1]
		where con.contype = 'f' and con.confrelid = 'grant_application'::regclass`.execute(db);
	const values: Buffer[] = [];
	for (const { table, column } of [...named.rows, { table: 'grant_application', column: 'id' }, { table: 'circle_record', column: 'id' }]) {
		const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)} where ${sql.ref(column)} = ${application}`.execute(db);
		values.push(...rows.flatMap((row) => Object.values(row)).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value) ?? ''))));
	}
	return values;
}

/**
 * How many pieces of twelve bytes two applications have in common of which the third has neither the first eight nor the last: what stands
 * before or behind something random is in all three, and a letter or two of that agree by chance.
 */
async function sharedBy(db: Db, [one, two]: readonly [string, string], other: string): Promise<number> {
	const piecesOf = async (application: string, bytes: number): Promise<Set<string>> => new Set((await valuesOf(db, application)).flatMap((value) => Array.from({ length: Math.max(0, value.length - bytes + 1) }, (_, at) => value.toString('latin1', at, at + bytes))));
	const [first, second, third] = [await piecesOf(one, 12), await piecesOf(two, 12), await piecesOf(other, 8)];
	return [...first.intersection(second)].filter((piece) => !third.has(piece.slice(0, 8)) && !third.has(piece.slice(-8))).length;
}

test('two applications of one person, in the same words, share nothing in the database that two of different people do not', async () => {
	await using call = await callOn(server, { slug: 'another-call' });
	const { mine, other } = await appliedTwice(new TestDesks(call.db, server.origin));

	const shared = await sharedBy(call.db, mine, other);
	// It would be found: an application has in common with itself what no other has.
	const found = await sharedBy(call.db, [mine[0], mine[0]], other);

	expect(shared).toBe(0);
	expect(found).toBeGreaterThan(0);
});
