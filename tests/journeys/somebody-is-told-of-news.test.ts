import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { languages, nativeNames, type Language } from '#lib/platform/i18n/language.ts';
import { databaseOf } from '../attacks/seizure.ts';
import { openBrowser } from '../browser.ts';
import { go } from '../circle-steps.ts';
import { addAuthenticator, firstLink, inviteFrom, joinByPasskey } from '../joining.ts';
import { sendNoticesNow } from '../notice-batch.ts';
import { openPushService, standInForTheBrowsersMaker, type PushService } from '../push-service.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { lookAt, readyToLook } from './look.ts';
import { openMailbox, type Mailbox } from './mailbox.ts';

let mailbox: Mailbox;
let pushService: PushService;
let server: RunningServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;

// One person, whose page goes through all that follows.
beforeAll(async () => {
	[mailbox, pushService] = await Promise.all([openMailbox(), openPushService()]);
	server = await startServer({ env: { SMTP_URL: mailbox.url, PUSH_SERVICES: pushService.origin, MAIL_FROM: 'Forum of Defenders <news@forum.example.org>', QUICK_EXIT_URL: pushService.origin } });
	browser = await openBrowser({ whole: true });
	context = await browser.newContext({ viewport: { width: 1280, height: 900 }, permissions: ['notifications'] });
	await readyToLook(context);
	await context.addInitScript(standInForTheBrowsersMaker, `${pushService.origin}/phone`);
	page = await context.newPage();
	await addAuthenticator(page);
	await joinByPasskey(page, firstLink(server), 'Somebody');
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
	await pushService[Symbol.asyncDispose]();
	await mailbox[Symbol.asyncDispose]();
});

const openNotices = async (): Promise<void> => {
	await go(page, '/en/account');
	// The page moves what stands below as soon as it knows more of the account: a press then misses, and is made again.
	const link = page.getByRole('link', { name: 'Choose how you are told' });
	const radio = page.getByRole('radio').first();
	await link.or(radio).first().waitFor();
	await until(async () => {
		if ((await link.count()) > 0) await link.press('Enter', { timeout: 5000 }).catch(() => undefined);
		return radio.waitFor({ timeout: 10_000 }).then(() => true, () => false);
	});
};

const status = (): Promise<string> => page.locator('.now').first().innerText();

/** News for the person: somebody joins by a link of theirs. */
async function newsComes(name: string): Promise<void> {
	const link = await inviteFrom(page, 'member');
	// Away from where the page looks by itself whether somebody has joined: then there would be no news for somebody who was here.
	await go(page, '/en/account');
	await page.getByText(/last seen/).first().waitFor();
	const other = await (await browser.newContext()).newPage();
	await addAuthenticator(other);
	await joinByPasskey(other, link, name);
	await other.context().close();
}

const workers = (): Promise<string[]> => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope, active }) => `${new URL(scope).pathname} ${new URL(active?.scriptURL ?? 'none:').pathname}`));

test('nothing is chosen beforehand, and the ways are offered from the one that tells nobody to the one that tells most', async () => {
	await openNotices();

	expect(await status()).toBe('Now: no notices.');
	expect(await page.getByRole('radio').evaluateAll((all) => all.map((one) => [(one as HTMLInputElement).value, (one as HTMLInputElement).checked]))).toEqual([['none', true], ['push', false], ['mail', false]]);
	await page.getByText('It is the one thing about you that whoever seizes this server while it runs could learn.').waitFor();
	await page.getByText('learns that this device uses this server').waitFor();
	expect(await workers()).toEqual([]);
});

test('by keyboard alone somebody chooses mail, gets one letter that says nothing, and ends it by its link', async () => {
	await openNotices();
	await page.getByRole('radio').first().focus();
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Tab');
	await page.keyboard.type('somebody@nowhere');
	await page.keyboard.press('Enter');
	const refused = await page.getByRole('alert').innerText();
	await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('address');
	await page.keyboard.press('ControlOrMeta+a');
	await page.keyboard.type('Somebody@Example.net');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.getByText('Saved.').waitFor();
	const chosen = await page.getByRole('status').innerText();
	await newsComes('Newcomer');
	await sendNoticesNow(databaseOf(server.dataDir));
	const [letter] = await mailbox.lettersTo('Somebody@example.net', 1);
	const stop = /\S+\/notices\/stop\/[\w-]+/.exec(letter?.words ?? '')?.[0] ?? '';
	const stranger = await browser.newPage();
	await stranger.goto(stop);
	await stranger.getByRole('button', { name: 'Stop notices and delete my address' }).click();
	await stranger.getByRole('heading', { name: 'Notices are stopped' }).waitFor();
	await stranger.close();
	await openNotices();

	expect(refused).toContain('This is not a mail address that can be written to.');
	expect(chosen).toBe('Saved. Now: mail. The address is not shown here, so that nobody reads it over your shoulder.');
	expect(letter?.headers).toMatchObject({ from: 'Steadfast <news@forum.example.org>', subject: 'There is news in Steadfast' });
	expect(letter?.words.replaceAll('\r\n', '\n').replace(stop, 'STOP').trimEnd()).toBe(`What it is can be read only after signing in.\n\nSign in\n${server.origin}/en/sign-in\n\nStop these mails and delete this address\nSTOP`);
	expect(await status()).toBe('Now: no notices.');
	expect(mailbox.letters).toHaveLength(1);
});

