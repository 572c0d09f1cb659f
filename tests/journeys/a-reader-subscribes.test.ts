import { spawnSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { m } from '#lib/platform/i18n/compiled/messages.js';
import { languages, type Language } from '#lib/platform/i18n/language.ts';
import { openBrowser } from '../browser.ts';
import { startServer, type RunningServer } from '../server.ts';
import { tagsOf, wordsIn } from './html.ts';
import { ask, sendForm, type Answer } from './http.ts';
import { openMailbox, type Letter, type Mailbox } from './mailbox.ts';

let mailbox: Mailbox;
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
	mailbox = await openMailbox();
	// Sign-ups are limited for each network: as if through a proxy, every test here comes from another one.
	server = await startServer({ env: { SMTP_URL: mailbox.url, CLIENT_ADDRESS_HEADER: 'X-Visitor' } });
	browser = await openBrowser();
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
	await mailbox[Symbol.asyncDispose]();
});

let visitors = 0;

/** A network that nobody came from before (RFC 5737's addresses for documentation). */
function newNetwork(): Record<string, string> {
	visitors += 1;
	return { 'x-visitor': `198.51.100.${visitors}` };
}

/** A browser without scripts, in a network of its own. */
async function newReader(): Promise<Page> {
	const context = await browser.newContext({ javaScriptEnabled: false, extraHTTPHeaders: newNetwork() });
	return context.newPage();
}

async function signUp(page: Page, language: Language, address: string): Promise<void> {
	await page.goto(`${server.origin}/${language}/newsletter`);
	await page.getByLabel(m.newsletter_address({}, { locale: language })).fill(address);
	await page.getByRole('button', { name: m.newsletter_button({}, { locale: language }) }).click();
}

function post(fields: Readonly<Record<string, string>>, headers = newNetwork()): Promise<Answer> {
	return sendForm(`${server.origin}/en/newsletter`, { fields, origin: server.origin, headers });
}

/** The link in a letter, and the one that its header offers to mail programs. */
function linksIn(letter: Letter | undefined): { action: string; unsubscribe: string } {
	return {
		action: /https?:\/\/\S+/.exec(letter?.words ?? '')?.[0] ?? '',
		unsubscribe: /<(https?:[^>]+)>/.exec(letter?.headers['list-unsubscribe'] ?? '')?.[1] ?? ''
	};
}

/** What the operator's command writes. */
function exported(): string {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['src/commands/newsletter.ts', 'export'], {
		encoding: 'utf8',
		env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_NO_WARNINGS: '1', DATA_DIR: server.dataDir, PUBLIC_ORIGIN: server.origin }
	});
	if (status !== 0) throw new Error(stderr);
	return stdout;
}

/** Whom the newsletter would be sent to. */
function subscribers(): string[] {
	const [header, ...rows] = exported().trimEnd().split('\r\n');
	expect(header).toBe('address,language,confirmed_at,unsubscribe_url');
	return rows.map((row) => row.split(',').slice(0, 2).join(','));
}

/** All that a browser gets to see of an answer. */
function seen({ status, headers, text }: Answer): unknown {
	const { date, ...others } = headers;
	return { status, others, text, dated: date !== undefined };
}

