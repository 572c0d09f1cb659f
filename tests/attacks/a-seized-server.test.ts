import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { sessionCookie } from '#lib/people/login-session.ts';
import { connectionOf } from '#lib/platform/db/database.ts';
import { pictures } from '#lib/platform/photo/photo-samples.ts';
import { openBrowser } from '../browser.ts';
import { accept, go, inviteInto, joined, letIn, makeCircle, writePaper, type Person } from '../circle-steps.ts';
import { firstLink, joinByPassphrase, signInByPassphrase, type Joined } from '../joining.ts';
import { openMailbox, type Mailbox } from '../journeys/mailbox.ts';
import { sendNoticesNow } from '../notice-batch.ts';
import { openPushService, standInForTheBrowsersMaker, type PushService } from '../push-service.ts';
import { startServer, until, type RunningServer } from '../server.ts';
import { temporaryFolder } from '../temporary.ts';
import { databaseOf, seize } from './seizure.ts';
import { patternsOf, tracesIn, type Canary } from './traces.ts';

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

/** What people confide in this test, each text in no other place. */
const planted = {
	keeper: { what: 'the name of a keeper', text: 'Wadih-Canary-Keeper' },
	member: { what: 'the name of a member', text: 'Ines-Canary-Member' },
	circle: { what: 'the name of a circle', text: 'Canary-Circle-Of-Lawyers' },
	purpose: { what: 'the purpose of a circle', text: 'Canary-Purpose-Bail-Money' },
	title: { what: 'the title of a paper', text: 'Canary-Title-Hearing-On-Tuesday' },
	paper: { what: 'the words of a paper', text: 'Canary-Words-The-Safe-House-Is-Blue' },
	fileName: { what: 'the name of a file', text: 'Canary-Name-Of-A-File' },
	file: { what: 'the content of a file', text: 'Canary-Content-Witness-List' },
	pictureName: { what: 'the name of a picture', text: 'Canary-Name-Of-A-Picture' },
	place: { what: 'the place that a camera noted in a picture', text: 'GPS-CANARY-33.7490N-84.3880W' },
	note: { what: 'for whom a link was', text: 'Canary-Note-The-Tall-Cousin' },
	label: { what: 'the name of a session', text: 'Canary-Label-Blue-Phone' },
	passkey: { what: 'the name of a passkey', text: 'Canary-Passkey-Key-Ring' },
	renamed: { what: 'the name that a circle got later', text: 'Canary-Renamed-Circle-Of-Bakers' }
} satisfies Record<string, Canary>;

let member: Joined & Person;

/** A picture in which a camera has noted a place. */
const picture = Buffer.concat([pictures.jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, planted.place.text.length + 2]), Buffer.from(planted.place.text), pictures.jpeg.subarray(2)]);

