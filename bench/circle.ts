// How long it takes until a circle's page shows its papers, with 50, 500 and 5,000 records in the circle: through the
// real server in Chromium, from the press on the link to the frame that has the list. Beside it what lies below: as many
// records as a page shows, opened by Web Crypto alone in the same page.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { CircleCore, type Contacts } from '../src/lib/circles/client/core.ts';
import { seal } from '../src/lib/circles/client/seal.ts';
import { openDatabase } from '../src/lib/platform/db/database.ts';
import { randomId } from '../src/lib/vault/envelope.ts';
import { openBrowser } from '../tests/browser.ts';
import { accept, go, joined } from '../tests/circle-steps.ts';
import { firstLink } from '../tests/joining.ts';
import { startServer } from '../tests/server.ts';
import { somebody, type Somebody } from '../tests/somebody.ts';
import { median, printTable } from './_figures.ts';
import { keepRecord } from './_keep-record.ts';
import { openedBare } from './_opened-bare.ts';

/** For a core that no snapshot is made of. */
const nobody = (): Promise<Contacts> => Promise.resolve({ known: new Map(), failed: undefined });

const sizes = [50, 500, 5_000];
const rounds = 5;
const shown = 50;
const words = 'A paper of about one thousand letters, as minutes and notes of a circle are. ';
const atMost = 1.5;

const server = await startServer();
const db = openDatabase({ host: join(server.dataDir, 'socket'), user: 'steadfast', database: 'steadfast' }, { connections: 2 });
const browser = await openBrowser();
try {
	const { page } = await joined(browser, firstLink(server), 'Reader');
	const { id: reader } = await db.selectFrom('account').select('id').executeTakeFirstOrThrow();
	const circles = await filledCircles(reader);
	for (const { path } of circles) await accept(page, path);
	const bareMs: number[] = [];
	const newToBrowser = await measured(page, circles, bareMs);
	await go(page, '/en/find');
	await page.getByText(`that can be searched: ${sizes.reduce((sum, size) => sum + size, 0).toLocaleString('en')}`).waitFor({ timeout: 120_000 });
	const seenBefore = await measured(page, circles, bareMs);
	const bare = median(bareMs);
	const growth = (times: readonly number[][], at: number): number => median((times[at] ?? []).map((ms, round) => ms / (times[0]?.[round] ?? Number.NaN)));
	printTable(
		['records in the circle', 'page shown, ms', `${shown} opened bare, ms`, 'ratio to bare', 'ratio to 50 records', 'the same, all seen before', 'claimed'],
		circles.map(({ size }, at) => {
			const ratios = [growth(newToBrowser, at), growth(seenBefore, at)];
			const [first = Number.NaN, again = Number.NaN] = ratios;
			const ms = median(newToBrowser[at] ?? []);
			return [size.toLocaleString('en'), ms.toFixed(0), bare.toFixed(1), (ms / bare).toFixed(0), first.toFixed(2), again.toFixed(2), size === sizes[0] ? '' : `<= ${atMost}${Math.max(...ratios) <= atMost ? '' : '  NOT REACHED'}`];
		})
	);
} finally {
	await browser.close();
	await db.destroy();
	await server[Symbol.asyncDispose]();
}

interface Filled {
	readonly size: number;
	readonly path: string;
}

/** Circles of somebody else, to which the reader is added. */
async function filledCircles(reader: string): Promise<Filled[]> {
	const writer = await somebody(db, { name: 'Writer' });
	const filled: Filled[] = [];
	for (const size of sizes) {
		const { circle } = sure(await writer.circles(server.origin).foundCircle({ name: `With ${size}`, purpose: '' }));
		sure(await circle.add({ account: reader, name: 'Reader' }));
		await fill(writer, circle.id, size);
		filled.push({ size, path: `/en/circles/${circle.id}` });
	}
	return filled;
}

/** Each paper sealed, signed and sent as a browser does, some at once. */
async function fill(writer: Somebody, circle: string, count: number): Promise<void> {
	const link = writer.link(server.origin);
	const core = new CircleCore({ link, id: circle, contacts: nobody, meet: nobody });
	sure(await core.bring());
	const epoch = core.keys.get(core.state.epochs.length);
	if (epoch === undefined) throw new Error('No key of the newest epoch.');
	let next = 0;
	const work = async (): Promise<void> => {
		while (next < count) {
			const body = { title: `Paper ${++next}`, text: words.repeat(13), basedOn: [], restores: null };
			const record = randomId();
			const { hash: _, ...request } = await seal({ circle, record, kind: 'paper', version: 1, previous: null, body, head: core.state.head, epoch, by: link.keys, at: new Date() });
			await keepRecord(db, writer, { circle, record, request });
		}
	};
	await Promise.all(Array.from({ length: 8 }, work));
}

function sure<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { readonly ok: true }> {
	if (!outcome.ok) throw new Error(`Refused: ${JSON.stringify(outcome)}`);
	return outcome as Extract<T, { readonly ok: true }>;
}

/** Milliseconds by circle and round. Each time the keys come anew, so that nothing of the circle is in the tab. */
async function measured(page: Page, circles: readonly Filled[], bareMs: number[]): Promise<number[][]> {
	const times: number[][] = circles.map(() => []);
	for (let round = -1; round < rounds; round++) {
		for (const [at, { path }] of circles.entries()) {
			await page.goto(`${server.origin}/en/sign-in`);
			await page.getByRole('button', { name: /passkey/ }).click();
			await page.waitForURL(/\/account$/);
			await page.waitForLoadState('networkidle');
			const ms = await page.evaluate(untilShown, { path, shown });
			// The first round warms up.
			if (round >= 0) times[at]?.push(ms);
		}
		bareMs.push(await page.evaluate(openedBare, shown));
	}
	return times;
}

/** Runs in the page: presses a link to the circle and waits for the frame in which all papers of a page stand. */
async function untilShown({ path, shown: wanted }: { path: string; shown: number }): Promise<number> {
	const link = Object.assign(document.createElement('a'), { href: path, textContent: path });
	document.querySelector('main')?.append(link);
	const begun = performance.now();
	link.click();
	await new Promise<void>((resolve) => {
		const look = (): void => {
			if (document.querySelectorAll('section[aria-labelledby=papers] li').length < wanted) return;
			watch.disconnect();
			resolve();
		};
		const watch = new MutationObserver(look);
		watch.observe(document.body, { childList: true, subtree: true });
		look();
	});
	await new Promise(requestAnimationFrame);
	return performance.now() - begun;
}