for (const language of languages) {
	test(`nobody is subscribed before they pressed the button behind the link in the mail, and one click ends it (${language})`, async () => {
		const page = await newReader();
		const address = `reader.${language}@example.net`;

		await signUp(page, language, address);
		const asked = await page.locator('h1').innerText();
		const [letter] = await mailbox.lettersTo(address, 1);
		const { action, unsubscribe } = linksIn(letter);
		await Promise.all([ask(action), ask(action, { method: 'HEAD' })]);
		await page.goto(action);
		const question = await page.locator('h1').innerText();
		const before = subscribers();
		await page.getByRole('button').click();
		const answer = await page.locator('h1').innerText();
		const after = subscribers();
		// As a mail provider does it by itself (RFC 8058): no Origin, no cookie, and perhaps twice.
		const oneClick = await sendForm(unsubscribe, { fields: { 'List-Unsubscribe': 'One-Click' } });
		const again = await sendForm(unsubscribe, { fields: { 'List-Unsubscribe': 'One-Click' } });

		const locale = { locale: language };
		expect([asked, question, answer]).toEqual([m.newsletter_asked_title({}, locale), m.newsletter_confirm_title({}, locale), m.newsletter_confirmed_title({}, locale)]);
		expect([before, after]).toEqual([[], [`${address},${language}`]]);
		expect(letter?.words).toContain(m.newsletter_mail_confirm_action({}, locale));
		expect(action).toMatch(new RegExp(`^${server.origin}/${language}/newsletter/confirm/[\\w-]{43}$`));
		expect([oneClick.status, again.status]).toEqual([200, 200]);
		expect(exported()).toBe('address,language,confirmed_at,unsubscribe_url\r\n');
		await page.context().close();
	});
}

test('a reader who ends the newsletter by hand is asked once and told that the address is gone', async () => {
	const page = await newReader();
	await signUp(page, 'en', 'leaves@example.net');
	const { action, unsubscribe } = linksIn((await mailbox.lettersTo('leaves@example.net', 1))[0]);
	await page.goto(action);
	await page.getByRole('button').click();

	await page.goto(unsubscribe);
	const whileAsked = subscribers();
	await page.getByRole('button', { name: m.newsletter_unsubscribe_button() }).click();

	expect(whileAsked).toEqual(['leaves@example.net,en']);
	await expect.poll(() => page.locator('main').innerText()).toContain(m.newsletter_unsubscribed());
	expect(subscribers()).toEqual([]);
	await page.context().close();
});

test('a link that was used up says so and offers to sign up again', async () => {
	const page = await newReader();
	await page.goto(`${server.origin}/fr/newsletter/confirm/${'x'.repeat(43)}`);

	await page.getByRole('button').click();

	expect(await page.locator('h1').innerText()).toBe(m.newsletter_confirm_expired_title({}, { locale: 'fr' }));
	expect(await page.locator('main a').getAttribute('href')).toBe('/fr/newsletter');
	await page.context().close();
});

test('nobody learns from the pages whether an address is subscribed, waiting or unknown', async () => {
	const page = await newReader();
	await signUp(page, 'en', 'known@example.net');
	await page.goto(linksIn((await mailbox.lettersTo('known@example.net', 1))[0]).action);
	await page.getByRole('button').click();
	await post({ address: 'waits@example.net' });

	const answers = [];
	for (const address of ['known@example.net', 'waits@example.net', 'unknown@example.net']) {
		const answer = await post({ address });
		answers.push([seen(answer), seen(await ask(new URL(answer.headers.location ?? '', server.origin).href))]);
	}

	expect(subscribers()).toEqual(['known@example.net,en']);
	expect(answers[0]).toEqual([expect.objectContaining({ status: 303 }), expect.objectContaining({ status: 200, text: expect.stringContaining(m.newsletter_asked_title()) })]);
	expect(answers).toEqual([answers[0], answers[0], answers[0]]);
	await page.context().close();
});

for (const language of languages) {
	test(`a mistyped address comes back with what was typed, what is wrong and what to do (${language})`, async () => {
		const page = await newReader();
		const answered = page.waitForResponse((response) => response.request().method() === 'POST');

		// A browser lets this pass: a name without a dot is a host of its own network.
		await signUp(page, language, 'ana@nowhere');

		const field = page.getByLabel(m.newsletter_address({}, { locale: language }));
		const problem = page.locator(`#${await field.getAttribute('aria-describedby')}`);
		expect((await answered).status()).toBe(400);
		expect(await field.inputValue()).toBe('ana@nowhere');
		expect(await field.getAttribute('aria-invalid')).toBe('true');
		expect(await problem.innerText()).toBe(m.newsletter_error_address({ address: 'ana@nowhere' }, { locale: language }));
		expect(await problem.getAttribute('role')).toBe('alert');
		await page.context().close();
	});
}