test('whoever seizes the running server finds none of what two people told each other in a circle', { timeout: 900_000 }, async () => {
	const keeper = await joined(browser, firstLink(server), planted.keeper.text);
	const circle = await makeCircle(keeper.page, { name: planted.circle.text, purpose: planted.purpose.text });
	await go(keeper.page, `${circle}/members`);
	await keeper.page.getByLabel('For whom').fill(planted.note.text);
	// Joins by a passphrase, so that all that OPAQUE leaves on the server is in the dump, and signs in by it once more.
	const link = await inviteInto(keeper.page, circle);
	const context = await browser.newContext();
	const page = await context.newPage();
	member = { ...(await joinByPassphrase(page, link, planted.member.text)), context, page };
	await context.clearCookies();
	await signInByPassphrase(page, server.origin, member);
	await page.getByRole('heading', { name: 'Your account' }).waitFor();
	await page.getByRole('button', { name: 'Rename This session' }).click();
	await page.getByLabel('New name').fill(planted.label.text);
	await page.getByRole('button', { name: 'Save the name' }).click();
	await page.getByText('Done.').waitFor();
	await letIn(keeper.page, planted.member.text);
	await accept(page, circle);
	const paper = await writePaper(page, circle, { title: planted.title.text, text: planted.paper.text });
	await go(page, circle);
	await page.locator('#files-chosen').setInputFiles([
		{ name: `${planted.fileName.text}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`${planted.file.text}\n`.repeat(200)) },
		{ name: `${planted.pictureName.text}.jpg`, mimeType: 'image/jpeg', buffer: picture }
	]);
	await page.getByLabel('Keep the original as evidence as well').check();
	await page.getByRole('button', { name: `Send to ${planted.circle.text}` }).click();
	await page.getByText('sent', { exact: true }).nth(2).waitFor();
	await nameItsPasskey(keeper.page);
	await compareWith(keeper.page, { circle, name: planted.member.text });
	await rename(keeper.page, circle);
	const secrets: Canary[] = [
		{ what: 'a passphrase', text: member.passphrase },
		{ what: 'a recovery kit', text: member.kit.slice(0, 6).join(' ') },
		{ what: 'the secret of a link', text: new URL(link).hash.slice(1).split('.')[0] ?? '' }
	];

	const found = await seize(server, [...Object.values(planted), ...secrets], { address: databaseOf(server.dataDir) });

	expect(paper).toContain('/papers/');
	expect(found).toEqual([]);
});

async function nameItsPasskey(page: Page): Promise<void> {
	await go(page, '/en/account');
	await page.getByRole('button', { name: 'Rename Passkey without a name' }).click();
	await page.getByLabel('New name').fill(planted.passkey.text);
	await page.getByRole('button', { name: 'Save the name' }).click();
	await page.getByText(planted.passkey.text).first().waitFor();
}

/** Makes a contact of a member: the name once more, in a record of one's own circle. */
async function compareWith(page: Page, { circle, name }: { readonly circle: string; readonly name: string }): Promise<void> {
	await go(page, `${circle}/members`);
	await page.locator('main li').filter({ hasText: name }).getByRole('link', { name: 'Compare safety words' }).click();
	await page.getByRole('button', { name: 'We see the same words' }).click();
	await page.getByText('You noted that the words were the same.').waitFor();
}

async function rename(page: Page, circle: string): Promise<void> {
	await go(page, `${circle}/members`);
	await page.getByText('Change name and purpose').click();
	await page.getByLabel('Name of the circle').fill(planted.renamed.text);
	await page.getByRole('button', { name: 'Save for the members' }).click();
	await page.getByText('Saved.').waitFor();
}

test('the same search does find what the server keeps of that passphrase, and the sealed files themselves', async () => {
	const client = new pg.Client(connectionOf(databaseOf(server.dataDir)));
	await client.connect();
	const { rows: records } = await client.query<{ opaque_record: string }>('select opaque_record from account where opaque_record is not null');
	const { rows: blobs } = await client.query<{ id: string }>('select id from circle_blob order by id');
	await client.end();
	const cookie = (await member.context.cookies()).find(({ name }) => name === sessionCookie)?.value ?? '';
	// The second line of an age file is text of its own for each: what its key was sealed into.
	const stanzas = await Promise.all(
		blobs.map(async ({ id }) => {
			const part = await fetch(`${server.origin}/api/blobs/${id}/parts/0`, { headers: { cookie: `${sessionCookie}=${cookie}` } });
			return Buffer.from(await part.arrayBuffer()).toString('latin1').split('\n')[1]?.slice(0, 200) ?? '';
		})
	);
	const kept: Canary[] = [...records.map(({ opaque_record }) => ({ what: 'what OPAQUE left', text: opaque_record })), ...stanzas.map((text) => ({ what: 'a sealed file', text }))];

	const found = await seize(server, kept, { address: databaseOf(server.dataDir) });

	expect([records.length, blobs.length]).toEqual([1, 3]);
	expect(found.filter(({ place }) => place === 'table public.account').map(({ what }) => what)).toContain('what OPAQUE left');
	expect(found.filter(({ what, place }) => what === 'a sealed file' && place.startsWith('file blobs')).length).toBe(3);
});

test('the same search does find names, contents and metadata of files where they lie unsealed', async () => {
	const unsealed = join(server.dataDir, 'blobs', planted.fileName.text);
	writeFileSync(unsealed, Buffer.concat([Buffer.from(planted.file.text), picture]));

	const found = await seize(server, [planted.fileName, planted.file, planted.place], { address: databaseOf(server.dataDir) });

	rmSync(unsealed);
	expect(new Set(found.filter(({ place }) => place.includes('file blobs')).map(({ what, place }) => [what, place.startsWith('the name')].join()))).toEqual(
		new Set([`${planted.fileName.what},true`, `${planted.file.what},false`, `${planted.place.what},false`])
	);
});

test('the same search does find what the server is told on purpose: a newsletter address', async () => {
	const address = { what: 'an address that somebody signed up', text: 'canary-reader@example.org' };
	await fetch(`${server.origin}/en/newsletter`, {
		method: 'POST',
		headers: { origin: server.origin, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
		body: new URLSearchParams({ address: address.text, email: address.text })
	});

	const found = await seize(server, [address], { address: databaseOf(server.dataDir) });

	expect(found.map(({ place }) => place)).toContain('table public.newsletter_subscription');
});

interface Way {
	readonly canary: Canary;
	readonly env: Record<string, string>;
	/** In the page where one chooses, before it is saved. */
	choose(page: Page): Promise<void>;
	/** Resolves when the notice has gone out. */
	readonly wasTold: () => Promise<unknown>;
}

/** The two ways in which the server has to know where to write. */
function waysToBeTold(mailbox: Mailbox, pushService: PushService): Readonly<Record<'mail' | 'push', Way>> {
	const address = { what: 'an address for notices', text: 'canary-of-somebody@example.net' };
	const endpoint = { what: 'a push endpoint', text: `${pushService.origin}/canary-subscription-of-a-phone` };
	return {
		mail: {
			canary: address,
			env: { SMTP_URL: mailbox.url },
			async choose(page) {
				await page.getByRole('radio').nth(2).check();
				await page.getByLabel('Mail address').fill(address.text);
			},
			wasTold: () => mailbox.lettersTo(address.text, 1)
		},
		push: {
			canary: endpoint,
			env: { PUSH_SERVICES: pushService.origin },
			async choose(page) {
				await page.context().grantPermissions(['notifications']);
				await page.evaluate(standInForTheBrowsersMaker, endpoint.text);
				await page.getByRole('radio').nth(1).check();
			},
			wasTold: () => until(() => pushService.knocks.length === 1)
		}
	};
}

test.for(['mail', 'push'] as const)('where notices go by %s is in no table, file, log or backup, and in no memory but of a server that was given it or wrote to it', async (by) => {
	await using mailbox = await openMailbox();
	await using pushService = await openPushService();
	const { canary, env, choose, wasTold } = waysToBeTold(mailbox, pushService)[by];
	const dataDir = temporaryFolder('seized');
	await using first = await startServer({ dataDir, env });
	const keeper = await joined(browser, firstLink(first), 'Keeper');
	await go(keeper.page, '/en/account/notices');
	await choose(keeper.page);
	await keeper.page.getByRole('button', { name: 'Save this choice' }).click();
	await keeper.page.getByText('Saved. Now:').waitFor();
	const circle = await makeCircle(keeper.page, { name: 'A circle', purpose: 'For news' });
	await joined(browser, await inviteInto(keeper.page, circle), 'Member');

	await sendNoticesNow(databaseOf(dataDir));
	await wasTold();
	const running = await seize(first, [canary], { address: databaseOf(dataDir) });
	const backup = join(temporaryFolder('seized-backup'), 'whole.backup');
	const made = spawnSync(process.execPath, ['src/commands/backup.ts', backup], { env: { PATH: process.env['PATH'], DATA_DIR: dataDir, NODE_NO_WARNINGS: '1' }, encoding: 'utf8' });
	const backedUp = readFileSync(backup);
	await first.stop();
	await using second = await startServer({ dataDir, env });
	const afterwards = await seize(second, [canary], { address: databaseOf(dataDir) });

	expect(new Set(running.map(({ place }) => place)).size).toBeLessThanOrEqual(1);
	expect(running.filter(({ place }) => place !== 'memory of the process')).toEqual([]);
	expect(made.status).toBe(0);
	expect(backedUp.includes('tables/notice/000001')).toBe(true);
	expect(tracesIn(backedUp, 'backup', patternsOf([canary]))).toEqual([]);
	expect(afterwards).toEqual([]);
});
