// What the applicant and a referee do, on a phone and in Arabic.
import { expect } from 'vitest';
import { pictures } from '#lib/platform/photo/photo-samples.ts';
import { answerWords, beginForm, sealForm, steps } from '../../applying-steps.ts';
import { phone, stored, throttled, weighing } from '../../phone.ts';
import { lookInAll } from '../look.ts';
import { planted, situation, slug, type Story } from './story.ts';

const { ar } = steps;

/** Finds the call, applies from an old phone on a slow line, loses the connection, and keeps the words. */
export async function applies(story: Story): Promise<void> {
	const page = await throttled(story.ground.hers);
	await page.goto(`${story.ground.server.origin}/ar/grants/${slug}`);
	await page.getByRole('heading', { level: 1, name: 'دعم عاجل' }).waitFor();
	await page.locator(`a[href*="/ar/apply/${slug}#"]`).first().click();
	await beginForm(page, ar);
	await page.getByLabel('ماذا حدث، وممّ تخافون؟').fill(situation);
	await page.getByLabel('البقاء في مكان أكثر أمانًا لفترة').check();
	await page.getByLabel('كم تطلبون؟', { exact: true }).fill('٩٠٠٠٠٫٥٠');
	await page.getByLabel('العملة: كم تطلبون؟').selectOption('KES');
	await page.getByLabel('1. لأجل ماذا').fill(planted.room.text);
	await page.getByLabel('المبلغ بعملة EUR').fill('١٢٠٠');
	await page.locator('input[type=file]').setInputFiles({ name: planted.paper.text, mimeType: 'text/plain', buffer: Buffer.from('A summons, made up.') });
	await page.getByText(planted.paper.text).waitFor();
	await page.getByLabel('من أنتم، وما عملكم').fill(planted.name.text);
	await page.getByLabel('كيف يمكن أن يصل المال إليكم').fill(planted.way.text);
	await page.getByLabel('من يعرف عملكم').fill(`A friend, by the river\n${planted.referee.text}`);
	const words = await sealForm(page, ar);
	await answerWords(page, words, ar);
	// The promise is taken; then the line is dead for a while, and again in the middle of the file.
	let lost = 0;
	for (const what of ['body', 'files/*/parts/*']) await page.route(`**/api/applications/*/${what}`, async (route) => ((lost += 1) % 3 === 0 ? route.continue() : route.abort('internetdisconnected')));
	await page.getByRole('button', { name: ar.send }).click();
	await page.getByText(ar.waiting).waitFor();
	await page.getByRole('heading', { name: ar.arrived }).waitFor();
	const left = await stored(page);
	await page.close();
	story.words = words;
	({ application: story.application } = (await story.opened()).manifest);

	expect([lost, left]).toEqual([6, [[], 0, 0, '']]);
	const again = await story.comesBack();
	await again.getByText('هو عند الفريق').waitFor();
	await again.close();
}

/** Answers the question of the team, with two files. */
export async function answersWithPapers(story: Story): Promise<void> {
	const page = await story.comesBack();
	await page.getByText(planted.question.text).waitFor();
	await page.getByLabel('اكتب إلى الفريق').fill(planted.answer.text);
	await page.locator('input[type=file]').setInputFiles([{ name: planted.file.text, mimeType: 'text/plain', buffer: Buffer.from(planted.content.text) }, { name: 'door.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(pictures.jpeg) }]);
	await page.getByText('door.jpg').waitFor();
	await page.getByRole('button', { name: 'أرسل هذه الرسالة' }).click();
	await page.locator('.applicant').getByText(planted.file.text).waitFor();
	await page.close();
}

/** Reads what would be asked, in every language, and strikes one question out; gives back what the page says then. */
export async function approves(story: Story): Promise<string> {
	const page = await story.comesBack();
	await page.getByText(planted.struck.text).waitFor();
	expect(await lookInAll(page, 'ar')).toEqual([]);
	await page.setViewportSize(phone.viewport);
	await page.getByLabel(planted.struck.text).uncheck();
	await page.getByRole('button', { name: 'نعم، اطرحوا الأسئلة المختارة' }).click();
	await page.getByText('وافقت على').waitFor();
	const shown = await page.locator('main').innerText();
	await page.close();
	return shown;
}

/** Opens the link on a slow line, and answers once. */
export async function refereeAnswers(story: Story): Promise<void> {
	const context = await story.ground.browser.newContext({ ...phone, locale: 'ar' });
	const page = await throttled(context);
	const weighed = weighing(page);
	const begun = Date.now();
	await page.goto(story.link);
	await page.getByLabel(planted.asked.text).waitFor();
	const usableMs = Date.now() - begun;
	const { bytes, requests, hasWebAssembly, lines } = await weighed();
	const shown = await page.locator('body').innerText();
	await page.getByLabel(planted.asked.text).fill(planted.known.text);
	// The line is dead for a moment.
	let lost = 0;
	await page.route('**/api/reference', async (route) => (route.request().method() === 'POST' && (lost += 1) === 1 ? route.abort('internetdisconnected') : route.continue()));
	await page.getByRole('button', { name: 'اختمه وأرسله إلى الفريق' }).click();
	await page.getByRole('heading', { name: 'وصلت إجاباتك' }).waitFor();
	const after = await page.locator('body').innerText();

	console.log(`The page of a referee: ${bytes} bytes in ${requests} requests; usable after ${usableMs} ms at 1.6 Mbit/s, 150 ms and a four-fold slowed processor.\n${lines}`);
	expect(bytes).toBeGreaterThan(30_000);
	expect(bytes).toBeLessThanOrEqual(100 * 1024);
	expect(requests).toBeLessThanOrEqual(12);
	expect([hasWebAssembly, page.workers().length, await context.cookies(), await stored(page)]).toEqual([false, 0, [], [[], 0, 0, '']]);
	for (const word of [planted.struck.text, planted.referee.text, planted.happened.text, planted.name.text, story.application]) expect(shown).not.toContain(word);
	expect([after.includes(planted.known.text), lost]).toEqual([false, 2]);
	const leadsNowhere = async (address: string): Promise<string> => {
		await page.goto('about:blank');
		await page.goto(address);
		await page.getByRole('heading', { name: 'هذا الرابط لا يؤدي إلى شيء' }).waitFor();
		return page.locator('main').innerText();
	};
	expect(await leadsNowhere(story.link)).toBe(await leadsNowhere(story.link.replace(/.$/, (sign) => (sign === 'A' ? 'Q' : 'A'))));
	await context.close();
}

/** Reports in a sentence. */
export async function reports(story: Story): Promise<void> {
	const page = await story.comesBack();
	await page.getByLabel('فيمَ استُعمل المال؟').fill(planted.used.text);
	await page.getByRole('button', { name: 'ختم التقرير وإرساله' }).click();
	await page.locator('.applicant').getByText(planted.used.text).waitFor();
	await expect.poll(() => page.getByRole('heading', { name: 'تقرير قصير' }).count()).toBe(0);
	await page.close();
}
