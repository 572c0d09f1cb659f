import { globSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../browser.ts';
import { firstLink, joinByPassphrase } from '../joining.ts';
import { startServer, type RunningServer } from '../server.ts';

let server: RunningServer;
let browser: Browser;
let page: Page;
let cookie: string;

beforeAll(async () => {
	server = await startServer();
	browser = await openBrowser();
	page = await browser.newPage();
	await joinByPassphrase(page, firstLink(server), 'Somebody');
	const [kept] = await page.context().cookies();
	cookie = `${kept?.name}=${kept?.value}`;
});

afterAll(async () => {
	await browser.close();
	await server[Symbol.asyncDispose]();
});

/** What anybody may send without an account: it proves something else, or it is the way to an account. */
const forEverybody = ['invitations/look', 'join', 'join/passkey', 'join/passphrase', 'recover', 'recover/finish', 'sign-in/passkey', 'sign-in/passkey/finish', 'sign-in/passphrase', 'sign-in/passphrase/finish'];

/** Every address of people's part of the API that changes something, read from the routes themselves. */
const folder = 'src/routes/(vault)/api/';
const ofPeople = /^(?:account|invitations|introductions|join|recover|session|sign-in)(?:\/|$)/;
const changing = globSync(`${folder}**/+server.ts`)
	.map((file) => ({ path: file.slice(folder.length, -'/+server.ts'.length), source: readFileSync(file, 'utf8') }))
	.filter(({ path }) => ofPeople.test(path))
	.flatMap(({ path, source }) => [...source.matchAll(/export const (POST|PUT|PATCH|DELETE)\b/g)].map(([, method = '']) => ({ method, path })))
	.filter(({ path }) => !forEverybody.includes(path));

async function state(): Promise<unknown> {
	const answers = await Promise.all(['account', 'account/unlock', 'invitations'].map((path) => fetch(`${server.origin}/api/${path}`, { headers: { cookie } })));
	return Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]));
}

test('a cookie alone reads what is sealed and changes nothing, at every address', async () => {
	const before = await state();
	const signatures = ['', 'A'.repeat(86)];

	const told = [];
	for (const { method, path } of changing) {
		for (const signature of signatures) {
			const answer = await fetch(`${server.origin}/api/${path.replace(/\[\w+\]/, 'B'.repeat(22))}`, {
				method,
				headers: { cookie, origin: server.origin, 'content-type': 'application/json', ...(signature === '' ? {} : { 'steadfast-signature': signature }) },
				body: '{}'
			});
			told.push(`${method} ${path} ${answer.status} ${JSON.stringify(await answer.json())}`);
		}
	}

	expect(changing.length).toBeGreaterThanOrEqual(11);
	expect(told.filter((one) => !one.endsWith('403 {"reason":"forged"}'))).toEqual([]);
	expect(await state()).toEqual(before);
});

test('a signature that was seen once is good for no other request', async () => {
	const seen = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/invitations'));
	await page.getByRole('link', { name: 'Go to your account' }).click();
	await page.getByRole('link', { name: 'Invite' }).click();
	await page.getByRole('button', { name: 'Make the link' }).click();
	const request = await seen;
	await page.getByLabel('The link').waitFor();
	const signature = (await request.allHeaders())['steadfast-signature'] ?? '';
	const body = request.postData() ?? '';
	const send = (method: string, path: string, said: string) => fetch(server.origin + path, { method, headers: { cookie, origin: server.origin, 'content-type': 'application/json', 'steadfast-signature': signature }, body: said });
	const before = await state();

	const told = [
		await send('POST', '/api/invitations', body.replace('"member"', '"keeper"')),
		await send('POST', '/api/invitations?again=1', body),
		await send('POST', '/api/account/passkeys', body),
		await send('DELETE', '/api/invitations/x', body),
		// The very same once more: its place is taken.
		await send('POST', '/api/invitations', body)
	];

	expect(told.map(({ status }) => status)).toEqual([403, 403, 403, 403, 409]);
	expect(await state()).toEqual(before);
});

test('what a passkey opens with is never sent', async () => {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('WebAuthn.enable');
	await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, hasPrf: true, automaticPresenceSimulation: true } });
	const sent: string[] = [];
	page.on('request', (request) => sent.push(request.postData() ?? ''));
	// What the authenticator gives to the page is written down on its way.
	await page.evaluate(() => {
		const given: string[] = [];
		Object.assign(globalThis, { given });
		const plain = PublicKeyCredential.prototype.getClientExtensionResults;
		PublicKeyCredential.prototype.getClientExtensionResults = function (this: PublicKeyCredential) {
			const results = plain.call(this);
			const first = results.prf?.results?.first;
			if (first instanceof ArrayBuffer) given.push(btoa(String.fromCodePoint(...new Uint8Array(first))));
			return results;
		};
	});

	await page.getByRole('link', { name: 'Account' }).click();
	await page.getByRole('button', { name: 'Add a passkey of this device' }).click();
	await page.getByText('Done.').waitFor();

	const given = await page.evaluate(() => (globalThis as unknown as { given: string[] }).given);
	expect(given.length).toBeGreaterThan(0);
	expect(sent.some((body) => body.includes('attestationObject'))).toBe(true);
	const spellings = given.flatMap((secret) => [secret, Buffer.from(secret, 'base64').toString('base64url'), Buffer.from(secret, 'base64').toString('hex')]);
	expect(spellings.filter((spelling) => sent.some((body) => body.includes(spelling)))).toEqual([]);
});
