// How long a new key of a circle of a hundred takes, whole: from the press on the button to the word that it is in force,
// through the real server in Chromium. Beside it what cannot be less: the same bytes sealed to a hundred by the age library alone, and
// sent to a bare `node:http` server.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { OpenCircle } from '../src/lib/circles/client/open-circle.ts';
import { openDatabase } from '../src/lib/platform/db/database.ts';
import { openBrowser } from '../tests/browser.ts';
import { accept, go, joined } from '../tests/circle-steps.ts';
import { firstLink } from '../tests/joining.ts';
import { startServer } from '../tests/server.ts';
import { somebody } from '../tests/somebody.ts';
import { median, printTable } from './_figures.ts';
import { openModule } from './_module-page.ts';

const people = 100;
const rounds = 5;

const server = await startServer();
const db = openDatabase({ host: join(server.dataDir, 'socket'), user: 'steadfast', database: 'steadfast' }, { connections: 2 });
const browser = await openBrowser();
const module = await openModule('bench/_vault-page.ts');
try {
	const { page } = await joined(browser, firstLink(server), 'Steward');
	const { id: steward } = await db.selectFrom('account').select('id').executeTakeFirstOrThrow();
	const path = await circleOf(page, steward);
	await go(page, `${path}/members`);
	const ownMs: number[] = [];
	const bareMs: number[] = [];
	for (let round = -1; round < rounds; round++) {
		// The page anew, so that the word of the round before is not there.
		await go(page, path);
		await go(page, `${path}/members`);
		const own = await rotated(page);
		const bare = await module.ask<number>(`sealedToAll(${people})`);
		if (round < 0) continue;
		ownMs.push(own);
		bareMs.push(bare);
	}
	printTable(['a new key for a circle', 'from press to done, ms', 'bare, ms', 'ratio'], [[`of ${people}`, median(ownMs).toFixed(0), median(bareMs).toFixed(0), median(ownMs.map((ms, round) => ms / (bareMs[round] ?? Number.NaN))).toFixed(2)]]);
	const epochs = await db.selectFrom('circle_record').select('epoch').where('circle_id', '=', path.split('/').at(-1) ?? '').orderBy('epoch', 'desc').limit(1).executeTakeFirst();
	console.log(`\nThe newest record of the circle is of epoch ${epochs?.epoch}.`);
} finally {
	await module[Symbol.asyncDispose]();
	await browser.close();
	await db.destroy();
	await server[Symbol.asyncDispose]();
}

/** The path of a circle of so many, of which the person in the browser is a steward. */
async function circleOf(page: Page, steward: string): Promise<string> {
	const founder = await somebody(db, { name: 'Founder' });
	let circle: OpenCircle = sure(await founder.circles(server.origin).foundCircle({ name: 'Hundred', purpose: '' })).circle;
	circle = sure(await circle.add({ account: steward, name: 'Steward' })).circle;
	const path = `/en/circles/${circle.id}`;
	await accept(page, path);
	circle = sure(await sure(await circle.refresh()).circle.makeSteward(steward, true)).circle;
	for (let count = 2; count < people; count++) {
		const { account, name } = await somebody(db, { name: `Member ${count}` });
		circle = sure(await circle.add({ account, name })).circle;
	}
	return path;
}

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

/** Milliseconds from the press to the frame that says so. */
async function rotated(page: Page): Promise<number> {
	await page.getByText('Make a new key', { exact: true }).click();
	await page.getByRole('button', { name: 'Make a new key now' }).waitFor();
	return page.evaluate(
		() =>
			new Promise<number>((resolve) => {
				const begun = performance.now();
				const look = (): void => {
					if (document.querySelector('main')?.textContent?.includes('A new key is in force.') === true) resolve(performance.now() - begun);
					else requestAnimationFrame(look);
				};
				[...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Make a new key now')?.click();
				look();
			})
	);
}
