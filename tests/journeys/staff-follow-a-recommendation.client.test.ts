import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { importRecord, readRecord } from '../../src/lib/archive/server/index.ts';
import { newEntryId, record, statement, statements } from '../../src/lib/followup/client/recording.ts';
import { madeUpStates, someRecommendation } from '../../src/lib/followup/fixtures.ts';
import type { FollowupRequest } from '../../src/lib/followup/recommendation.ts';
import { testDatabase } from '../../src/lib/platform/db/testing.ts';
import { startApi } from '../api-server.ts';
import { openBrowser } from '../browser.ts';
import { go, joined, makeCircle } from '../circle-steps.ts';
import { firstLink } from '../joining.ts';
import { startServer } from '../server.ts';
import { somebody } from '../somebody.ts';

const at = { forum: '2016-a-time-for-peace', document: 'statement' } as const;
const happening = { kind: 'sent', to: 'made-up-north', on: '2026-12-09', channel: 'post', by: 'The secretariat' } as const;
const entry = { what: 'entry' as const, ...at, clauses: [1], happening };

test('staff record follow-up by requests that their account signs; a member, a cookie alone and what makes no sense change nothing', async () => {
	await using database = await testDatabase(inject('postgres'));
	await using api = await startApi(database.address);
	await importRecord({ db: database.db, record: await readRecord(join(import.meta.dirname, '../../archive')), now: new Date() });
	const [staff, member] = await Promise.all([somebody(database.db, { name: 'Luis' }), somebody(database.db, { name: 'Mira', role: 'member' })]);
	const [link, hers] = [staff.link(api.origin), member.link(api.origin)];
	const [north] = madeUpStates;
	const rows = async (): Promise<unknown> => (await database.db.selectFrom('followup_entry').select('id').execute()).length;

	expect((await statements(link)).ok && (await statement(link, at)).ok).toBe(true);
	expect(await record(hers, { what: 'addressee', addressee: north! })).toEqual({ ok: false, reason: 'rights' });
	expect(await record(link, { ...entry, id: newEntryId() })).toEqual({ ok: false, reason: 'otherwise' });
	expect(await record(link, { what: 'addressee', addressee: north! })).toEqual({ ok: true });
	expect(await record(link, { what: 'recommendation', ...at, recommendation: someRecommendation({ clause: 99 }) } as FollowupRequest)).toEqual({ ok: false, reason: 'otherwise' });
	expect(await record(link, { what: 'recommendation', ...at, recommendation: someRecommendation({ clause: 1, addressees: ['nobody'] }) } as FollowupRequest)).toEqual({ ok: false, reason: 'otherwise' });
	expect(await record(link, { ...entry, id: newEntryId(), happening: { ...entry.happening, on: '2026-02-30' } })).toEqual({ ok: false, reason: 'form' });
	expect(await record(link, { ...entry, id: newEntryId(), happening: { kind: 'action', on: '2026', what: { original: 'en', in: { en: 'x' } }, evidence: [{ name: 'x', url: 'javascript:alert(1)' }] } })).toEqual({ ok: false, reason: 'form' });
	expect(await record(hers, { ...entry, id: newEntryId() })).toEqual({ ok: false, reason: 'rights' });
	expect(await rows()).toBe(0);

	const id = newEntryId();
	expect([await record(link, { ...entry, id }), await record(link, { ...entry, id })]).toEqual([{ ok: true }, { ok: true }]);

	expect(await rows()).toBe(1);
	const read = await statement(link, at);
	expect(read.ok && read.statement.clauses[0]?.story.map((told) => [told.entry.kind, told.entry['by']])).toEqual([['sent', 'The secretariat']]);
	// Who recorded it stands in the audit, and on no page.
	expect(JSON.stringify(await database.db.selectFrom('followup_entry').selectAll().execute())).not.toContain(staff.account);
	expect((await database.db.selectFrom('audit_entry').select(['actor', 'action']).where('action', 'like', 'followup.%').execute()).map(({ actor, action }) => [actor === staff.account, action])).toEqual([[true, 'followup.addressee'], [true, 'followup.entry']]);
});