test('web push shows the one sentence, in the language of whoever chose it, and nothing is left of it when it is switched off', async () => {
	await openNotices();
	await page.getByRole('link', { name: nativeNames.ar }).click();
	await page.locator('html[lang=ar]').waitFor();
	await page.getByRole('radio').nth(1).check();
	await page.locator('main form button').click();
	await page.getByText('حُفظ. الآن: إشعار من المتصفح على هذا الجهاز.').waitFor();
	await expect.poll(workers).toEqual(['/notices-worker/ /service-worker.js']);
	await page.getByRole('link', { name: nativeNames.en }).click();
	await newsComes('Another newcomer');
	await sendNoticesNow(databaseOf(server.dataDir));
	await until(() => pushService.knocks.length === 1);
	const shown = await notificationsAfterPush();
	await openNotices();
	const before = await status();
	await page.getByRole('radio').first().check();
	await page.getByRole('button', { name: 'Save this choice' }).click();
	await page.getByText('Saved. Now: no notices.').waitFor();

	expect(pushService.knocks.map(({ path, body, claims }) => [path, body, claims?.aud])).toEqual([['/phone', '', pushService.origin]]);
	expect(shown).toEqual([{ title: 'هناك جديد في Steadfast', body: '', lang: 'ar', dir: 'rtl' }]);
	expect(before).toBe('Now: web push to this device.');
	await expect.poll(workers).toEqual([]);
});

/** What the browser shows once its maker has passed a knock on. */
async function notificationsAfterPush(): Promise<unknown> {
	const devtools = await context.newCDPSession(page);
	const known = new Promise<string>((resolve) => {
		devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
			const own = registrations.find(({ scopeURL, isDeleted }) => scopeURL.endsWith('/notices-worker/') && !isDeleted);
			if (own) resolve(own.registrationId);
		});
	});
	await devtools.send('ServiceWorker.enable');
	await devtools.send('ServiceWorker.deliverPushMessage', { origin: server.origin, registrationId: await known, data: '' });
	const shown = () =>
		page.evaluate(async () => {
			const all = await Promise.all((await navigator.serviceWorker.getRegistrations()).map((registration) => registration.getNotifications()));
			return all.flat().map(({ title, body, lang, dir }) => ({ title, body, lang, dir }));
		});
	await until(async () => (await shown()).length > 0);
	await devtools.detach();
	return shown();
}

test('a browser that refuses says so, and nothing is kept', async () => {
	await openNotices();
	await page.evaluate(() => {
		const asks = Notification.requestPermission.bind(Notification);
		Notification.requestPermission = () => {
			Notification.requestPermission = asks;
			return Promise.resolve('denied');
		};
	});
	await page.getByRole('radio').nth(1).check();
	await page.getByRole('button', { name: 'Save this choice' }).click();

	expect(await page.getByRole('alert').innerText()).toContain('does not allow this site to show notices');
	await expect.poll(workers).toEqual([]);
	await go(page, '/en/account');
	await openNotices();
	expect(await status()).toBe('Now: no notices.');
});

const clean = { axeInLight: [], axeInDark: [], beyond320: 0, beyond640: 0, beyond640Doubled: 0, lowTargets: [] };

/** Looks at what is shown in every language, without losing what is in memory. */
async function lookEverywhere(what: string): Promise<unknown[]> {
	const found: unknown[] = [];
	const titles = new Set<string>();
	for (const language of languages) {
		await inLanguage(language);
		titles.add(await page.locator('h1').innerText());
		const seen = await lookAt(page);
		if (JSON.stringify(seen) !== JSON.stringify(clean)) found.push({ what, language, ...seen });
	}
	if (titles.size !== languages.length) found.push({ what, titles: [...titles] });
	await inLanguage('en');
	return found;
}

async function inLanguage(language: Language): Promise<void> {
	await page.getByRole('link', { name: nativeNames[language] }).press('Enter');
	await page.locator(`html[lang=${language}]`).waitFor();
	await page.locator('h1').waitFor();
}

test('the page in every language, in light and dark, large and small, shuts nobody out', async () => {
	const found: unknown[] = [];
	await openNotices();
	found.push(...(await lookEverywhere('none')));
	await page.getByRole('radio').nth(2).check();
	await page.getByRole('button', { name: 'Save this choice' }).click();
	await page.getByRole('alert').waitFor();
	found.push(...(await lookEverywhere('mail without an address')));

	expect(found).toEqual([]);
});

test('a browser without web push says so, and the two other ways can be chosen', async () => {
	await page.evaluate(() => {
		Object.assign(globalThis, { kept: PushManager });
		Reflect.deleteProperty(window, 'PushManager');
	});

	await openNotices();
	await page.getByText('This browser has no web push here').waitFor();
	const offered = await page.getByRole('radio').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).disabled));

	expect(offered).toEqual([false, true, false]);
	await page.evaluate(() => Object.assign(globalThis, { PushManager: Reflect.get(globalThis, 'kept') as unknown }));
});

test('somebody who leaves at once leaves no worker that would speak up later', async () => {
	await openNotices();
	await page.getByRole('radio').nth(1).check();
	await page.getByRole('button', { name: 'Save this choice' }).click();
	await page.getByText('Saved. Now: web push to this device.').waitFor();
	const before = await workers();

	await page.getByRole('button', { name: 'Leave now' }).click();
	await page.waitForURL(`${pushService.origin}/`);
	await page.goto(`${server.origin}/en/about`);

	expect(before).toHaveLength(1);
	await expect.poll(workers).toEqual([]);
});

test('a server that writes to no push service says so, and the two other ways can be chosen', async () => {
	const other = await (await browser.newContext()).newPage();
	await addAuthenticator(other);
	await using own = await startServer({ env: { PUSH_SERVICES: 'none' } });
	await joinByPasskey(other, firstLink(own), 'Somebody');

	await go(other, '/en/account/notices');
	await other.getByText('This server does not write to push services.').waitFor();
	const offered = await other.getByRole('radio').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).disabled));

	expect(offered).toEqual([false, true, false]);
	await other.context().close();
});