test('an address that is HTML is shown as words, and an empty one is asked for', async () => {
	const [hostile, empty] = await Promise.all([post({ address: '"><img src=x onerror=alert(1)>' }), post({ address: '  ' })]);

	expect([hostile.status, empty.status]).toEqual([400, 400]);
	expect(tagsOf(hostile.text).filter(({ name }) => name === 'img')).toEqual([]);
	expect(tagsOf(hostile.text).find(({ attributes }) => attributes['id'] === 'address')?.attributes['value']).toBe('"><img src=x onerror=alert(1)>');
	expect(wordsIn(empty.text, 'main')).toContain(m.newsletter_error_empty());
});

test('the field that only programs fill is met by no person, and whoever fills it gets the usual answer and no mail', async () => {
	const page = await newReader();
	await page.goto(`${server.origin}/en/newsletter`);
	const trap = page.locator('[name=website]');
	const people = await page.getByRole('textbox', { includeHidden: false }).count();

	const program = await post({ address: 'program@example.net', website: 'https://spam.example' });
	const person = await post({ address: 'person@example.net', website: '' });

	expect([await trap.isVisible(), await trap.getAttribute('tabindex'), await trap.getAttribute('autocomplete'), people]).toEqual([false, '-1', 'off', 1]);
	expect(seen(program)).toEqual(seen(person));
	// Mail goes out in order: once the later one has come, the earlier one would have.
	await mailbox.lettersTo('person@example.net', 1);
	expect(mailbox.letters.filter(({ to }) => to.includes('program@example.net'))).toEqual([]);
	await page.context().close();
});

test('another site cannot sign its visitors up, and a visitor who meets that understands what happened', async () => {
	for (const origin of ['https://evil.example', 'null']) {
		const { status, headers, text } = await sendForm(`${server.origin}/en/newsletter`, { fields: { address: 'victim@example.net' }, origin, headers: newNetwork() });

		expect({ status, type: headers['content-type']?.split(';')[0] }).toEqual({ status: 403, type: 'text/html' });
		expect(wordsIn(text, 'h1')).toBe(m.error_forbidden_title());
		expect(wordsIn(text, 'main')).toContain(m.error_forbidden());
	}
	expect(mailbox.letters.filter(({ to }) => to.includes('victim@example.net'))).toEqual([]);
});

test('a network that floods the sign-up is slowed down, is told so, and keeps what it typed; others go on', async () => {
	const flood = newNetwork();
	const statuses = [];
	for (let i = 0; i < 5; i += 1) statuses.push((await post({ address: `flood${i}@example.net` }, flood)).status);

	const sixth = await post({ address: 'flood5@example.net' }, flood);
	const neighbour = await post({ address: 'neighbour@example.net' });

	expect(statuses).toEqual([303, 303, 303, 303, 303]);
	expect(sixth.status).toBe(429);
	expect(wordsIn(sixth.text, 'main')).toContain(m.newsletter_error_limit());
	expect(tagsOf(sixth.text).find(({ attributes }) => attributes['id'] === 'address')?.attributes['value']).toBe('flood5@example.net');
	expect(neighbour.status).toBe(303);
	await mailbox.lettersTo('neighbour@example.net', 1);
	expect(mailbox.letters.filter(({ to }) => to.includes('flood5@example.net'))).toEqual([]);
});

test('the program’s own output names no address of a reader and no network that they came from', () => {
	expect(mailbox.letters.length).toBeGreaterThan(5);
	expect(server.output()).toMatch(/"POST"/);
	expect(server.output()).not.toMatch(/example\.net|198\.51\.100|confirm\/[\w-]{43}/);
});