test('in the browser the words of a clause speak for a target and a right; a person decides, records a delivery, seals what proves an action, brings in a table, and everybody reads what is public of it', { timeout: 300_000 }, async () => {
	await using server = await startServer();
	const browser = await openBrowser();
	try {
		const { page } = await joined(browser, firstLink(server), 'Keeper');
		await go(page, '/en/desk/followup');
		await page.getByLabel('Statement', { exact: true }).selectOption('2016-a-time-for-peace/statement');
		await page.getByLabel('Clause', { exact: true }).selectOption('2');
		await page.locator('blockquote').getByText('It called for women to have more part in leadership.').waitFor();
		const suggested = page.getByRole('group');
		expect(await suggested.getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).checked))).toContain(true);
		await page.getByLabel('To whom it speaks', { exact: true }).selectOption('all-states');
		await page.getByRole('button', { name: 'Add To whom it speaks' }).click();

		await page.getByRole('button', { name: 'Publish this decision' }).click();
		await page.getByText('The decision is public.').waitFor();
		await page.getByLabel('Addressee', { exact: true }).selectOption('all-states');
		await page.getByLabel('Date: a day').fill('2026-12-09');
		await page.getByLabel('Delivered by which office').fill('A made-up office');
		await page.getByRole('button', { name: 'Publish this entry' }).click();
		await page.getByText('The entry is public.').waitFor();
		await page.getByRole('heading', { name: 'Recorded so far' }).waitFor();

		const readers = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
		await expect
			.poll(async () => {
				await readers.goto(`${server.origin}/es/followup/2016-a-time-for-peace/statement/2`);
				return readers.locator('main').innerText();
			})
			.toMatch(/Entregada a Todos los Estados por A made-up office, en una sesión/);
		expect(await readers.locator('main').innerText()).toMatch(/Sugerido por una lista de palabras[^]*confirmado/);

		// What proves it could endanger somebody: it is sealed, and everybody reads that there is some.
		await makeCircle(page, { name: 'Proofs', purpose: '' });
		await go(page, '/en/desk/followup#2016-a-time-for-peace/statement/2');
		await page.locator('#kind').selectOption('something that was done');
		await page.getByLabel('Date: a day').fill('2026-11');
		await page.getByLabel('In words').fill('A made-up law was made.');
		await page.getByLabel('There is evidence that must not be public').check();
		await page.getByLabel('The circle that can read it').selectOption('Proofs');
		await page.locator('#sealed-name').fill('Canary-A-List-Of-Guards');
		await page.getByRole('button', { name: 'Publish this entry' }).click();
		await page.getByText('Canary-A-List-Of-Guards').waitFor();
		const story = async (): Promise<string> => {
			await readers.goto(`${server.origin}/en/followup/2016-a-time-for-peace/statement/2`);
			return readers.content();
		};
		await expect.poll(story).toContain('There is evidence that is kept back');
		expect(await story()).not.toMatch(/Canary|Proofs/);

		const rows = ['Paragraph,Countries,SDGs,Position,Date', '3,Todos los Estados;Nowhereland,16.10,,', '2,All states,,Noted,2026-12-01', '99,All states,,,'];
		await go(page, '/en/desk/followup/import#2016-a-time-for-peace/statement');
		await page.getByLabel('The file').setInputFiles({ name: 'index.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n')) });
		await page.getByText('Can be recorded: 2 of 3 rows.').waitFor();
		const seen = await page.locator('main').innerText();
		expect(seen).toMatch(/Not known here, and left out: Nowhereland[^]*noted[^]*The statement has no such clause\./);
		expect(await story()).not.toContain('noted');
		await page.getByRole('button', { name: 'Publish these rows (2)' }).click();
		await page.getByText('Public now, decisions and responses: 3.').waitFor();
		await expect.poll(story).toContain('All states: noted');
	} finally {
		await browser.close();
	}
});
